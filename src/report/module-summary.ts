import { importKey } from '#model/import-key';
import type { AuditReport } from '#model/audit-report';
import type { Limits, ModuleFacts } from '#model/module-facts';
import { groupDigits, showCount, showSize } from './quantity.ts';

/** A row of the table that describes a module. `names` were chosen by the module and need escaping. */
export interface SummaryRow {
  readonly label: string;
  readonly text: string;
  readonly names: readonly string[];
}

const SHOWN_NAMES = 8;

/** What a reader wants to know of a module before any finding: its kind, interface, memory and origin. */
export function summaryRows(report: AuditReport): SummaryRow[] {
  const { facts } = report;
  const rows: SummaryRow[] = [
    { label: 'Digest', text: report.subject.digest, names: [] },
    { label: 'Kind', text: `${facts.kind}, ${report.abi.kind}${report.abi.inferred ? ' (inferred)' : ''}`, names: [] },
    { label: 'Size', text: `${showSize(facts.size)} (${groupDigits(facts.size)} bytes)`, names: [] },
    namesRow('Imports', facts.imports.map(importKey)),
    namesRow(
      'Exports',
      facts.exports.map((item) => item.name),
    ),
    {
      label: 'Code',
      text: `${showCount(facts.counts.functions, 'function')}, ${showCount(facts.counts.operators, 'instruction')}`,
      names: [],
    },
    { label: 'Memory', text: facts.memories.map(showMemory).join('; ') || 'none', names: [] },
  ];
  if (facts.nested.length > 0) rows.push({ label: 'Inside', text: nestedText(facts), names: [] });
  if (facts.features.length > 0) rows.push(namesRow('Features', facts.features));
  if (facts.toolchain !== undefined) rows.push(namesRow('Made with', [facts.toolchain.guess]));
  if (report.probe !== undefined) rows.push(probeRow(report.probe));
  return rows;
}

/** One line on what a probe saw. Calls that the analysis rules out matter most. */
function probeRow({ outcome, roots, unexplained = [] }: NonNullable<AuditReport['probe']>): SummaryRow {
  const seen = unexplained.length > 0 ? unexplained : roots.flatMap(({ calls }) => calls);
  const called = [...new Set(seen.map((call) => call.import))];
  const { text, names } = namesRow('Probe', called);
  const cutShort = roots.filter((root) => !['returned', 'exited'].includes(root.outcome)).length;
  const parts = [
    called.length === 0 ? 'nothing was called' : text === '' ? 'called' : `${text} called`,
    ...(unexplained.length > 0 ? ['though the analysis rules it out: a defect in Assay, please report it'] : []),
    outcome,
    `${showCount(roots.length, 'entry', 'entries')} tried${cutShort === 0 ? '' : `, ${cutShort} cut short`}`,
  ];
  return { label: 'Probe', text: parts.join('; '), names };
}

function namesRow(label: string, names: readonly string[]): SummaryRow {
  if (names.length === 0) return { label, text: 'none', names };
  const rest = names.length - SHOWN_NAMES;
  return { label, text: rest > 0 ? `and ${groupDigits(rest)} more` : '', names: names.slice(0, SHOWN_NAMES) };
}

function showMemory(memory: Limits & { imported: boolean }): string {
  const page = memory.pageSize ?? 65_536;
  const most = memory.max === undefined ? 'no maximum' : `at most ${showMemorySize(memory.max, page)}`;
  const notes = [memory.imported ? 'imported' : '', memory.shared === true ? 'shared' : ''].filter(
    (note) => note !== '',
  );
  return [`${showMemorySize(memory.min, page)} at start`, most, ...notes].join(', ');
}

/** Memory in binary units, because pages are. */
function showMemorySize(pages: number | string, pageSize: number): string {
  const bytes = BigInt(pages) * BigInt(pageSize);
  const units: readonly [bigint, string][] = [
    [1n << 40n, 'TiB'],
    [1n << 30n, 'GiB'],
    [1n << 20n, 'MiB'],
    [1n << 10n, 'KiB'],
  ];
  for (const [scale, unit] of units) {
    if (bytes >= scale) return `${(Number((bytes * 10n) / scale) / 10).toFixed(1).replace(/\.0$/, '')} ${unit}`;
  }
  return `${bytes} bytes`;
}

function nestedText({ nested }: ModuleFacts): string {
  const modules = nested.filter((item) => item.kind === 'module').length;
  const components = nested.length - modules;
  return [modules > 0 ? showCount(modules, 'module') : '', components > 0 ? showCount(components, 'component') : '']
    .filter((part) => part !== '')
    .join(', ');
}
