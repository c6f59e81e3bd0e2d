import { descriptorOf, type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { PluginName, Version } from '#model/names';
import { BUNDLE_MEDIA_TYPE, PREDICATE } from '#model/statement';
import type { EventDraft } from '#registry/events';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import type { OpenRegistry } from '#registry/open';
import type { PluginVersion } from '#registry/versions';
import { type VerifiedVerdict, verifyVerdict } from '#trust/verification-summary';
import { type ChangeOptions, type ChangePlan, changeRegistry, type PublishDependencies } from './change-registry.ts';
import { publishedVersion } from './published-version.ts';

export interface VerdictRecord {
  readonly name: PluginName;
  readonly version: Version;
  /** Which of the version's artifacts was audited again. */
  readonly artifact: Digest;
  /** Bundle of the new verification summary, passed or failed. */
  readonly verdict: Uint8Array;
  /** The audit report that it rests on; kept as a blob. */
  readonly report?: Uint8Array;
}

/**
 * Adds the verdict of a later audit to a published version. A failed one takes the version out of new installs. Throws
 * PLUGIN_UNKNOWN, VERSION_UNKNOWN, or what verifying the bundle throws.
 */
export function recordVerdict(
  record: VerdictRecord,
  deps: PublishDependencies,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  return changeRegistry(
    deps,
    async (registry) => {
      const now = deps.clock.now();
      const version = await publishedVersion(registry, record.name, record.version);
      const verified = await verifyRecord(registry, version, record, deps, now);
      const { artifact, verdict, report } = record;
      const files = [{ path: LAYOUT.bundle(artifact, digestOf(verdict)), bytes: verdict }];
      if (report !== undefined) files.push({ path: LAYOUT.blob(digestOf(report)), bytes: report });
      return { events: new Map([[record.name, [verdictEvent(record, verified, now)]]]), files };
    },
    options,
  );
}

async function verifyRecord(
  registry: OpenRegistry,
  { release }: PluginVersion,
  { artifact, verdict }: VerdictRecord,
  { verifier }: PublishDependencies,
  now: Date,
): Promise<VerifiedVerdict> {
  const entry = release.artifacts.find(({ digest }) => digest === artifact);
  if (entry === undefined) {
    throw new AssayError('SUBJECT_MISMATCH', `${release.name} ${release.version} has no artifact ${artifact}`, {
      hint: `Its artifacts: ${release.artifacts.map(({ digest }) => digest).join(', ')}`,
    });
  }
  if (verdict.length > REGISTRY_LIMITS.bundle) {
    throw new AssayError('BUNDLE_MALFORMED', `the bundle is larger than ${REGISTRY_LIMITS.bundle} bytes`);
  }
  return verifyVerdict(verifier, verdict, {
    root: registry.root,
    canonicalUrl: registry.root.canonicalUrl,
    name: release.name,
    version: release.version,
    platform: entry.platform,
    artifact,
    acceptedPolicies: registry.acceptedPolicies,
    // Verified when the version was published; the signed index has named them since.
    provenance: release.bundles.filter((bundle) => bundle.artifact === artifact).map(({ digest }) => digest),
    now,
  });
}

function verdictEvent(
  { version, artifact, verdict, report }: VerdictRecord,
  verified: VerifiedVerdict,
  now: Date,
): EventDraft {
  if (verified.policy === undefined) {
    throw new AssayError('STATEMENT_INVALID', `the verdict on ${version} names no policy`, {
      hint: 'Sign the verdict again, with the policy that was applied.',
    });
  }
  return {
    event: 'verdict',
    at: now.toISOString(),
    version,
    artifact,
    result: verified.summary.verificationResult,
    policy: verified.policy,
    bundle: {
      ...descriptorOf(verdict),
      mediaType: BUNDLE_MEDIA_TYPE,
      artifact,
      predicateType: PREDICATE.verificationSummary,
    },
    ...(report === undefined ? {} : { report: descriptorOf(report, 'application/json') }),
  };
}
