import type { AuditReport, Fix } from '#model/audit-report';

/** Toolchains that leave the same traces in a module, so that flags for each of them may be the right ones. */
const LOOK_ALIKES: Readonly<Record<string, readonly string[]>> = { clang: ['clang', 'zig-cc'] };

/**
 * The fix with only the flags of the toolchains that plugin.yaml names, else of those that the modules look to be made
 * with; whole where that leaves nothing, or where a module does not say what made it.
 */
export function relevantFix(fix: Fix, reports: readonly AuditReport[], named?: readonly string[]): Fix {
  if (fix.kind !== 'flags') return fix;
  const guesses = reports.map((report) => report.facts.toolchain?.guess);
  if (named === undefined && guesses.includes(undefined)) return fix;
  const wanted = new Set(['*', ...(named ?? guesses.flatMap((guess = '') => LOOK_ALIKES[guess] ?? [guess]))]);
  const flags = Object.fromEntries(Object.entries(fix.flags).filter(([toolchain]) => wanted.has(toolchain)));
  return Object.keys(flags).length === 0 ? fix : { ...fix, flags };
}
