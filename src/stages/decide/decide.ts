import type { AuditReport, RuleDescriptor } from '#model/audit-report';
import { canonicalDigest } from '#model/canonical-json';
import type { Capability } from '#model/capability';
import type { Digest } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Manifest } from '#model/manifest';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import { TOOLKIT } from '#model/toolkit';
import { type Decision, type Reason, type Verdict, worstOutcome } from '#model/verdict';
import { COMPARE_RULES } from '#rules/compare-rules';
import { reachableUses } from '#rules/granted';
import type { Refusal } from '#rules/refusals';
import { type CompareContext, type CompareRule, descriptorOf, findingOf, RULES_EDITION } from '#rules/rule';
import { levelUnder, outcomeOf } from './level.ts';
import { type Settlements, settle } from './settle.ts';

/** The report of one build; `build` is its id within the plugin, empty when there is only one. */
export interface BuiltReport {
  readonly report: AuditReport;
  readonly build: string;
  /** Digest that a release reference, a lock or a build record named for these bytes. */
  readonly claimed?: Digest | undefined;
  /** Report on what the published source builds to, where it was built again. */
  readonly rebuilt?: AuditReport | undefined;
}

/** An artifact whose bytes could not be audited (`refusalOf` in the rules); it always rejects. */
export interface RefusedArtifact {
  readonly digest: Digest;
  readonly size: number;
  /** What the artifact is called where a report would name it. */
  readonly name: string;
  readonly build: string;
  readonly refusal: Refusal;
}

export interface DecideInput {
  readonly reports: readonly BuiltReport[];
  readonly refused?: readonly RefusedArtifact[] | undefined;
  /** Without one nothing is known to be declared, and only what the policy itself says is decided. */
  readonly manifest?: Manifest | undefined;
  readonly policy: EffectivePolicy;
  /** Report of the last approved version; several are matched by build. */
  readonly baseline?: AuditReport | readonly BuiltReport[] | undefined;
  readonly acceptances?: readonly Acceptance[] | undefined;
  /** Now: what waivers and acceptances expire against. */
  readonly date: Date;
  /** True where somebody else's plugin asks to be let into a registry. */
  readonly gate?: boolean | undefined;
}

/**
 * Decides approve, flag or reject. Pure: the same reports, policy, baseline, acceptances and date give the same verdict
 * with the same digest on any machine. Several artifacts share one outcome, the worst.
 */
export function decide(input: DecideInput): Verdict {
  const { decision, rules } = weigh(input);
  return {
    schema: 'assay.verdict/1',
    digest: canonicalDigest(decision),
    decision,
    rules,
    engine: { assay: TOOLKIT.version },
  };
}

/** The decision without its digest, for replaying a policy over very many reports. */
export function weigh(input: DecideInput): Pick<Verdict, 'decision' | 'rules'> {
  const { manifest, policy } = input;
  if (input.reports.length + (input.refused?.length ?? 0) === 0)
    throw new AssayError('USAGE', 'there is nothing to decide: no audit report was given', {
      hint: 'Give reports that `assay audit --format json` or `assay check` wrote.',
    });
  const settlements: Settlements = {
    plugin: manifest?.name,
    waivers: policy.waivers,
    acceptances: input.acceptances ?? [],
    date: input.date,
  };
  const rules: Record<string, RuleDescriptor> = {};
  const reasons: Reason[] = [];
  const add = (descriptor: RuleDescriptor, reason: Reason | undefined): void => {
    if (reason === undefined) return;
    rules[descriptor.id] = descriptor;
    reasons.push(settle(reason, descriptor, settlements));
  };

  const contexts = input.reports.map((built) => contextOf(built, input));
  for (const { report } of input.reports) {
    for (const finding of report.findings) {
      const descriptor = report.rules[finding.rule];
      if (descriptor === undefined) {
        throw new AssayError(
          'DOCUMENT_INVALID',
          `the report on ${report.subject.name} lacks the descriptor of ${finding.rule}`,
          { hint: 'Audit the module again; the report was changed or cut.' },
        );
      }
      add(descriptor, reasonOf(finding, descriptor, policy, report.subject.digest, undefined));
    }
  }
  for (const { digest, refusal } of input.refused ?? []) {
    add(refusal.rule, reasonAt('error', NO_POLICY, refusal.finding, policy, digest));
  }
  for (const rule of COMPARE_RULES) {
    for (const context of rule.scope === 'plugin' ? contexts.slice(0, 1) : contexts) {
      for (const { finding, policyPath } of compared(rule, context)) {
        const about = rule.scope === 'plugin' ? undefined : context.report.subject.digest;
        add(descriptorOf(rule.info), reasonOf(finding, rule.info, policy, about, policyPath));
      }
    }
  }

  return { decision: decisionOf(input, contexts, sortedReasons(reasons)), rules };
}

function contextOf(built: BuiltReport, input: DecideInput): CompareContext {
  const baseline = baselineOf(built, input);
  return {
    report: built.report,
    reports: input.reports.map(({ report }) => report),
    build: built.build,
    policy: input.policy,
    manifest: input.manifest,
    baseline,
    previous: baseline === undefined ? allBefore(input) : [baseline],
    claimed: built.claimed,
    rebuilt: built.rebuilt,
    gate: input.gate ?? false,
  };
}

/** The baseline's report of the same build; where each side has only one, that one whatever its name. */
function baselineOf(built: BuiltReport, { reports, baseline = [] }: DecideInput): AuditReport | undefined {
  if ('subject' in baseline) return baseline;
  const same = baseline.find((candidate) => candidate.build === built.build);
  if (same !== undefined) return same.report;
  return reports.length === 1 && baseline.length === 1 ? baseline[0]?.report : undefined;
}

function allBefore({ baseline = [] }: DecideInput): AuditReport[] {
  return 'subject' in baseline ? [baseline] : baseline.map(({ report }) => report);
}

function* compared(rule: CompareRule, context: CompareContext) {
  for (const draft of rule.compare(context))
    yield { finding: findingOf(rule.info, draft), policyPath: draft.policyPath };
}

function reasonOf(
  finding: AuditReport['findings'][number],
  descriptor: RuleDescriptor,
  policy: EffectivePolicy,
  artifact: Digest | undefined,
  policyPath: string | undefined,
): Reason | undefined {
  const { level, line } = levelUnder(policy, descriptor, finding.level, policyPath);
  return level === 'none' ? undefined : reasonAt(level, line, finding, policy, artifact);
}

/** In the place of a policy's line, for what no policy can let pass. */
const NO_POLICY = 'no policy reaches bytes that no engine loads';

function reasonAt(
  level: Reason['level'],
  line: string,
  finding: AuditReport['findings'][number],
  policy: EffectivePolicy,
  artifact: Digest | undefined,
): Reason {
  const { message, locations, fingerprint, extent, action, fix } = finding;
  return {
    rule: finding.rule,
    level,
    outcome: outcomeOf(level, policy.flat),
    message,
    ...(artifact === undefined ? {} : { artifact }),
    locations,
    policyLine: line,
    action,
    ...(fix === undefined ? {} : { fix }),
    fingerprint,
    extent,
  };
}

const LEVEL_ORDER = ['error', 'warning', 'note', 'none'];

/** Worst first, then by rule, message and artifact: one order on every machine, in which a reader finds a name. */
function sortedReasons(reasons: readonly Reason[]): Reason[] {
  const keyed = reasons.map((reason) => {
    const level = LEVEL_ORDER.indexOf(reason.level);
    const rule = reason.rule.slice(3).padStart(4, '0');
    return { reason, key: `${level} ${rule} ${reason.message} ${reason.fingerprint} ${reason.artifact ?? ''}` };
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ reason }) => reason);
}

function decisionOf(input: DecideInput, contexts: readonly CompareContext[], reasons: Reason[]): Decision {
  const { manifest, policy } = input;
  const { flat } = policy;
  const used = reachedBy(
    contexts.map(({ report }) => report),
    input,
  );
  const baselines = contexts.flatMap(({ baseline }) => baseline ?? []);
  const previous = [...new Set(contexts.flatMap((context) => context.previous))];
  const before = reachedBy(previous, input);
  const baseline = baselines[0]?.subject;
  const advisories = contexts.find(({ report }) => report.advisories !== undefined)?.report.advisories;
  const assumed =
    flat.assume?.hostWritesTables === false && contexts.some(({ report }) => report.facts.reachability.open);
  return {
    outcome: worstOutcome(reasons.map((reason) => reason.outcome)),
    ...(manifest?.version === undefined ? {} : { plugin: { name: manifest.name, version: manifest.version } }),
    artifacts: [
      ...contexts.map(({ report: { subject }, build, baseline: old }) => ({
        digest: subject.digest,
        size: subject.size,
        build,
        ...(old === undefined ? {} : { baseline: old.subject.digest }),
      })),
      ...(input.refused ?? []).map(({ digest, size, build }) => ({ digest, size, build })),
    ],
    policy: policy.digest,
    rulesEdition: RULES_EDITION,
    ...(baseline === undefined ? {} : { baseline: { digest: baseline.digest, size: baseline.size } }),
    ...(advisories === undefined ? {} : { advisories }),
    capabilities: {
      declared: [...new Set(manifest?.capabilities)].toSorted(),
      used,
      added: previous.length === 0 ? [] : used.filter((capability) => !before.includes(capability)),
      removed: previous.length === 0 ? [] : before.filter((capability) => !used.includes(capability)),
    },
    assumptions: assumed
      ? [`the host writes no tables (${policy.origins['assume.hostWritesTables'] ?? 'policy'})`]
      : [],
    reasons,
  };
}

function reachedBy(reports: readonly AuditReport[], { policy }: DecideInput): Capability[] {
  const reached = reports.flatMap((report) => reachableUses(report, policy.flat).map((use) => use.capability));
  return [...new Set(reached)].toSorted();
}
