import type { AuditReport } from '#model/audit-report';
import type { CompareContext, CompareDraft } from './rule.ts';
import { grownBy } from './rule.ts';

/** Heuristics of rows 32, 41 and 42: each alone informs. */
const SIGNALS = ['ASY321', 'ASY410', 'ASY420'];

function signalsIn(report: AuditReport) {
  return report.findings.filter((finding) => SIGNALS.includes(finding.rule));
}

/** Signals that the last approved version did not give, or that have grown since. */
export function newSignals({ report, previous }: CompareContext): CompareDraft[] {
  if (previous.length === 0) return [];
  const before = new Map(previous.flatMap(signalsIn).map((finding) => [finding.fingerprint, finding.extent]));
  return signalsIn(report).flatMap((finding): CompareDraft[] => {
    const grown = grownBy(finding.extent, before.get(finding.fingerprint));
    if (before.has(finding.fingerprint) && grown.length === 0) return [];
    return [
      {
        subject: finding.rule,
        message: `new since the last approved version: ${finding.message}`,
        locations: finding.locations,
        extent: finding.extent,
      },
    ];
  });
}

/** One finding when two signals of different kinds stand in one module. */
export function independentSignals({ report }: CompareContext): CompareDraft[] {
  const found = signalsIn(report);
  const rules = [...new Set(found.map((finding) => finding.rule))];
  if (rules.length < 2) return [];
  return [
    {
      message: `${rules.length} independent signals: ${found.map((finding) => finding.message).join('; ')}`,
      locations: found.flatMap((finding) => finding.locations),
      extent: rules,
    },
  ];
}
