import type { AuditReport, Fix, FindingLocation, RuleDescriptor } from '#model/audit-report';
import type { Digest } from '#model/digest';
import type { Level } from '#model/policy';
import type { Outcome, Reason, Verdict } from '#model/verdict';
import { relevantFix } from './relevant-fix.ts';

/** Where the plugin's manifest lies, so that findings can point at a line people can edit. */
export interface ManifestPlace {
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  /** The toolchains that it builds with. */
  readonly toolchains?: readonly string[];
  /** The line and column (from 1) of a JSON pointer into the manifest, or of its nearest existing parent. */
  readonly locate?: (pointer: string) => { readonly line: number; readonly column: number } | undefined;
}

/** What a report is made from: the audits of a plugin's artifacts and, where a policy was applied, the verdict. */
export interface Assessment {
  readonly reports: readonly AuditReport[];
  readonly verdict?: Verdict;
  readonly manifest?: ManifestPlace;
}

export const SEVERITIES = ['reject', 'flag', 'note', 'settled'] as const;
/** How much a remark matters to the reader. Without a verdict, default levels stand in: error as reject, warning as flag. */
export type Severity = (typeof SEVERITIES)[number];

/** One thing to tell the reader, found in one or several artifacts of the plugin. */
export interface Remark {
  readonly rule: string;
  readonly descriptor: RuleDescriptor | undefined;
  readonly level: Level;
  readonly severity: Severity;
  readonly message: string;
  readonly action: string;
  readonly fix: Fix | undefined;
  readonly policyLine: string | undefined;
  readonly settled: Reason['settled'];
  readonly fingerprint: string;
  readonly places: readonly { readonly artifact: Digest | undefined; readonly locations: readonly FindingLocation[] }[];
}

/** What to call an outcome to people. */
export function outcomeWord(outcome: Outcome): string {
  return { approve: 'approved', flag: 'needs review', reject: 'rejected' }[outcome];
}

const LEVEL_SEVERITY: Readonly<Record<Exclude<Level, 'none'>, Severity>> = {
  error: 'reject',
  warning: 'flag',
  note: 'note',
};

const OUTCOME_SEVERITY: Readonly<Record<Outcome, Severity>> = { approve: 'note', flag: 'flag', reject: 'reject' };

/**
 * Everything to tell, most severe first and otherwise in rule order. The verdict's reasons when there is a verdict,
 * else the findings. What several artifacts have in common is told once.
 */
export function remarksOf(assessment: Assessment): Remark[] {
  const merged = new Map<string, Remark>();
  for (const remark of allRemarks(assessment)) {
    const key = JSON.stringify([remark.rule, remark.fingerprint, remark.severity, remark.message]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? remark : { ...known, places: [...known.places, ...remark.places] });
  }
  return [...merged.values()].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || compareRules(a.rule, b.rule),
  );
}

function compareRules(a: string, b: string): number {
  return Number(a.slice(3)) - Number(b.slice(3));
}

function* allRemarks({ reports, verdict, manifest }: Assessment): Generator<Remark> {
  if (verdict !== undefined) {
    for (const reason of verdict.decision.reasons) {
      if (reason.level === 'none' && reason.settled === undefined) continue;
      yield {
        rule: reason.rule,
        descriptor: verdict.rules[reason.rule],
        level: reason.level,
        severity: reason.settled === undefined ? OUTCOME_SEVERITY[reason.outcome] : 'settled',
        message: reason.message,
        action: reason.action,
        fix: reason.fix && relevantFix(reason.fix, reports, manifest?.toolchains),
        policyLine: reason.policyLine,
        settled: reason.settled,
        fingerprint: reason.fingerprint,
        places: [{ artifact: reason.artifact, locations: reason.locations }],
      };
    }
    return;
  }
  for (const report of reports) {
    for (const finding of report.findings) {
      if (finding.level === 'none') continue;
      yield {
        rule: finding.rule,
        descriptor: report.rules[finding.rule],
        level: finding.level,
        severity: LEVEL_SEVERITY[finding.level],
        message: finding.message,
        action: finding.action,
        fix: finding.fix && relevantFix(finding.fix, [report], manifest?.toolchains),
        policyLine: undefined,
        settled: undefined,
        fingerprint: finding.fingerprint,
        places: [{ artifact: report.subject.digest, locations: finding.locations }],
      };
    }
  }
}

/** The rule as people read it: `ASY210 undeclared-capability`. */
export function ruleTitle(remark: Remark): string {
  return remark.descriptor === undefined ? remark.rule : `${remark.rule} ${remark.descriptor.name}`;
}

/** The heading over the remarks of one severity. */
export function severityTitle(severity: Severity, decided: boolean): string {
  if (!decided) return { reject: 'Errors', flag: 'Warnings', note: 'Notes', settled: 'Settled' }[severity];
  return {
    reject: 'Rejected because',
    flag: 'A person has to look at',
    note: 'Good to know',
    settled: 'Settled before',
  }[severity];
}

/** Whether the plugin has several artifacts, so that places have to say which. */
export function isPlural({ reports, verdict }: Assessment): boolean {
  return (verdict?.decision.artifacts.length ?? reports.length) > 1;
}

/** The artifact's name in the reports, for remarks that hold for some of several artifacts. */
export function artifactName(assessment: Assessment, digest: Digest | undefined): string | undefined {
  const report = assessment.reports.find((candidate) => candidate.subject.digest === digest);
  if (report !== undefined) return report.subject.name;
  return assessment.verdict?.decision.artifacts.find((candidate) => candidate.digest === digest)?.build;
}
