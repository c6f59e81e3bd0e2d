import { canonicalJson } from '#model/canonical-json';
import { type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { KeyId, Keyring, PublicKey } from '#model/identity';
import { parseValue } from '#model/parse';
import { type RegistryHint, RegistryHintSchema, type Root, RootSchema } from '#model/registry-documents';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Clock } from '#ports/clock';
import type { RegistryWriter } from '#ports/registry-store';
import type { Signer } from '#ports/signer';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import type { NewFile } from '#registry/shards';
import { DEFAULT_LIFETIME_DAYS, encodeSnapshot, nextSnapshot } from '#registry/snapshot';
import { registryChecks } from '#trust/registry-verification';
import { joinBundles } from '#trust/root';
import { snapshotPointers } from './change-registry.ts';
import { policyFile } from './policies.ts';

const DAY_MS = 86_400_000;
const ROOT_LIFETIME_DAYS = 365;

export interface InitRegistryRequest {
  readonly id: string;
  readonly canonicalUrl: string;
  /** Offline keys that speak for the root. */
  readonly rootSigners: readonly Signer[];
  /** How many of them have to sign. */
  readonly threshold: number;
  readonly roles: Root['roles'];
  /** Public keys of the key identities in `roles`. */
  readonly keys: Keyring;
  /** The canonical text of each flattened policy whose verdicts are to count. */
  readonly policies: readonly Uint8Array[];
  readonly rootLifetimeDays?: number;
  readonly snapshotLifetimeDays?: number;
}

export interface InitRegistryDependencies {
  readonly registry: RegistryWriter;
  readonly verifier: BundleVerifier;
  /** Holds the snapshot role. */
  readonly signer: Signer;
  readonly clock: Clock;
}

export interface NewRegistry {
  readonly root: Root;
  /** What clients pin. */
  readonly rootDigest: Digest;
  readonly files: readonly string[];
}

/**
 * Sets up an empty registry: root 1 signed by its keys, snapshot 1, the accepted policies and the hint. Throws
 * REGISTRY_EXISTS, DOCUMENT_INVALID, KEY_MISSING, ROOT_INVALID, or what the verification of its own signatures throws.
 */
export async function initRegistry(request: InitRegistryRequest, deps: InitRegistryDependencies): Promise<NewRegistry> {
  const now = deps.clock.now();
  const root = newRoot(request, now);
  const document = encodeRoot(root);
  const bundles = await signRoot(document, request.rootSigners);
  const checks = registryChecks(deps.verifier);
  await checks.pinnedRoot(document, bundles, digestOf(document));

  const policies = request.policies.map(policyFile);
  const snapshot = encodeSnapshot(
    nextSnapshot(undefined, {
      registryId: request.id,
      shards: {},
      acceptedPolicies: policies.map(({ digest }) => digest),
      now,
      lifetimeDays: request.snapshotLifetimeDays ?? DEFAULT_LIFETIME_DAYS,
    }),
  );
  const snapshotBundle = await deps.signer.signDocument(snapshot);
  await checks.snapshot(root, snapshot, snapshotBundle);

  const files = [
    { path: LAYOUT.rootBundles(1), bytes: bundles },
    { path: LAYOUT.root(1), bytes: document },
    ...snapshotPointers(snapshot, snapshotBundle),
    hintFile(root),
  ];
  await deps.registry.exclusively(async () => {
    if ((await deps.registry.read(LAYOUT.snapshot, REGISTRY_LIMITS.snapshot)) !== undefined) {
      throw new AssayError('REGISTRY_EXISTS', `${deps.registry.location} already holds a registry`, {
        hint: 'Choose an empty folder, or publish into the one that is there.',
      });
    }
    for (const { file } of policies) await deps.registry.add(file.path, file.bytes);
    await deps.registry.commit(files);
  });
  return { root, rootDigest: digestOf(document), files: [...policies.map(({ file }) => file), ...files].map(pathOf) };
}

function newRoot(request: InitRegistryRequest, now: Date): Root {
  const signers = keysOf(request.rootSigners);
  const days = request.rootLifetimeDays ?? ROOT_LIFETIME_DAYS;
  const root: Root = {
    schema: 'assay.root/1',
    registryId: request.id,
    canonicalUrl: request.canonicalUrl,
    version: 1,
    expires: new Date(now.getTime() + days * DAY_MS).toISOString(),
    threshold: request.threshold,
    rootKeys: signers.map(([id]) => id),
    keys: { ...request.keys, ...Object.fromEntries(signers) },
    roles: request.roles,
  };
  return parseValue(RootSchema, root, { source: LAYOUT.root(1) });
}

function keysOf(signers: readonly Signer[]): [KeyId, PublicKey][] {
  return signers.map(({ key }) => {
    if (key === undefined)
      throw new AssayError('KEY_MISSING', 'a root is signed with keys, not with a workload identity');
    return [key.id, key.publicKey];
  });
}

export function encodeRoot(root: Root): Uint8Array {
  return Buffer.from(`${canonicalJson(root)}\n`, 'utf8');
}

/** One bundle a line, one line a signer. */
export async function signRoot(document: Uint8Array, signers: readonly Signer[]): Promise<Uint8Array> {
  const bundles: Uint8Array[] = [];
  for (const signer of signers) bundles.push(await signer.signDocument(document));
  return joinBundles(bundles);
}

export function hintFile(root: Root): NewFile {
  const hint: RegistryHint = {
    schema: 'assay.registry/1',
    id: root.registryId,
    canonicalUrl: root.canonicalUrl,
    rootVersion: root.version,
  };
  const checked = parseValue(RegistryHintSchema, hint, { source: LAYOUT.hint });
  return { path: LAYOUT.hint, bytes: Buffer.from(`${JSON.stringify(checked, null, 2)}\n`, 'utf8') };
}

function pathOf({ path }: NewFile): string {
  return path;
}
