import { type Digest, digestOf } from '#model/digest';
import type { Keyring } from '#model/identity';
import { AssayError } from '#model/errors';
import { parseValue } from '#model/parse';
import { type Root, RootSchema } from '#model/registry-documents';
import type { Signer } from '#ports/signer';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import { openRegistry } from '#registry/open';
import { registryChecks } from '#trust/registry-verification';
import type { PublishDependencies } from './change-registry.ts';
import { encodeRoot, hintFile, signRoot } from './init-registry.ts';

export interface RotateRootRequest {
  /** Threshold of the old and of the new root together. */
  readonly signers: readonly Signer[];
  readonly expires: Date;
  readonly threshold?: number;
  readonly rootKeys?: readonly string[];
  readonly roles?: Root['roles'];
  /** Public keys that the new root adds. Keys that hold nothing any more are dropped. */
  readonly keys?: Keyring;
}

/**
 * Puts the next root in place. The holder who signed the current snapshot must stay listed, so that no moment exists
 * in which the newest root and the newest snapshot disagree: to remove a holder, list its successor too, sign a new
 * snapshot as the successor, and remove it with one more root.
 */
export async function rotateRoot(
  request: RotateRootRequest,
  deps: Omit<PublishDependencies, 'signer'>,
): Promise<{ root: Root; rootDigest: Digest }> {
  const { registry, verifier, pin } = deps;
  const checks = registryChecks(verifier);
  return registry.exclusively(async () => {
    const now = deps.clock.now();
    const open = await openRegistry(registry, pin, { verifier, now, allowExpired: true });
    const root = successor(open.root, request);
    const document = encodeRoot(root);
    const bundles = await signRoot(document, request.signers);
    checks.requireUnexpired(root, now);
    await checks.nextRoot(open.root, document, bundles);
    const path = LAYOUT.bundleOfSnapshot(digestOf(open.snapshotBytes));
    const bundle = await registry.read(path, REGISTRY_LIMITS.bundle);
    if (bundle === undefined) throw new AssayError('INDEX_TAMPERED', `${path} is missing in ${registry.location}`);
    await checks.snapshot(root, open.snapshotBytes, bundle);
    await registry.commit([
      { path: LAYOUT.rootBundles(root.version), bytes: bundles },
      { path: LAYOUT.root(root.version), bytes: document },
      hintFile(root),
    ]);
    return { root, rootDigest: digestOf(document) };
  });
}

function successor(current: Root, request: RotateRootRequest): Root {
  const roles = request.roles ?? current.roles;
  const rootKeys = [...(request.rootKeys ?? current.rootKeys)];
  const held = new Set<string>(rootKeys);
  for (const holder of Object.values(roles).flat()) if (holder?.kind === 'key') held.add(holder.keyId);
  const keys = Object.entries({ ...current.keys, ...request.keys }).filter(([id]) => held.has(id));
  const root: Root = {
    ...current,
    version: current.version + 1,
    expires: request.expires.toISOString(),
    threshold: request.threshold ?? current.threshold,
    rootKeys,
    keys: Object.fromEntries(keys),
    roles,
  };
  return parseValue(RootSchema, root, { source: LAYOUT.root(root.version) });
}
