import type { Observe, StageEvent } from '#pipeline';
import { outcomeWord } from '#report/assessment';
import { visible } from '#report/visible-text';
import type { CliContext } from './context.ts';

/** Prints a line for each stage as it ends: what, how it came out, how long it took. */
export function stageLines(context: Pick<CliContext, 'colours' | 'stderr'>): Observe {
  return (event) => context.stderr(`${stageLine(event, context.colours)}\n`);
}

const DETAIL_COLUMNS = 52;

/** `  build    wat 1.0.39 → 312 B                      4 ms` */
export function stageLine({ stage, outcome, detail, ms }: StageEvent, colours: CliContext['colours']): string {
  const decided = outcome === 'done' ? '' : `${paint(outcome, colours)(outcomeWord(outcome))} · `;
  const taken = outcome === 'done' ? 0 : outcomeWord(outcome).length + 3;
  const width = DETAIL_COLUMNS - taken;
  // Names and versions in it are an author's.
  const plain = visible(detail);
  const shown = plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
  return `  ${stage.padEnd(8)} ${decided}${shown.padEnd(width)} ${colours.dim(duration(ms).padStart(7))}`;
}

function paint(outcome: Exclude<StageEvent['outcome'], 'done'>, colours: CliContext['colours']) {
  return { approve: colours.green, flag: colours.yellow, reject: colours.red }[outcome];
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
