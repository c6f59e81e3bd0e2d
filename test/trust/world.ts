import { generateKey, type KeyPair } from '#adapters/keys/private-key';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { keySigner } from '#adapters/sigstore/key-signer';
import type { BuildRecord } from '#model/build-record';
import { canonicalJson } from '#model/canonical-json';
import { type Digest, digestOf } from '#model/digest';
import type { Artifact, ReleaseEvent } from '#model/events';
import type { Identity, Keyring } from '#model/identity';
import type { Owners, Root } from '#model/registry-documents';
import { PREDICATE } from '#model/statement';
import type { VerifiedBundle } from '#ports/bundle-verifier';
import type { Signer } from '#ports/signer';
import { LOCAL_BUILDER, provenanceStatement } from '#trust/provenance';
import { joinBundles } from '#trust/root';
import { type VerificationSummaryInput, verificationSummaryStatement } from '#trust/verification-summary';

export const NOW = new Date('2026-06-01T12:00:00Z');
export const CANONICAL_URL = 'https://plugins.example.org/registry';
export const NAME = 'acme/greet';
export const VERSION = '1.4.0';
export const PLATFORM = 'wasm32-wasip1';
export const BYTES = new TextEncoder().encode('\0asm pretend module');
export const POLICY = digestOf('the policy');

/** One key a role, made once; keys are what takes time. */
export const KEYS = {
  root1: generateKey(),
  root2: generateKey(),
  root3: generateKey(),
  author: generateKey(),
  verdict: generateKey(),
  snapshot: generateKey(),
  config: generateKey(),
  stranger: generateKey(),
} as const;

export const verifier = bundleVerifier();

export function signerWith(key: KeyPair): Signer {
  return keySigner(key.privateKey);
}

export function keyIdentity(key: KeyPair): Identity {
  return { kind: 'key', keyId: key.id };
}

export function ringOf(...keys: readonly KeyPair[]): Keyring {
  return Object.fromEntries(keys.map((key) => [key.id, key.publicKey]));
}

/** A root with one key a role and a threshold of two of two root keys. */
export function makeRoot(change: Partial<Root> = {}): Root {
  return {
    schema: 'assay.root/1',
    registryId: 'example',
    canonicalUrl: CANONICAL_URL,
    version: 1,
    expires: '2027-01-01T00:00:00Z',
    threshold: 2,
    rootKeys: [KEYS.root1.id, KEYS.root2.id],
    keys: ringOf(KEYS.root1, KEYS.root2, KEYS.verdict, KEYS.snapshot, KEYS.config),
    roles: {
      verdict: [keyIdentity(KEYS.verdict)],
      resolution: [keyIdentity(KEYS.verdict)],
      snapshot: [keyIdentity(KEYS.snapshot)],
      config: [keyIdentity(KEYS.config)],
    },
    ...change,
  };
}

/** A root as it lies in a registry, signed by the keys given. */
export async function signRoot(
  root: unknown,
  ...keys: readonly KeyPair[]
): Promise<{ readonly document: Uint8Array; readonly signatures: Uint8Array }> {
  const document = new TextEncoder().encode(canonicalJson(root));
  const bundles: Uint8Array[] = [];
  for (const key of keys) bundles.push(await signerWith(key).signDocument(document));
  return { document, signatures: joinBundles(bundles) };
}

export function makeOwners(change: Partial<Owners> = {}): Owners {
  return {
    schema: 'assay.owners/1',
    namespace: 'acme',
    since: '2026-01-01T00:00:00Z',
    authors: [keyIdentity(KEYS.author)],
    keys: ringOf(KEYS.author),
    ...change,
  };
}

export function makeRecord(bytes: Uint8Array): BuildRecord {
  return {
    schema: 'assay.build-record/1',
    job: {
      id: 'greet',
      plugin: NAME,
      version: VERSION,
      folder: '.',
      toolchain: 'wat',
      sources: ['greet.wat'],
      optimize: 'size',
      options: {},
      inputs: [],
    },
    inputs: { digest: digestOf('inputs'), files: 2 },
    toolchain: { name: 'wat', version: '1.0.39' },
    arguments: ['greet.wat'],
    recipe: 1,
    output: { file: 'greet.wasm', digest: digestOf(bytes), size: bytes.length },
    companions: [],
  };
}

export async function signedProvenance(key: KeyPair = KEYS.author, bytes: Uint8Array = BYTES): Promise<Uint8Array> {
  const artifact = { name: 'greet.wasm', digest: digestOf(bytes) };
  return signerWith(key).signStatement(
    provenanceStatement({ artifact, record: makeRecord(bytes), builder: LOCAL_BUILDER }),
  );
}

/** What a passed verdict on BYTES says, resting on the provenance bundles given. */
export function summaryOf(
  provenance: readonly Uint8Array[],
  change: Partial<VerificationSummaryInput> = {},
): VerificationSummaryInput {
  return {
    canonicalUrl: CANONICAL_URL,
    name: NAME,
    version: VERSION,
    platform: PLATFORM,
    artifact: digestOf(BYTES),
    result: 'PASSED',
    policy: POLICY,
    rulesEdition: '1',
    timeVerified: NOW,
    provenance: provenance.map(digestOf),
    buildLevel: 1,
    ...change,
  };
}

export async function signedVerdict(input: VerificationSummaryInput, key: KeyPair = KEYS.verdict): Promise<Uint8Array> {
  return signerWith(key).signStatement(verificationSummaryStatement(input));
}

export function makeArtifact(bytes: Uint8Array = BYTES): Artifact {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    mediaType: 'application/wasm',
    build: 'greet',
    platform: PLATFORM,
    urls: [],
  };
}

export function makeRelease(artifact: Artifact = makeArtifact()): ReleaseEvent {
  return {
    event: 'release',
    seq: 1,
    publishedAt: '2026-05-01T00:00:00Z',
    name: NAME,
    version: VERSION,
    artifacts: [artifact],
    companions: [],
    abi: { kind: 'wasi-p1' },
    capabilities: [],
    dependencies: {},
    bundles: [],
  };
}

/** A bundle verifier that believes everything: for tests about what is said, not about how it is signed. */
export function believing(verified: VerifiedBundle) {
  return { verifyStatement: async () => verified, verifyDocument: async () => verified };
}

export function policies(...digests: readonly Digest[]): ReadonlySet<Digest> {
  return new Set(digests.length === 0 ? [POLICY] : digests);
}

export const TYPES = PREDICATE;
