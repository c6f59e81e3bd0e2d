import type { Outcome } from '#model/verdict';
import {
  type Assessment,
  artifactName,
  isPlural,
  type Remark,
  remarksOf,
  ruleTitle,
  SEVERITIES,
  type Severity,
  severityTitle,
} from './assessment.ts';
import { bar } from './bar.ts';
import { isUnnamed, showPath } from './call-path.ts';
import { fixLines, fixTarget } from './fix-lines.ts';
import { headlineParts } from './headline.ts';
import { showPlace } from './location.ts';
import { summaryRows } from './module-summary.ts';
import { PLAIN, type Palette } from './palette.ts';
import { showCount, showShare, showSize } from './quantity.ts';
import { sectionShares } from './section-sizes.ts';
import { visible } from './visible-text.ts';
import { wrap } from './wrap.ts';

export interface TextOptions {
  /** Default: no colour. */
  readonly palette?: Palette;
  /** Columns; default 80, never below 40. */
  readonly width?: number;
  /** Also show notes in full, what was settled, and what the module is made of. */
  readonly detail?: boolean;
}

const SHOWN_PLACES = 3;
/** How many lines a call path may take before its middle is left out. */
const PATH_LINES = 3;
const FIELD = ' '.repeat(8);

type Layout = { readonly palette: Palette; readonly width: number };

/** The report for a terminal: the headline, then what is wrong, where, and what to do, with the exact lines to add. */
export function renderText(assessment: Assessment, options: TextOptions = {}): string {
  const layout: Layout = { palette: options.palette ?? PLAIN, width: Math.max(40, options.width ?? 80) };
  const detail = options.detail ?? false;
  const remarks = remarksOf(assessment);
  const lines = [colouredHeadline(assessment, layout.palette)];
  for (const severity of SEVERITIES) {
    const group = remarks.filter((remark) => remark.severity === severity);
    if (group.length === 0) continue;
    const folded = !detail && (severity === 'note' || severity === 'settled');
    lines.push('', ...(folded ? foldedGroup(group, severity, layout) : fullGroup(assessment, group, severity, layout)));
  }
  lines.push(...numbersNote(assessment, remarks, layout));
  if (detail) for (const report of assessment.reports) lines.push('', ...moduleLines(report, layout));
  return `${lines.join('\n')}\n`;
}

/** What the numbers in call paths are, for whoever can build the plugin again with names. */
function numbersNote({ manifest }: Assessment, remarks: readonly Remark[], { palette, width }: Layout): string[] {
  const shown = remarks.filter(({ severity }) => severity === 'reject' || severity === 'flag');
  const locations = shown.flatMap(({ places }) => places.flatMap((place) => place.locations.slice(0, SHOWN_PLACES)));
  if (manifest === undefined || !locations.some(isUnnamed)) return [];
  const note =
    'Functions that are only numbers have no name in the file; "optimize: debug" in plugin.yaml keeps names.';
  return ['', ...wrap(note, width).map(palette.dim)];
}

function colouredHeadline(assessment: Assessment, palette: Palette): string {
  const [outcome, subject, size, uses] = headlineParts(assessment);
  const colour =
    assessment.verdict === undefined ? palette.bold : outcomeColour(assessment.verdict.decision.outcome, palette);
  return [colour(palette.bold(outcome)), palette.bold(subject), size, uses].join(' · ');
}

function outcomeColour(outcome: Outcome, palette: Palette): Palette['bold'] {
  return { approve: palette.green, flag: palette.yellow, reject: palette.red }[outcome];
}

function severityColour(severity: Severity, palette: Palette): Palette['bold'] {
  return { reject: palette.red, flag: palette.yellow, note: palette.cyan, settled: palette.dim }[severity];
}

function foldedGroup(group: readonly Remark[], severity: Severity, { palette, width }: Layout): string[] {
  const title = severity === 'note' ? showCount(group.length, 'note') : `${group.length} settled before`;
  const names = [...new Set(group.map((remark) => remark.descriptor?.name ?? remark.rule))].join(', ');
  return wrap(`${title}: ${names}`, width).map(palette.dim);
}

function fullGroup(assessment: Assessment, group: readonly Remark[], severity: Severity, layout: Layout): string[] {
  const title = severityTitle(severity, assessment.verdict !== undefined);
  const colour = severityColour(severity, layout.palette);
  return [colour(layout.palette.bold(title)), ...group.flatMap((remark) => remarkLines(assessment, remark, layout))];
}

function remarkLines(assessment: Assessment, remark: Remark, { palette, width }: Layout): string[] {
  const field = (label: string, text: string): string[] =>
    wrap(text, width, FIELD).map((line, index) =>
      index === 0 ? `    ${palette.dim(label.padEnd(4))}${line.slice(FIELD.length)}` : line,
    );
  const lines = [
    `  ${severityColour(remark.severity, palette)('•')} ${palette.bold(ruleTitle(remark))}`,
    ...wrap(visible(remark.message, 2000), width, '    '),
  ];
  for (const [index, { text, path }] of placeTexts(assessment, remark, PATH_LINES * (width - FIELD.length)).entries()) {
    lines.push(...field(index === 0 ? 'at' : '', text));
    if (path !== undefined) lines.push(...field('via', path));
  }
  if (remark.settled !== undefined) {
    const { by, who, reason } = remark.settled;
    lines.push(...field('by', `${by} of ${visible(who, 100)}: ${visible(reason, 1000)}`));
  } else lines.push(...field('do', visible(remark.action, 1000)));
  if (remark.fix !== undefined) {
    lines.push(...field('fix', `${visible(remark.fix.description, 500)} (${fixTarget(remark.fix)})`));
    for (const { sign, text } of fixLines(remark.fix)) {
      const line = `${FIELD}${sign} ${text}`;
      lines.push(sign === '+' ? palette.green(line) : sign === '-' ? palette.red(line) : palette.dim(line));
    }
  }
  if (remark.policyLine !== undefined && remark.severity !== 'note') {
    lines.push(...field('by', visible(remark.policyLine, 400)).map(palette.dim));
  }
  return lines;
}

interface PlaceText {
  readonly text: string;
  readonly path?: string | undefined;
}

function placeTexts(assessment: Assessment, remark: Remark, pathRoom: number): PlaceText[] {
  const several = isPlural(assessment);
  const texts: PlaceText[] = [];
  let count = 0;
  for (const { artifact, locations } of remark.places) {
    const name = several ? artifactName(assessment, artifact) : undefined;
    const prefix = name === undefined ? '' : `${visible(name, 120)}: `;
    const shown: PlaceText[] = locations
      .map((location) => ({ text: showPlace(location), path: showPath(location, pathRoom) }))
      .filter(({ text }) => text !== '');
    if (shown.length === 0 && prefix !== '') shown.push({ text: 'the whole file' });
    count += shown.length;
    texts.push(...shown.map(({ text, path }) => ({ text: prefix + text, path })));
  }
  const rest = count - SHOWN_PLACES;
  return rest > 1 ? [...texts.slice(0, SHOWN_PLACES), { text: `and ${showCount(rest, 'more place')}` }] : texts;
}

function moduleLines(report: Assessment['reports'][number], { palette, width }: Layout): string[] {
  const lines = [palette.bold(visible(report.subject.name, 200))];
  for (const row of summaryRows(report)) {
    const text = [row.names.map((name) => visible(name, 60)).join(', '), row.text]
      .filter((part) => part !== '')
      .join(' ');
    lines.push(
      ...wrap(text, width, '             ').map((line, index) =>
        index === 0 ? `  ${palette.dim(row.label.padEnd(11))}${line.slice(13)}` : line,
      ),
    );
  }
  for (const share of sectionShares(report.facts)) {
    const label = visible(share.name, 24).padEnd(24);
    lines.push(
      `  ${label} ${showSize(share.size).padStart(9)} ${showShare(share.size, report.facts.size).padStart(6)}  ${bar(share.size, report.facts.size, 20)}`.trimEnd(),
    );
  }
  return lines;
}
