import { resolve } from 'node:path';
import type { AuditRefusal } from '#model/audit-refusal';
import { AssayError } from '#model/errors';
import type { Assessment } from '#report/assessment';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { choiceOption, textOption } from './options.ts';

const FORMATS = ['text', 'json', 'markdown', 'html', 'sarif', 'cyclonedx'] as const;
type Format = (typeof FORMATS)[number];

const ENDINGS: readonly (readonly [RegExp, Format])[] = [
  [/\.html?$/i, 'html'],
  [/\.(?:md|markdown)$/i, 'markdown'],
  [/\.sarif(?:\.json)?$/i, 'sarif'],
];

/** The format that --format asks for, else the one that the name of --output ends like, else text. */
export function formatOf(input: CommandInput): Format {
  const output = textOption(input, 'output') ?? '';
  const asked = choiceOption(input, 'format', FORMATS);
  return asked ?? ENDINGS.find(([ending]) => ending.test(output))?.[1] ?? 'text';
}

/** What is rendered, and what only JSON has room for. */
export interface Rendered extends Assessment {
  /** Why some files have no report, where there is no verdict to say it. */
  readonly refusals?: readonly AuditRefusal[];
}

/** Renders what was found in the format that was asked for. Each renderer is loaded when it is needed. */
export async function renderAssessment(
  assessment: Rendered,
  format: Format,
  context: Pick<CliContext, 'colours' | 'width'>,
  detail: boolean,
): Promise<string> {
  switch (format) {
    case 'text': {
      const { renderText } = await import('#report/text');
      return renderText(assessment, { palette: context.colours, width: context.width, detail });
    }
    case 'json': {
      const { renderJson } = await import('#report/json');
      return renderJson(documentOf(assessment));
    }
    case 'markdown':
      return (await import('#report/markdown')).renderMarkdown(assessment);
    case 'html':
      return (await import('#report/html')).renderHtml(assessment);
    case 'sarif':
      return (await import('#report/sarif')).renderSarif(assessment);
    case 'cyclonedx':
      return renderBillOfMaterials(assessment);
  }
}

/** A bill of materials is about one artifact. */
async function renderBillOfMaterials({ reports, verdict }: Assessment): Promise<string> {
  const [report, ...others] = reports;
  if (report === undefined || others.length > 0) {
    throw new AssayError('USAGE', `a bill of materials is about one artifact, but ${reports.length} were audited`, {
      hint: 'Audit one file at a time with --format cyclonedx.',
    });
  }
  const { renderCycloneDx } = await import('#report/cyclonedx');
  return renderCycloneDx(report, verdict?.decision.plugin ?? { name: report.subject.name });
}

/** What `--json` prints: the report of one artifact, or why it has none, several as a list, and the verdict beside them where there is one. */
export function documentOf({
  reports,
  refusals = [],
  verdict,
}: Rendered): Parameters<typeof import('#report/json').renderJson>[0] {
  const documents = verdict === undefined ? [...reports, ...refusals] : [...reports, verdict];
  const [only] = documents;
  return documents.length === 1 && only !== undefined ? only : documents;
}

/** Writes a rendering to a file, whole or not at all, and says where. */
export async function writeRendering(context: CliContext, path: string, text: string): Promise<string> {
  const full = resolve(context.cwd, path);
  const name = full.split(/[\\/]/).at(-1);
  if (name === undefined || name === '') throw new AssayError('INPUT_INVALID', '--output names no file');
  const { localBuildFiles } = await import('#adapters/fs/build-files');
  await localBuildFiles.write(resolve(full, '..'), [{ name, bytes: new TextEncoder().encode(text) }]);
  return full;
}
