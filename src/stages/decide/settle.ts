import type { RuleDescriptor } from '#model/audit-report';
import type { Acceptance, Waiver } from '#model/policy';
import type { Reason } from '#model/verdict';
import { grownBy, isBeyondWaivers } from '#rules/rule';

/** What people have decided before, and for whom. */
export interface Settlements {
  readonly plugin: string | undefined;
  readonly waivers: readonly Waiver[];
  readonly acceptances: readonly Acceptance[];
  readonly date: Date;
}

/**
 * Takes the sting out of a reason that a waiver or an acceptance covers on that date. A waiver covers a rule for a
 * plugin, whatever it would lead to; an acceptance covers one flagged finding until that finding grows.
 */
export function settle(reason: Reason, descriptor: RuleDescriptor, settlements: Settlements): Reason {
  const { plugin, date } = settlements;
  if (reason.outcome === 'approve' || plugin === undefined) return reason;
  const lives = (until: string | undefined) => until === undefined || Date.parse(until) > date.getTime();

  const waivers = settlements.waivers.filter((waiver) => waiver.rule === reason.rule && waiver.plugin === plugin);
  const waiver = isBeyondWaivers(descriptor) ? undefined : waivers.find((candidate) => lives(candidate.until));
  if (waiver !== undefined) {
    return { ...reason, outcome: 'approve', settled: { by: 'waiver', who: waiver.who, reason: waiver.reason } };
  }

  const acceptances = settlements.acceptances.filter(
    (candidate) => candidate.plugin === plugin && candidate.fingerprint === reason.fingerprint,
  );
  const alive = acceptances.filter((candidate) => lives(candidate.until));
  const acceptance =
    reason.outcome === 'flag'
      ? alive.find((candidate) => grownBy(reason.extent, candidate.extent).length === 0)
      : undefined;
  if (acceptance !== undefined) {
    return {
      ...reason,
      outcome: 'approve',
      settled: { by: 'acceptance', who: acceptance.who, reason: acceptance.reason },
    };
  }
  return { ...reason, action: withHistory(reason, waivers, acceptances, alive) };
}

/** Says why an earlier decision does not hold any more, where there was one. */
function withHistory(
  reason: Reason,
  waivers: readonly Waiver[],
  acceptances: readonly Acceptance[],
  alive: readonly Acceptance[],
): string {
  const lapsed = waivers[0];
  const last = alive.at(-1);
  let history = '';
  if (last !== undefined && reason.outcome === 'flag') {
    const grown = grownBy(reason.extent, last.extent);
    history = ` It was accepted by ${last.who}, but has grown since: ${grown.slice(0, 3).join(', ')}.`;
  } else if (lapsed !== undefined) history = ` A waiver by ${lapsed.who} ended on ${lapsed.until.slice(0, 10)}.`;
  else if (acceptances.length > 0) history = ' An earlier acceptance has expired.';
  return `${reason.action}${history}`.slice(0, 1000);
}
