import { resolve } from 'node:path';
import { AssayError, EXIT } from '#model/errors';
import { installInto } from '../../runtime-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption, listOption, requiredOption } from '../options.ts';
import { changeLines, plannedLines } from '../set-change-lines.ts';
import { stageLines } from '../stage-lines.ts';

/** `assay install`: resolve, verify and install as one set. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const runtime = resolve(context.cwd, requiredOption(input, 'runtime', 'Name the runtime folder: --runtime runtime'));
  const frozen = flagOption(input, 'frozen');
  const dryRun = flagOption(input, 'dryRun');
  if (input.args.length === 0 && !frozen) {
    throw new AssayError('USAGE', 'no plugin was named', {
      hint: 'Name what to install (acme/greet, acme/greet@^1.4), or install what assay.lock says with --frozen.',
    });
  }
  const { clock, colours } = context;
  const result = await installInto(
    runtime,
    input.args,
    {
      frozen,
      dryRun,
      prereleases: flagOption(input, 'prerelease'),
      allowDowngrade: flagOption(input, 'allowDowngrade'),
      acceptNewSigner: listOption(input, 'acceptNewSigner'),
    },
    { clock, observe: flagOption(input, 'json') ? () => {} : stageLines(context) },
  );
  const { generation, changes, warnings } = result;
  return {
    exit: EXIT.ok,
    json: { generation, dryRun, changes, warnings },
    text: [
      ...(dryRun ? plannedLines(changes, colours) : changeLines(changes, colours)),
      ...warnings.map((warning) => colours.yellow(`warning ${warning}`)),
    ].join('\n'),
  };
}
