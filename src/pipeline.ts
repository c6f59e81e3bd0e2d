import type { BuildMatrix } from '#model/build-record';
import type { VersionedManifest } from '#model/manifest';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import type { Outcome, Verdict } from '#model/verdict';
import type { Clock } from '#ports/clock';
import type { Validator } from '#ports/validator';
import type { Prober } from '#ports/prober';
import { digestOf } from '#model/digest-of';
import type { AuditInput } from '#stages/audit/audit';
import { auditOrRefuse, isRefusal } from '#stages/audit/audit-or-refuse';
import { type ProbeOptions, withProbe } from '#stages/audit/probe';
import type { BuildPorts, BuildResult } from '#stages/build/build';
import { buildAll } from '#stages/build/build-all';
import { type BuiltReport, decide, type RefusedArtifact } from '#stages/decide/decide';
import { plan } from '#stages/plan/plan';

/** The line, in order. */
export const STAGES = ['plan', 'build', 'audit', 'decide', 'sign', 'publish', 'resolve', 'verify', 'install'] as const;
export type StageName = (typeof STAGES)[number];

/** What is told about a stage when it has ended well. `ms` is how long it took. */
export interface StageEvent {
  readonly stage: StageName;
  /** `done`, or what was decided. */
  readonly outcome: 'done' | Outcome;
  /** A few words for a person: `2 builds`, `wat 1.0.39, 212 kB`. */
  readonly detail: string;
  readonly ms: number;
}

export type Observe = (event: StageEvent) => void;

/** Runs one stage and tells the observer how long it took and how it came out. */
export async function observed<T>(
  stage: StageName,
  clock: Clock,
  observe: Observe,
  work: () => T | Promise<T>,
  describe: (result: T) => { readonly detail: string; readonly outcome?: Outcome },
): Promise<T> {
  const begun = clock.elapsed();
  const result = await work();
  const { detail, outcome } = describe(result);
  observe({ stage, outcome: outcome ?? 'done', detail, ms: clock.elapsed() - begun });
  return result;
}

export interface CheckRequest {
  readonly manifest: VersionedManifest;
  /** The plugin's folder relative to the workspace, `.` for the workspace itself. */
  readonly folder: string;
  /** The plugin's folder on disk. */
  readonly sourceFolder: string;
  /** Where modules, records and logs are kept; nowhere when left out. */
  readonly outputFolder?: string;
  readonly policy: EffectivePolicy;
  /** Reports of the last approved version. */
  readonly baseline?: readonly BuiltReport[];
  readonly acceptances: readonly Acceptance[];
  /** Vulnerability records to match libraries against. */
  readonly advisories?: AuditInput['advisories'];
  /** Also try every module out; needs the `prober`. */
  readonly probe?: ProbeOptions;
  readonly signingTokenInReach: boolean;
  readonly timeoutMs?: number;
  /** Builds that may run at the same time. */
  readonly parallel: number;
}

export interface CheckPorts {
  readonly build: BuildPorts;
  readonly validator: Validator;
  readonly prober?: Prober;
  readonly clock: Clock;
}

export interface CheckResult {
  readonly matrix: BuildMatrix;
  readonly builds: readonly BuildResult[];
  /** Reports on those builds whose bytes could be read, and why the others were refused. */
  readonly reports: readonly BuiltReport[];
  readonly refused: readonly RefusedArtifact[];
  readonly verdict: Verdict;
}

/** plan → build → audit → decide for one plugin. */
export async function check(request: CheckRequest, ports: CheckPorts, observe: Observe): Promise<CheckResult> {
  const { manifest, folder } = request;
  const { clock } = ports;
  const matrix = await observed(
    'plan',
    clock,
    observe,
    () => plan({ manifests: [{ folder, manifest }] }),
    ({ include }) => ({ detail: include.length === 1 ? '1 build' : `${include.length} builds` }),
  );
  const builds = await observed(
    'build',
    clock,
    observe,
    () => buildAll(matrix.include, request, ports.build),
    (results) => ({ detail: results.map(describeBuild).join(', ') }),
  );
  const { reports, refused } = await observed(
    'audit',
    clock,
    observe,
    () => auditAll(builds, request, ports),
    describeAudit,
  );
  const verdict = await observed(
    'decide',
    clock,
    observe,
    () =>
      decide({
        reports,
        refused,
        manifest,
        policy: request.policy,
        acceptances: request.acceptances,
        date: clock.now(),
        ...(request.baseline === undefined ? {} : { baseline: request.baseline }),
      }),
    (result) => ({ detail: describeVerdict(result), outcome: result.decision.outcome }),
  );
  return { matrix, builds, reports, refused, verdict };
}

interface Audited {
  readonly reports: readonly BuiltReport[];
  readonly refused: readonly RefusedArtifact[];
}

async function auditAll(
  builds: readonly BuildResult[],
  { manifest, advisories, probe }: CheckRequest,
  { validator, prober }: CheckPorts,
): Promise<Audited> {
  const reports: BuiltReport[] = [];
  const refused: RefusedArtifact[] = [];
  for (const { record, bytes } of builds) {
    const build = record.job.id;
    const input = { bytes, name: record.output.file, abi: manifest.abi };
    const audited = await auditOrRefuse(
      { ...input, ...(advisories === undefined ? {} : { advisories }) },
      { validator },
    );
    if (isRefusal(audited)) {
      const subject = { name: record.output.file, digest: digestOf(bytes), size: bytes.length };
      refused.push({ ...subject, build, refusal: audited });
    } else {
      const probed = probe !== undefined && prober !== undefined;
      reports.push({ report: probed ? await withProbe(bytes, audited, probe, prober) : audited, build });
    }
  }
  return { reports, refused };
}

function describeBuild({ record, fromCache }: BuildResult): string {
  const { toolchain, output } = record;
  return `${toolchain.version} → ${showBytes(output.size)}${fromCache ? ' (cached)' : ''}`;
}

function describeAudit({ reports, refused }: Audited): { detail: string } {
  const imports = reports.reduce((sum, { report }) => sum + report.facts.imports.length, 0);
  const findings = reports.reduce(
    (sum, { report }) => sum + report.findings.filter(({ level }) => level !== 'none').length,
    refused.length,
  );
  return { detail: `${plural(imports, 'import')}, ${plural(findings, 'finding')}` };
}

function describeVerdict({ decision }: Verdict): string {
  const deciding = decision.reasons.filter(({ outcome }) => outcome !== 'approve');
  if (deciding.length > 0) return [...new Set(deciding.map(({ rule }) => rule))].join(', ');
  return decision.capabilities.used.length === 0 ? 'no capabilities' : decision.capabilities.used.join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function showBytes(bytes: number): string {
  return bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;
}
