import { availableParallelism } from 'node:os';
import { EXIT } from '#model/errors';
import { OUTCOMES } from '#model/verdict';
import { showCount } from '#report/quantity';
import { visible } from '#report/visible-text';
import type { Simulation } from '#stages/decide/simulate';
import { loadPolicy } from '../../documents.ts';
import { replay } from '../../replay/replay.ts';
import { findStoredVersions } from '../../stored-reports.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { requiredOption } from '../options.ts';

const SHOWN_FLIPS = 200;

/** `assay policy simulate`: what another policy would have said about stored reports. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [after = '', ...paths] = input.args;
  const before = requiredOption(input, 'against', 'Name the policy that is in force: --against policy.yaml');
  const policies = { before: loadPolicy(before, context.cwd), after: loadPolicy(after, context.cwd) };
  const versions = findStoredVersions(context.cwd, paths);
  const replayed = { ...policies, cwd: context.cwd, date: context.clock.now() };
  const simulation = await replay(versions, replayed, availableParallelism());
  return { exit: EXIT.ok, json: simulation, text: render(simulation, context).join('\n') };
}

function render({ cases, counts, flips }: Simulation, { colours }: CliContext): string[] {
  const { bold, dim } = colours;
  const row = (cells: readonly string[]) =>
    cells
      .map((cell) => cell.padEnd(9))
      .join(' ')
      .trimEnd();
  const lines = [
    `${bold(showCount(cases, 'version'))}, ${flips.length === 0 ? 'none changes its outcome' : `${showCount(flips.length, 'outcome')} would change`}`,
    '',
    dim(row(['was \\ is', ...OUTCOMES])),
    ...OUTCOMES.map((was) => row([was, ...OUTCOMES.map((is) => String(counts[was][is]))])),
  ];
  if (flips.length > 0) lines.push('');
  for (const { label, before, after, gained, lost } of flips.slice(0, SHOWN_FLIPS)) {
    const why = [...gained.map((rule) => `+${rule}`), ...lost.map((rule) => `-${rule}`)].join(' ');
    lines.push(`${visible(label)}  ${before} → ${bold(after)}  ${dim(why)}`.trimEnd());
  }
  if (flips.length > SHOWN_FLIPS) lines.push(dim(`and ${flips.length - SHOWN_FLIPS} more; --json lists them all`));
  return lines;
}
