import type { AuditReport } from '#model/audit-report';
import { showCount } from '#report/quantity';
import { visible } from '#report/visible-text';
import type { CliContext } from './context.ts';

const SHOWN_CALLS = 20;

/** What a probe saw, for the terminal: one line a root, with what it called and how often. None without a probe. */
export function probeLines({ probe, subject }: AuditReport, { colours }: CliContext): string[] {
  if (probe === undefined) return [];
  const { outcome, message, roots, memoryPages, unexplained = [] } = probe;
  const { bold, dim, red } = colours;
  const about = message === undefined ? '' : `: ${visible(message, 300)}`;
  const memory = memoryPages === undefined ? '' : `, ${showCount(memoryPages, 'page')} of memory`;
  const lines = [`${bold('probe')} ${visible(subject.name, 120)} ${outcome}${about}${dim(memory)}`];
  for (const root of roots) {
    const called = root.calls
      .slice(0, SHOWN_CALLS)
      .map(({ import: key, times }) => `${visible(key, 120)}${times === undefined ? '' : ` ×${times}`}`);
    if (root.calls.length > SHOWN_CALLS) called.push(`and ${root.calls.length - SHOWN_CALLS} more`);
    const why = root.message === undefined ? '' : ` (${visible(root.message, 200)})`;
    lines.push(
      `  ${visible(root.root, 120)} ${root.outcome}${dim(why)}, called ${called.length === 0 ? 'nothing' : called.join(', ')}`,
    );
  }
  for (const { root, import: key } of unexplained.slice(0, SHOWN_CALLS)) {
    const call = `${visible(root, 120)} called ${visible(key, 120)}`;
    lines.push(red(`  ${call}, which the analysis rules out: a defect in Assay, please report it`));
  }
  return lines;
}
