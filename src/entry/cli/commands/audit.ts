import { basename } from 'node:path';
import { EXIT, type ExitCode } from '#model/errors';
import type { AuditReport } from '#model/audit-report';
import type { Probe } from '#model/probe';
import type { Verdict } from '#model/verdict';
import type { Assessment } from '#report/assessment';
import { audit } from '#stages/audit/audit';
import { localValidator } from '../../validator.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { choiceOption, flagOption, integerOption, listOption, textOption } from '../options.ts';
import { probeLines } from '../probe-lines.ts';
import { documentOf, FORMATS, renderAssessment, writeRendering } from '../rendering.ts';
import { verdictExit } from '../verdict-exit.ts';

const PROBE_SECONDS = 10;

/** `assay audit`: facts and findings of files; with `--policy` or `--manifest` also a verdict over all of them. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const validator = await localValidator();
  const decides = textOption(input, 'policy') !== undefined || textOption(input, 'manifest') !== undefined;
  const deciding = decides ? await import('../deciding.ts') : undefined;
  const manifest = await deciding?.manifestOption(input, context);
  const paths = listOption(input, 'advisories');
  const advisories =
    paths.length === 0 ? undefined : await (await import('../../advisories.ts')).loadAdvisories(context.cwd, paths);
  const reports: AuditReport[] = [];
  for (const file of input.args) {
    const bytes = await readNamedFile(context.cwd, file, MAX_MODULE_BYTES);
    const abi = manifest?.abi;
    const report = await audit(
      {
        bytes,
        name: basename(file),
        functions: flagOption(input, 'allFunctions') ? 'all' : 'largest',
        ...(abi === undefined ? {} : { abi }),
        ...(advisories === undefined ? {} : { advisories }),
      },
      { validator },
    );
    reports.push(flagOption(input, 'probe') ? { ...report, probe: await probeModule(bytes, report, input) } : report);
  }
  const verdict: Verdict | undefined = await deciding?.decideReports(reports, manifest, input, context);
  const exit: ExitCode = verdict === undefined ? EXIT.ok : verdictExit(verdict);
  const assessment: Assessment = verdict === undefined ? { reports } : { reports, verdict };
  const format = choiceOption(input, 'format', FORMATS) ?? 'text';
  const output = textOption(input, 'output');
  if (output !== undefined) {
    const text = await renderAssessment(assessment, format, { ...context, colours: await plainColours() }, true);
    const path = await writeRendering(context, output, text);
    return { exit, json: { written: path }, text: `wrote ${path}` };
  }
  const parts =
    format === 'text' && verdict === undefined ? reports.map((report) => ({ reports: [report] })) : [assessment];
  const texts: string[] = [];
  if (!flagOption(input, 'json')) {
    for (const part of parts) texts.push(await renderAssessment(part, format, context, format === 'text'));
  }
  for (const { probe } of reports) if (probe !== undefined) texts.push(probeLines(probe, context).join('\n'));
  return { exit, json: documentOf(assessment), text: texts.join('\n') };
}

async function probeModule(bytes: Uint8Array, { facts }: AuditReport, input: CommandInput): Promise<Probe> {
  const { childProcessProber } = await import('#adapters/probe/child-process');
  const seconds = integerOption(input, 'probeTimeout', { min: 1, max: 3600 }) ?? PROBE_SECONDS;
  return childProcessProber.probe({
    bytes,
    facts,
    calls: listOption(input, 'probeCall'),
    timeoutMs: 1000 * seconds,
  });
}

async function plainColours(): Promise<CliContext['colours']> {
  return (await import('picocolors')).default.createColors(false);
}
