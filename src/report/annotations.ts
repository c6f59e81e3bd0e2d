import { posix } from 'node:path';
import type { Diagnostic } from '#model/build-record';
import type { AssayError } from '#model/errors';
import { type Assessment, type Remark, remarksOf, ruleTitle, type Severity } from './assessment.ts';
import { showPath } from './call-path.ts';
import { fixLines, fixTarget } from './fix-lines.ts';
import { showPlace } from './location.ts';
import { manifestPointer } from './manifest-pointer.ts';
import { showCount } from './quantity.ts';
import { visible } from './visible-text.ts';

/** A note beside a line of a file, as data. The runner adapter prints it. Lines and columns count from 1. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** GitHub shows ten annotations of each level for a step and drops the rest without a word. */
const PER_LEVEL = 10;
/** Characters of a call path before its middle is left out. */
const PATH_ROOM = 400;

const LEVELS: Readonly<Record<Severity, Annotation['level']>> = {
  reject: 'error',
  flag: 'warning',
  note: 'notice',
  settled: 'notice',
};

/** Annotations for what rejects or flags, on the manifest's lines where it is known; at most ten of a level. */
export function annotations(assessment: Assessment): Annotation[] {
  const pressing = remarksOf(assessment).filter((remark) => remark.severity === 'reject' || remark.severity === 'flag');
  return capped(
    pressing.map((remark) => ofRemark(assessment, remark)),
    'summary of this run',
  );
}

/** Annotations for what a compiler said, in the author's sources. `folder` is where the plugin lies in the workspace. */
export function diagnosticAnnotations(diagnostics: readonly Diagnostic[], folder: string): Annotation[] {
  const level = { error: 'error', warning: 'warning', note: 'notice' } as const;
  return capped(
    diagnostics.map((diagnostic) => ({
      level: level[diagnostic.severity],
      title: 'compiler',
      message: visible(diagnostic.message, 2000),
      ...place(diagnostic.file === undefined ? undefined : inFolder(folder, diagnostic.file), diagnostic),
    })),
    'log of this step',
  );
}

/**
 * Annotations for a failure: one a problem where it lists problems, else one. `log` holds all problems, a line each,
 * where there are more than annotations can show.
 */
export function errorAnnotations(error: AssayError): { readonly annotations: Annotation[]; readonly log: string } {
  const hint = error.hint === undefined ? '' : `\n${showHint(error.hint)}`;
  if (error.problems.length === 0) {
    const only: Annotation = { level: 'error', title: error.code, message: visible(error.message, 2000) + hint };
    return { annotations: [only], log: '' };
  }
  const texts = error.problems.map(({ path, message }) => visible([path, message].filter(Boolean).join(' '), 2000));
  const annotations = capped(
    error.problems.map((problem, index) => ({
      level: 'error',
      title: error.code,
      message: `${texts[index] ?? ''}${problem.hint === undefined ? hint : `\n${showHint(problem.hint)}`}`,
      ...place(problem.file, problem),
    })),
    'log of this step',
  );
  return { annotations, log: texts.length > annotations.length ? texts.join('\n') : '' };
}

function showHint(text: string): string {
  return visible(text, 1000);
}

function ofRemark({ manifest }: Assessment, remark: Remark): Annotation {
  const where = remark.places.flatMap((item) => item.locations.map(showPlace)).filter((text) => text !== '');
  const lines = [visible(remark.message, 2000)];
  if (where.length > 0) lines.push(`at ${where.slice(0, 3).join('; ')}`);
  const path = remark.places.flatMap((item) => item.locations.flatMap((place) => showPath(place, PATH_ROOM) ?? []))[0];
  if (path !== undefined) lines.push(`via ${path}`);
  lines.push(visible(remark.action, 1000));
  if (remark.fix !== undefined) {
    lines.push(`${fixTarget(remark.fix)}:`, ...fixLines(remark.fix).map(({ sign, text }) => `${sign} ${text}`));
  }
  const position = manifest?.locate?.(manifestPointer(remark.fix));
  return {
    level: LEVELS[remark.severity],
    title: visible(ruleTitle(remark), 200),
    message: lines.join('\n'),
    ...place(manifest?.path, position ?? { line: 1 }),
  };
}

function place(
  file: string | undefined,
  position: { readonly line?: number; readonly column?: number },
): Pick<Annotation, 'file' | 'line' | 'column'> {
  if (file === undefined) return {};
  const { line, column } = position;
  return { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

function inFolder(folder: string, file: string): string {
  return folder === '' ? file : posix.join(folder, file);
}

/** The first ten of each level; the tenth gives way to a count when there are more. */
function capped(all: readonly Annotation[], rest: 'summary of this run' | 'log of this step'): Annotation[] {
  const kept: Annotation[] = [];
  for (const level of ['error', 'warning', 'notice'] as const) {
    const ofLevel = all.filter((annotation) => annotation.level === level);
    if (ofLevel.length <= PER_LEVEL) kept.push(...ofLevel);
    else {
      const count = ofLevel.length - PER_LEVEL + 1;
      kept.push(...ofLevel.slice(0, PER_LEVEL - 1));
      kept.push({
        level,
        title: `${count} more`,
        message: `${showCount(count, 'further annotation')} in the ${rest}`,
      });
    }
  }
  return kept;
}
