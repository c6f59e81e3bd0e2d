import type { Digest } from '#model/digest';
import { digestOf } from '#model/digest';
import type { TrustPolicy } from '#model/trust-policy';
import type { RegistryWriter } from '#ports/registry-store';
import type { RegistryPin } from '#registry/open';
import type { PublishDependencies } from '#stages/publish/change-registry';
import { initRegistry, type InitRegistryRequest } from '#stages/publish/init-registry';
import { setOwners } from '#stages/publish/maintain';
import { publishRelease, type ReleaseFacts, type ReleaseRequest } from '#stages/publish/publish-release';
import {
  CANONICAL_URL,
  keyIdentity,
  KEYS,
  NOW,
  PLATFORM,
  ringOf,
  signedProvenance,
  signedVerdict,
  signerWith,
  summaryOf,
  verifier,
} from '../trust/world.ts';
import { memoryRegistry } from './memory-folder.ts';

/** The canonical text of a policy, as far as these tests look into it. */
export const POLICY_TEXT = new TextEncoder().encode('{"rules":{}}');
export const POLICY_DIGEST = digestOf(POLICY_TEXT);

/** A clock that stands still until it is told to move. */
export function handClock(start: Date = NOW) {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    elapsed: () => time - start.getTime(),
    forward(hours: number) {
      time += hours * 3_600_000;
    },
  };
}

export const REGISTRY_ID = 'main';

export function initRequest(change: Partial<InitRegistryRequest> = {}): InitRegistryRequest {
  return {
    id: REGISTRY_ID,
    canonicalUrl: CANONICAL_URL,
    rootSigners: [signerWith(KEYS.root1), signerWith(KEYS.root2)],
    threshold: 2,
    roles: {
      verdict: [keyIdentity(KEYS.verdict)],
      resolution: [keyIdentity(KEYS.verdict)],
      snapshot: [keyIdentity(KEYS.snapshot)],
    },
    keys: ringOf(KEYS.verdict, KEYS.snapshot),
    policies: [POLICY_TEXT],
    ...change,
  };
}

/** The smallest module there is, made distinct by a custom section of its own. */
export function tinyModule(label: string): Uint8Array {
  const name = new TextEncoder().encode(label.slice(0, 100));
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, name.length + 1, name.length, ...name]);
}

export interface RegistryWorld {
  readonly clock: ReturnType<typeof handClock>;
  readonly registry: RegistryWriter;
  readonly pin: RegistryPin;
  readonly deps: PublishDependencies;
  readonly trust: TrustPolicy;
  /** A request that would be accepted. */
  request(change?: Partial<ReleaseFacts>, options?: { readonly bytes?: Uint8Array }): Promise<ReleaseRequest>;
  /** Publishes acme/greet 1.0.0, or what is said instead; gives the artifact's digest. */
  publish(change?: Partial<ReleaseFacts>, options?: { readonly bytes?: Uint8Array }): Promise<Digest>;
}

/** A registry set up with the keys of test/trust/world.ts, whose namespace acme belongs to the key `author`. */
export async function registryWorld(registry: RegistryWriter = memoryRegistry()): Promise<RegistryWorld> {
  const clock = handClock();
  const signer = signerWith(KEYS.snapshot);
  const { rootDigest } = await initRegistry(initRequest(), { registry, verifier, signer, clock });
  const pin = { id: REGISTRY_ID, root: rootDigest };
  const deps: PublishDependencies = { registry, pin, verifier, signer, clock };
  const owners = { namespace: 'acme', authors: [keyIdentity(KEYS.author)], keys: ringOf(KEYS.author) };
  await setOwners(owners, deps);
  const request: RegistryWorld['request'] = async (change = {}, options = {}) => {
    const release: ReleaseFacts = {
      name: 'acme/greet',
      version: '1.0.0',
      abi: { kind: 'custom' },
      capabilities: [],
      dependencies: {},
      ...change,
    };
    const bytes = options.bytes ?? tinyModule(`${release.name}@${release.version}`);
    const provenance = [await signedProvenance(KEYS.author, bytes)];
    const verdict = await signedVerdict(
      summaryOf(provenance, {
        name: release.name,
        version: release.version,
        artifact: digestOf(bytes),
        policy: POLICY_DIGEST,
        timeVerified: clock.now(),
      }),
    );
    return { release, artifacts: [{ bytes, build: 'default', platform: PLATFORM, provenance, verdict }] };
  };
  return {
    clock,
    registry,
    pin,
    deps,
    trust: {
      schema: 'assay.trust/1',
      registries: { [REGISTRY_ID]: { url: registry.location, root: rootDigest } },
      namespaces: { acme: REGISTRY_ID },
      minimumAgeHours: 0,
      generationsKept: 5,
    },
    request,
    async publish(change, options) {
      const asked = await request(change, options);
      await publishRelease(asked, deps);
      return digestOf(asked.artifacts[0]?.bytes ?? new Uint8Array());
    },
  };
}
