import { readBuilds, readVerdict, type StoredBuild } from '#adapters/fs/build-folder';
import { canonicalDigest } from '#model/canonical-json';
import { AssayError } from '#model/errors';
import type { VersionedManifest } from '#model/manifest';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import type { Verdict } from '#model/verdict';
import type { Clock } from '#ports/clock';
import type { Advisories } from '#rules/advisories';
import { audit } from '#stages/audit/audit';
import { type BuiltReport, decide } from '#stages/decide/decide';
import { requireEveryBuild } from './every-build.ts';
import { localValidator } from './validator.ts';

/** What a decision rests on besides the modules. */
export interface DecisionGrounds {
  readonly manifest: VersionedManifest;
  readonly policy: EffectivePolicy;
  readonly baseline?: readonly BuiltReport[];
  readonly acceptances: readonly Acceptance[];
  readonly advisories?: Advisories;
}

export interface DecidedBuilds {
  readonly verdict: Verdict;
  /** The builds that the verdict is about, in its order. */
  readonly builds: readonly StoredBuild[];
}

/**
 * Audits the modules of a build folder again and decides again. The verdict that lies there counts only when it is
 * the one that comes out: its digest has no key, so whoever wrote into the folder could have written another one.
 * Throws NOT_APPROVED for a verdict about another plugin or another decision, FILE_MISSING or DIGEST_MISMATCH.
 */
export async function decideAgain(folder: string, grounds: DecisionGrounds, clock: Clock): Promise<DecidedBuilds> {
  const stored = await readVerdict(folder);
  if (canonicalDigest(stored.decision) !== stored.digest) {
    throw new AssayError('DIGEST_MISMATCH', `the verdict in ${folder} was changed after it was made`, {
      hint: 'Run `assay check` again.',
    });
  }
  requireSamePlugin(stored, grounds.manifest);
  requireEveryBuild(
    grounds.manifest,
    stored.decision.artifacts.map(({ build }) => build),
    folder,
  );
  const builds = coveredBuilds(folder, await readBuilds(folder), stored);
  const { manifest, policy, baseline, acceptances, advisories } = grounds;
  const validator = await localValidator();
  const reports: BuiltReport[] = [];
  for (const { record, bytes } of builds) {
    const input = { bytes, name: record.output.file, abi: manifest.abi };
    const report = await audit({ ...input, ...(advisories === undefined ? {} : { advisories }) }, { validator });
    reports.push({ report, build: record.job.id });
  }
  const verdict = decide({ reports, manifest, policy, baseline, acceptances, date: clock.now() });
  if (verdict.digest === stored.digest) return { verdict, builds };
  throw new AssayError('NOT_APPROVED', differenceOf(stored, verdict, folder), {
    hint: 'Run `assay check` again, and name the same --policy, --baseline and --acceptances to every step.',
  });
}

function differenceOf(stored: Verdict, verdict: Verdict, folder: string): string {
  const { policy } = stored.decision;
  if (policy !== verdict.decision.policy) return `the verdict in ${folder} was decided by another policy (${policy})`;
  const outcomes = [stored, verdict].map(({ decision }) => decision.outcome);
  const detail =
    outcomes[0] === outcomes[1] ? 'its reasons differ' : `it says ${outcomes.join(', deciding again says ')}`;
  return `the verdict in ${folder} is not what its modules give: ${detail}`;
}

/** A build folder may hold older builds of other versions besides those that were decided on. */
function coveredBuilds(folder: string, builds: readonly StoredBuild[], { decision }: Verdict): StoredBuild[] {
  return decision.artifacts.map(({ digest, build }) => {
    const found = builds.find(({ record }) => record.output.digest === digest && record.job.id === build);
    if (found !== undefined) return found;
    throw new AssayError(
      'FILE_MISSING',
      `the verdict covers ${digest} as ${build}, and ${folder} holds no such build`,
      {
        hint: 'Run `assay check` again.',
      },
    );
  });
}

function requireSamePlugin({ decision }: Verdict, manifest: VersionedManifest): void {
  const { plugin } = decision;
  if (plugin?.name === manifest.name && plugin.version === manifest.version) return;
  const about = plugin === undefined ? 'no plugin' : `${plugin.name} ${plugin.version}`;
  throw new AssayError(
    'NOT_APPROVED',
    `the verdict is about ${about}, not about ${manifest.name} ${manifest.version}`,
    { hint: 'plugin.yaml changed since the last check. Run `assay check` and `assay sign` again.' },
  );
}
