import { hash } from 'node:crypto';
import type { AuditReport, Finding, FindingLocation, Fix, RuleDescriptor } from '#model/audit-report';
import type { CallPath } from '#model/call-path';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import type { Abi, Manifest } from '#model/manifest';
import type { CapabilityUse } from '#model/capability';
import type { Digest } from '#model/digest';
import type { ModuleFacts } from '#model/module-facts';
import type { CoreModule } from '#wasm/core-module';
import type { CustomSection } from '#wasm/facts';
import type { Advisories } from './advisories.ts';
import { clip } from './clip.ts';
import type { Dependencies } from './dependencies.ts';
import type { Region } from './regions.ts';

/** The edition of the catalogue. A rule that joined later is information under a preset of an earlier edition. */
export const RULES_EDITION = '1';

/** What a rule is, plus what the catalogue needs besides the descriptor that reports carry. */
export interface RuleInfo extends RuleDescriptor {
  /** What the author does about a finding, where the finding itself does not say it better. */
  readonly action: string;
  /** Edition in which the rule joined the catalogue. */
  readonly since: string;
}

/** What a rule reports. `subject` and `extent` decide whether a later finding is the same one, and whether it grew. */
export interface Draft {
  /** What the finding is about, stable over versions: a name, never an offset. Default: the module as a whole. */
  readonly subject?: string;
  readonly message: string;
  readonly locations?: readonly FindingLocation[];
  /** What it covers, by name. */
  readonly extent?: readonly string[];
  /** How much of something there is; more of it is growth. */
  readonly counts?: Readonly<Record<string, number | bigint>>;
  readonly action?: string;
  readonly fix?: Fix;
}

export interface ReadContext {
  readonly bytes: Uint8Array;
  readonly facts: ModuleFacts;
  /** The module itself, or the core modules of a component. */
  readonly modules: readonly CoreModule[];
  /** Custom sections at any depth. */
  readonly sections: readonly CustomSection[];
  readonly abi: Abi;
  readonly capabilities: readonly CapabilityUse[];
  /** Data and custom sections as text, read once for all rules. */
  readonly regions: readonly Region[];
  /** Tables of symbols and debug data, for what must stand nowhere. */
  readonly symbols: readonly Region[];
  /** Libraries that the bytes name. */
  readonly dependencies: Dependencies;
  /** Vulnerability records, when the audit was given some. */
  readonly advisories: Advisories | undefined;
}

/** A rule that reads the module; the audit stage runs it. */
export interface ReadRule {
  readonly info: RuleInfo;
  readonly read: (context: ReadContext) => Iterable<Draft>;
}

export interface CompareContext {
  readonly report: AuditReport;
  /** Reports of every artifact of this version, this one among them. */
  readonly reports: readonly AuditReport[];
  /** Name of the build within its plugin; empty when there is only one. */
  readonly build: string;
  readonly policy: EffectivePolicy;
  readonly manifest: Manifest | undefined;
  /** Report of the last approved version's same build. */
  readonly baseline: AuditReport | undefined;
  /** That one; for a build that the last approved version did not have, the reports of all that it had. */
  readonly previous: readonly AuditReport[];
  /** Digest that a release reference, a lock or a build record named for these bytes. */
  readonly claimed: Digest | undefined;
  /** Report on what the published source builds to. */
  readonly rebuilt: AuditReport | undefined;
  /** True at a registry's gate, where somebody else's plugin asks to be let in. */
  readonly gate: boolean;
}

export interface CompareDraft extends Draft {
  /** Path in the flattened policy of the line that speaks about this, such as `capabilities.deny[0]`. */
  readonly policyPath?: string;
}

/** A rule that compares reports, manifest and policy; the decide stage runs it. */
export interface CompareRule {
  readonly info: RuleInfo;
  /** `plugin`: asked once for all artifacts together. Default: once for each artifact. */
  readonly scope?: 'artifact' | 'plugin';
  readonly compare: (context: CompareContext) => Iterable<CompareDraft>;
}

/** Locations that a finding keeps; rules need not make more. */
export const MAX_LOCATIONS = 50;
const MAX_EXTENT = 2000;

/** The finding of a draft at its rule's default level, within the limits of the report's schema. */
export function findingOf(info: RuleInfo, draft: Draft): Finding {
  const base: Finding = {
    rule: info.id,
    level: info.level,
    message: clip(draft.message, 2000),
    locations: (draft.locations ?? []).slice(0, MAX_LOCATIONS).map(clipLocation),
    fingerprint: fingerprintOf(info.id, draft.subject ?? ''),
    extent: extentOf(draft),
    action: clip(draft.action ?? info.action, 1000),
  };
  return draft.fix === undefined ? base : { ...base, fix: draft.fix };
}

/** 32 hex digits over the rule and what the finding is about. */
export function fingerprintOf(rule: string, subject: string): string {
  return shortHash(`${rule}\0${subject}`);
}

/**
 * Sorted, unique and bounded: what is too long or too much is folded into hashes, so that growth is still seen. So is a
 * name that looks like a count, for the module chose it.
 */
function extentOf({ extent = [], counts = {} }: Draft): string[] {
  // There may be a hundred thousand, nearly all of them without the sign.
  const looksCounted = (entry: string): boolean => entry.includes('=') && COUNTED.test(entry);
  const names = extent.map((entry) =>
    entry.length <= 300 && !looksCounted(entry) ? entry : `${entry.slice(0, 200)}~${shortHash(entry)}`,
  );
  for (const [what, count] of Object.entries(counts)) names.push(`${what}=${count}`);
  // Comparing beats the order without a comparison by a factor of three, and a set of a hundred thousand as well.
  const sorted = names
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .filter((entry, index, all) => entry !== all[index - 1]);
  if (sorted.length <= MAX_EXTENT) return sorted;
  const rest = sorted.slice(MAX_EXTENT - 1);
  return [...sorted.slice(0, MAX_EXTENT - 1), `${rest.length} more, ${shortHash(rest.join('\n'))}`];
}

/** 32 hex digits: fewer, and two contents of one digest could be searched for, one to be shown and one to be run. */
export function shortHash(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex').slice(0, 32);
}

function clipLocation(location: FindingLocation): FindingLocation {
  return {
    ...location,
    ...(location.import === undefined ? {} : { import: clip(location.import, 500) }),
    ...(location.export === undefined ? {} : { export: clip(location.export, 500) }),
    ...(location.function === undefined ? {} : { function: clip(location.function, 500) }),
    ...(location.path === undefined ? {} : { path: clipPath(location.path) }),
  };
}

function clipPath(path: CallPath): CallPath {
  const { root, member } = path;
  return { ...path, root: clip(root, 500), ...(member === undefined ? {} : { member: clip(member, 500) }) };
}

const COUNTED = /^(.*)=(\d+)$/s;

/** Entries of a finding's extent that the accepted extent does not cover. */
export function grownBy(extent: readonly string[], accepted: Acceptance['extent']): string[] {
  const known = new Set(accepted ?? []);
  const counts = new Map<string, number>();
  for (const entry of known) {
    const counted = COUNTED.exec(entry);
    if (counted?.[1] !== undefined) counts.set(counted[1], Math.max(counts.get(counted[1]) ?? 0, Number(counted[2])));
  }
  return extent.filter((entry) => {
    if (known.has(entry)) return false;
    const counted = COUNTED.exec(entry);
    const limit = counted?.[1] === undefined ? undefined : counts.get(counted[1]);
    return limit === undefined || Number(counted?.[2]) > limit;
  });
}

const BEYOND_WAIVERS: ReadonlySet<number> = new Set([1, 2, 3, 4, 8, 9]);

/** Whether a rule is about bytes that are malformed, invalid or bombs, which no waiver reaches. */
export function isBeyondWaivers({ row }: RuleDescriptor): boolean {
  return BEYOND_WAIVERS.has(row);
}

/** The part of a rule's information that reports carry. */
export function descriptorOf(info: RuleInfo): RuleDescriptor {
  const { id, name, row, short, help, certainty, level } = info;
  return { id, name, row, short, help, certainty, level };
}
