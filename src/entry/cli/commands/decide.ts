import type { Audited } from '#model/audit-refusal';
import { decidable } from '../../decidable.ts';
import { loadAudited } from '../../documents.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { decideReports, manifestOption } from '../deciding.ts';
import { textOption } from '../options.ts';
import { renderAssessment, writeRendering } from '../rendering.ts';
import { verdictExit } from '../verdict-exit.ts';

/** `assay decide`: a verdict from stored reports. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const stored: { audited: Audited; build: string }[] = [];
  for (const path of input.args) {
    const audited = await loadAudited(context.cwd, path);
    stored.push({ audited, build: input.args.length === 1 ? '' : audited.subject.name });
  }
  const { reports: built, refused } = decidable(stored);
  const reports = built.map(({ report }) => report);
  const manifest = await manifestOption(input, context);
  const verdict = await decideReports(reports, manifest, input, context, refused);
  const output = textOption(input, 'output');
  if (output !== undefined) await writeRendering(context, output, `${JSON.stringify(verdict, null, 2)}\n`);
  return {
    exit: verdictExit(verdict),
    json: verdict,
    text: await renderAssessment({ reports, verdict }, 'text', context, false),
  };
}
