import { type Digest, type DigestSet, hexOf, shortDigest } from '#model/digest';
import { AssayError } from '#model/errors';
import type { PluginName, Version } from '#model/names';
import type { Root } from '#model/registry-documents';
import {
  PREDICATE,
  type ResourceDescriptor,
  resourceUri,
  type Statement,
  type VerificationSummary,
  VerificationSummarySchema,
} from '#model/statement';
import { TOOLKIT } from '#model/toolkit';
import type { BundleVerifier } from '#model/verified-bundle';
import { holdersOf } from './document.ts';
import type { BuildLevel } from './provenance.ts';
import { encodeStatement, parsePredicate, sha256Of, type VerifiedStatement, verifyStatement } from './statement.ts';

/** Media type that marks a second subject as the OCI manifest around the artifact. */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
/** How far a signer's clock may run ahead of this machine's. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** The artifact of a release that a verdict is about. */
export interface VerdictTopic {
  /** `canonicalUrl` of the root; the verifier's id. */
  readonly canonicalUrl: string;
  readonly name: PluginName;
  readonly version: Version;
  readonly platform: string;
  /** Digest of the bytes at hand. */
  readonly artifact: Digest;
}

/** What a verdict says. */
export interface VerificationSummaryInput extends VerdictTopic {
  readonly result: 'PASSED' | 'FAILED';
  /** Digest of the flattened policy, without waivers and acceptances. */
  readonly policy: Digest;
  readonly rulesEdition: string;
  readonly timeVerified: Date;
  /** Digests of the provenance bundles that the verdict rests on; at least one. */
  readonly provenance: readonly Digest[];
  readonly report?: Digest;
  /** Digest of the bundle in which a person resolved a flag. */
  readonly resolution?: Digest;
  readonly buildLevel: BuildLevel;
  readonly ociManifest?: Digest;
}

/** A SLSA Verification Summary as the bytes to sign. */
export function verificationSummaryStatement(input: VerificationSummaryInput): Uint8Array {
  const base = input.canonicalUrl.replace(/\/+$/, '');
  const bundleUri = (digest: Digest): string =>
    `${base}/att/sha256/${hexOf(input.artifact)}/${hexOf(digest)}.sigstore.json`;
  const passed = input.result === 'PASSED';
  const predicate: VerificationSummary = {
    verifier: { id: input.canonicalUrl, version: { assay: TOOLKIT.version, rules: input.rulesEdition } },
    timeVerified: input.timeVerified.toISOString(),
    resourceUri: resourceOf(input),
    policy: { uri: `${base}/policies/${hexOf(input.policy)}.json`, digest: sha256Set(input.policy) },
    inputAttestations: [
      ...input.provenance.map((digest) => attestation('provenance', digest, bundleUri(digest))),
      ...(input.report === undefined ? [] : [attestation('audit-report', input.report)]),
      ...(input.resolution === undefined
        ? []
        : [attestation('resolution', input.resolution, bundleUri(input.resolution))]),
    ],
    verificationResult: input.result,
    verifiedLevels: passed ? ['ASSAY_APPROVED', `ASSAY_BUILD_LEVEL_${input.buildLevel}`] : [],
  };
  return encodeStatement({
    subject: [
      { name: `${input.name}@${input.version}`, digest: sha256Set(input.artifact) },
      ...(input.ociManifest === undefined ? [] : [{ mediaType: OCI_MANIFEST, digest: sha256Set(input.ociManifest) }]),
    ],
    predicateType: PREDICATE.verificationSummary,
    predicate,
  });
}

/** Which verdict is expected. */
export interface VerdictRequirement extends VerdictTopic {
  readonly root: Root;
  /** Digests of the policies that count: the snapshot's, narrowed by this machine's own. */
  readonly acceptedPolicies: ReadonlySet<Digest>;
  /** Digests of the provenance bundles that verified; the verdict must rest on one of them. */
  readonly provenance: readonly Digest[];
  readonly now: Date;
}

export interface VerifiedVerdict extends VerifiedStatement {
  readonly summary: VerificationSummary;
  /** Undefined only for a failed verdict that names none. */
  readonly policy: Digest | undefined;
  readonly timeVerified: Date;
}

/** A verdict that passed, and so names the policy it passed. */
export interface PassedVerdict extends VerifiedVerdict {
  readonly policy: Digest;
}

/**
 * Verifies a verdict bundle and everything it must say, except whether it passed: see requirePassed.
 * Throws what verifyStatement throws.
 */
export async function verifyVerdict(
  verifier: BundleVerifier,
  bundle: Uint8Array,
  requirement: VerdictRequirement,
): Promise<VerifiedVerdict> {
  const verified = await verifyStatement(verifier, bundle, {
    artifact: requirement.artifact,
    predicateType: PREDICATE.verificationSummary,
    role: 'verdict',
    holders: holdersOf(requirement.root, 'verdict'),
    keyring: requirement.root.keys,
  });
  return { ...verified, ...checkVerificationSummary(verified.statement, requirement) };
}

/**
 * Checks what a verification summary says: one artifact, this verifier, this resource, a time that is not in the
 * future, and, where it passed, an accepted policy and verified provenance as its input. Throws STATEMENT_INVALID or SUBJECT_MISMATCH.
 */
export function checkVerificationSummary(
  statement: Statement,
  requirement: Omit<VerdictRequirement, 'root'>,
): { summary: VerificationSummary; policy: Digest | undefined; timeVerified: Date } {
  const summary = parsePredicate(VerificationSummarySchema, statement);
  requireOneArtifact(statement, requirement.artifact);
  requireEqual('verifier', summary.verifier.id, requirement.canonicalUrl);
  requireEqual('resource', summary.resourceUri, resourceOf(requirement));
  const timeVerified = requireTime(summary, requirement.now);
  // A failed verdict only takes away, so it counts under any policy and whatever it rests on.
  if (summary.verificationResult === 'PASSED') {
    requirePolicy(summary, requirement.acceptedPolicies);
    requireProvenance(summary, requirement.provenance);
  }
  return { summary, policy: policyOf(summary), timeVerified };
}

/**
 * The verdict that counts among several about one artifact: the newest, and of two of the same time the failed one.
 * Throws NOT_APPROVED when it did not pass.
 */
export function requirePassed(verdicts: readonly [VerifiedVerdict, ...VerifiedVerdict[]]): PassedVerdict {
  const [first, ...rest] = verdicts;
  const newest = rest.reduce((best, verdict) => {
    const later = verdict.timeVerified.getTime() - best.timeVerified.getTime();
    return later > 0 || (later === 0 && verdict.summary.verificationResult === 'FAILED') ? verdict : best;
  }, first);
  const { policy } = newest;
  if (newest.summary.verificationResult === 'PASSED' && policy !== undefined) return { ...newest, policy };
  throw new AssayError('NOT_APPROVED', `the registry's newest verdict on ${newest.summary.resourceUri} is FAILED`, {
    hint: 'Install another version; the registry’s report says what was found in this one.',
  });
}

function resourceOf({ canonicalUrl, name, version, platform }: VerdictTopic): string {
  return resourceUri(canonicalUrl, name, version, platform);
}

function requireOneArtifact(statement: Statement, artifact: Digest): void {
  const [first, second, ...more] = statement.subject;
  const manifest = second === undefined || second['mediaType'] === OCI_MANIFEST;
  if (first !== undefined && sha256Of(first) === hexOf(artifact) && manifest && more.length === 0) return;
  throw new AssayError(
    'SUBJECT_MISMATCH',
    'a verdict must be about one artifact, and the OCI manifest around it at most',
    {
      hint: 'The registry must sign one verdict for each artifact.',
    },
  );
}

function requireEqual(what: string, actual: string, expected: string): void {
  if (actual === expected) return;
  throw new AssayError('STATEMENT_INVALID', `the verdict is for another ${what}: ${actual}, not ${expected}`, {
    hint: 'A verdict counts for one registry, plugin, version and platform; use the one that was signed for this.',
  });
}

function policyOf(summary: VerificationSummary): Digest | undefined {
  const hex = summary.policy.digest === undefined ? undefined : sha256Of({ digest: summary.policy.digest });
  return hex === undefined ? undefined : `sha256:${hex}`;
}

function requirePolicy(summary: VerificationSummary, accepted: ReadonlySet<Digest>): void {
  const policy = policyOf(summary);
  if (policy !== undefined && accepted.has(policy)) return;
  const named = policy === undefined ? 'no policy' : `the policy ${shortDigest(policy)}`;
  throw new AssayError('STATEMENT_INVALID', `the verdict rests on ${named}, which is not accepted here`, {
    hint: 'Ask the registry to decide again under a policy that it accepts. Its maintainer may accept this one: assay registry policy REGISTRY --accept POLICY --keys KEYS',
  });
}

function requireProvenance(summary: VerificationSummary, provenance: readonly Digest[]): void {
  const inputs = new Set((summary.inputAttestations ?? []).map(({ digest }) => digest && sha256Of({ digest })));
  if (provenance.some((digest) => inputs.has(hexOf(digest)))) return;
  throw new AssayError('STATEMENT_INVALID', 'the verdict does not rest on the provenance that came with the artifact', {
    hint: 'Fetch the bundles again, together; a verdict lists the provenance that the registry saw.',
  });
}

function requireTime(summary: VerificationSummary, now: Date): Date {
  const time = new Date(summary.timeVerified ?? Number.NaN);
  if (time.getTime() <= now.getTime() + CLOCK_SKEW_MS) return time;
  throw new AssayError('STATEMENT_INVALID', `the verdict was made at ${summary.timeVerified ?? 'no stated time'}`, {
    hint: 'Check this machine’s clock; a verdict from the future is not believed.',
  });
}

function attestation(name: string, digest: Digest, uri?: string): ResourceDescriptor {
  return { name, digest: sha256Set(digest), ...(uri === undefined ? {} : { uri }) };
}

function sha256Set(digest: Digest): DigestSet {
  return { sha256: hexOf(digest) };
}
