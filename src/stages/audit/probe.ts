import type { AuditReport } from '#model/audit-report';
import type { ModuleFacts } from '#model/module-facts';
import type { Probe } from '#model/probe';
import type { Prober, ProbeRequest } from '#ports/prober';

export type ProbeOptions = Pick<ProbeRequest, 'calls' | 'timeoutMs'>;

const MAX_UNEXPLAINED = 1000;

/**
 * The report with what the module did when it was tried out. Findings stay as they are, so that verdicts do not depend
 * on a probe. Throws EXPORT_UNKNOWN for a call that the module lacks.
 */
export async function withProbe(
  bytes: Uint8Array,
  report: AuditReport,
  options: ProbeOptions,
  prober: Prober,
): Promise<AuditReport> {
  const probe = await prober.probe({ ...options, bytes, facts: report.facts });
  const unexplained = unexplainedCalls(probe, report.facts);
  return { ...report, probe: unexplained.length === 0 ? probe : { ...probe, unexplained } };
}

/**
 * Calls that were seen though reachability rules them out. Roots that reach a callee which code outside the module
 * may choose are bounded by the import list alone, so nothing they call is unexplained.
 */
export function unexplainedCalls({ roots }: Probe, facts: ModuleFacts): NonNullable<Probe['unexplained']> {
  const reachable = new Map<string, ReadonlySet<string> | 'any'>();
  for (const group of facts.reachability.classes) {
    const keys = new Set(
      group.imports.flatMap((index) => {
        const item = facts.imports[index];
        return item === undefined ? [] : [`${item.module}.${item.name}`];
      }),
    );
    for (const root of group.roots) reachable.set(root, group.open === true ? 'any' : keys);
  }
  const unexplained: { root: string; import: string }[] = [];
  for (const { root, calls } of roots) {
    const known = reachable.get(root);
    if (known === 'any') continue;
    for (const call of calls) {
      if (known?.has(call.import) === true) continue;
      unexplained.push({ root, import: call.import });
      if (unexplained.length >= MAX_UNEXPLAINED) return unexplained;
    }
  }
  return unexplained;
}
