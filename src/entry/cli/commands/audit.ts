import { basename } from 'node:path';
import pc from 'picocolors';
import { AssayError, EXIT, type ExitCode } from '#model/errors';
import type { AuditReport } from '#model/audit-report';
import type { Verdict } from '#model/verdict';
import { digestOf } from '#model/digest-of';
import { audit } from '#stages/audit/audit';
import { refusalDocument } from '#rules/refusals';
import { auditOrRefuse, isRefusal } from '#stages/audit/audit-or-refuse';
import type { RefusedArtifact } from '#stages/decide/decide';
import type { ProbeOptions } from '#stages/audit/probe';
import { localValidator } from '../../validator.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { flagOption, listOption, textOption } from '../options.ts';
import { probeLines } from '../probe-lines.ts';
import { probeOptions } from '../probing.ts';
import { documentOf, formatOf, type Rendered, renderAssessment, writeRendering } from '../rendering.ts';
import { verdictExit } from '../verdict-exit.ts';

/** `assay audit`: facts and findings of files; with `--policy`, `--manifest` or `--baseline` also a verdict over all of them. `--explain` says what one rule means instead. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const explained = textOption(input, 'explain');
  if (explained !== undefined) return (await import('../explain-rule.ts')).explainRule(explained, context);
  if (input.args.length === 0) {
    throw new AssayError('USAGE', 'there is nothing to audit: no file was named', {
      hint: 'Name modules or components: assay audit plugin.wasm. What a rule means: assay audit --explain ASY122.',
    });
  }
  const validator = await localValidator();
  const decides = ['policy', 'manifest', 'baseline'].some((name) => textOption(input, name) !== undefined);
  const deciding = decides ? await import('../deciding.ts') : undefined;
  const manifest = await deciding?.manifestOption(input, context);
  const paths = listOption(input, 'advisories');
  const advisories =
    paths.length === 0 ? undefined : await (await import('../../advisories.ts')).loadAdvisories(context.cwd, paths);
  const probe = probeOptions(input);
  const format = formatOf(input);
  // People are told what is wrong with a file; `assay decide` takes it as a document.
  const printsJson = flagOption(input, 'json') && textOption(input, 'output') === undefined;
  const handsOn = deciding !== undefined || format === 'json' || printsJson;
  const reports: AuditReport[] = [];
  const refused: RefusedArtifact[] = [];
  for (const file of input.args) {
    const bytes = await readNamedFile(context.cwd, file, MAX_MODULE_BYTES);
    const abi = manifest?.abi;
    const audited = await (handsOn ? auditOrRefuse : audit)(
      {
        bytes,
        name: basename(file),
        functions: flagOption(input, 'allFunctions') ? 'all' : 'largest',
        ...(abi === undefined ? {} : { abi }),
        ...(advisories === undefined ? {} : { advisories }),
      },
      { validator },
    );
    if (isRefusal(audited)) {
      const build = input.args.length === 1 ? '' : basename(file);
      refused.push({ name: basename(file), digest: digestOf(bytes), size: bytes.length, build, refusal: audited });
    } else reports.push(probe === undefined ? audited : await probed(bytes, audited, probe));
  }
  const verdict: Verdict | undefined = await deciding?.decideReports(reports, manifest, input, context, refused);
  const exit = exitOf(verdict, refused);
  const refusals = refused.map(({ refusal, build: _, ...subject }) => refusalDocument(subject, refusal));
  const assessment: Rendered = verdict === undefined ? { reports, refusals } : { reports, verdict };
  const output = textOption(input, 'output');
  if (output !== undefined) {
    const text = await renderAssessment(assessment, format, { ...context, colours: pc.createColors(false) }, true);
    const path = await writeRendering(context, output, text);
    return { exit, json: { written: path }, text: `wrote ${output}` };
  }
  const parts =
    format === 'text' && verdict === undefined ? reports.map((report) => ({ reports: [report] })) : [assessment];
  const texts: string[] = [];
  if (!flagOption(input, 'json')) {
    for (const part of parts) texts.push(await renderAssessment(part, format, context, format === 'text'));
  }
  if (format === 'text') texts.push(...reports.flatMap((report) => probeLines(report, context)));
  return { exit, json: documentOf(assessment), text: texts.join('\n') };
}

function exitOf(verdict: Verdict | undefined, refused: readonly RefusedArtifact[]): ExitCode {
  if (verdict !== undefined) return verdictExit(verdict);
  return refused.length === 0 ? EXIT.ok : EXIT.usage;
}

async function probed(bytes: Uint8Array, report: AuditReport, options: ProbeOptions): Promise<AuditReport> {
  const { childProcessProber } = await import('#adapters/probe/child-process');
  const { withProbe } = await import('#stages/audit/probe');
  return withProbe(bytes, report, options, childProcessProber);
}
