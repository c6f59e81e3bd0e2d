import { AssayError } from '#model/errors';
import { type Digest, digestOf } from '#model/digest';
import type { Root } from '#model/registry-documents';
import type { RegistryChecks } from '#trust/registry-verification';
import { readBounded, type RegistryFiles } from './checked-read.ts';
import { LAYOUT } from './layout.ts';
import { REGISTRY_LIMITS, ROOT_CHAIN_LIMIT } from './limits.ts';

interface RootOptions {
  readonly now: Date;
  readonly memory?: { readonly rootVersion: number; readonly root: Digest } | undefined;
  readonly allowExpired?: boolean;
}

interface SignedRoot {
  readonly document: Uint8Array;
  readonly bundles: Uint8Array;
}

/**
 * The newest root: begins with the one this machine trusted last, or with the pinned one, and follows its successors
 * one version at a time (TUF 1.0.33, 5.3). Only the last has to be unexpired. `first` is the one it began with.
 */
export async function openRoot(
  files: RegistryFiles,
  pin: { readonly id: string; readonly root: Digest },
  checks: RegistryChecks,
  options: RootOptions,
): Promise<{ first: Root; root: Root; digest: Digest }> {
  const first = await firstRoot(files, pin.root, checks, options.memory);
  let { root, digest } = first;
  if (root.registryId !== pin.id) {
    throw new AssayError('ROOT_INVALID', `the root in ${files.location} is of ${root.registryId}, not of ${pin.id}`, {
      hint: `Trust it under its own name: ${root.registryId}.`,
    });
  }
  for (let steps = 0; ; steps++) {
    const next = await readRoot(files, root.version + 1);
    if (next === undefined) break;
    if (steps === ROOT_CHAIN_LIMIT) {
      throw new AssayError('ROOT_INVALID', `${files.location} lists more than ${ROOT_CHAIN_LIMIT} new roots at once`);
    }
    root = await checks.nextRoot(root, next.document, next.bundles);
    digest = digestOf(next.document);
  }
  if (!options.allowExpired) checks.requireUnexpired(root, options.now);
  return { first: first.root, root, digest };
}

async function firstRoot(
  files: RegistryFiles,
  pin: Digest,
  checks: RegistryChecks,
  memory: RootOptions['memory'],
): Promise<{ root: Root; digest: Digest }> {
  if (memory !== undefined) {
    const known = await readRoot(files, memory.rootVersion);
    if (known === undefined) throw noRoot(files, memory.rootVersion);
    return { root: await checks.pinnedRoot(known.document, known.bundles, memory.root), digest: memory.root };
  }
  let last: SignedRoot | undefined;
  for (let version = 1; version <= ROOT_CHAIN_LIMIT; version++) {
    const candidate = await readRoot(files, version);
    if (candidate === undefined) break;
    last = candidate;
    if (digestOf(candidate.document) === pin) break;
  }
  if (last === undefined) {
    throw new AssayError('REGISTRY_UNKNOWN', `${files.location} holds no registry: ${LAYOUT.root(1)} is missing`, {
      hint: 'Check the folder or address.',
    });
  }
  return { root: await checks.pinnedRoot(last.document, last.bundles, pin), digest: pin };
}

async function readRoot(files: RegistryFiles, version: number): Promise<SignedRoot | undefined> {
  const path = LAYOUT.root(version);
  const document = await readBounded(files, path, REGISTRY_LIMITS.root, 'ROOT_INVALID');
  if (document === undefined) return undefined;
  const bundlesPath = LAYOUT.rootBundles(version);
  const bundles = await readBounded(files, bundlesPath, REGISTRY_LIMITS.rootSignatures, 'ROOT_INVALID');
  if (bundles === undefined) {
    throw new AssayError('ROOT_INVALID', `${path} in ${files.location} has no signatures: ${bundlesPath} is missing`);
  }
  return { document, bundles };
}

function noRoot(files: RegistryFiles, version: number): AssayError {
  return new AssayError(
    'ROOT_INVALID',
    `${LAYOUT.root(version)}, trusted here before, is missing in ${files.location}`,
    {
      hint: 'The copy is incomplete or older than what this machine has seen.',
    },
  );
}
