import { EXIT, type ExitCode } from '#model/errors';
import type { Verdict } from '#model/verdict';

const EXITS = { approve: EXIT.ok, flag: EXIT.flagged, reject: EXIT.rejected } as const;

export function verdictExit(verdict: Verdict): ExitCode {
  return EXITS[verdict.decision.outcome];
}
