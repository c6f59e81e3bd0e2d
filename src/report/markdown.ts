import type { FindingLocation } from '#model/audit-report';
import { shortDigest } from '#model/digest-of';
import {
  type Assessment,
  artifactName,
  isPlural,
  type Remark,
  remarksOf,
  ruleTitle,
  type Severity,
  severityTitle,
} from './assessment.ts';
import { ARROW, foldPath, pathPieces, showPiece } from './call-path.ts';
import { fixLines, fixTarget } from './fix-lines.ts';
import { headlineParts } from './headline.ts';
import { placeParts } from './location.ts';
import { markdownCode, markdownFence, markdownText } from './markdown-escape.ts';
import { summaryRows } from './module-summary.ts';
import { showCount, showShare, showSize } from './quantity.ts';
import { sectionShares } from './section-sizes.ts';
import { bar } from './bar.ts';

/** What GitHub accepts as one step's summary, in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024;
/** What GitHub accepts as one comment, in characters; no UTF-8 text has more characters than bytes. */
export const COMMENT_LIMIT = 65_536;

export interface MarkdownOptions {
  /** Largest result in UTF-8 bytes; default: what a step summary may hold. */
  readonly maxBytes?: number;
  /** Where the whole report is, told when something had to be left out. */
  readonly fullReport?: string;
}

const SHOWN_PLACES = 5;
/** Functions of a call path, the mark for those left out among them. */
const SHOWN_PIECES = 10;
// The closing note is short; this leaves room for it in any limit that makes sense.
const NOTE_ROOM = 1024;

/**
 * The report as GitHub-flavoured Markdown for a step summary or a comment. The first line is the headline; what is
 * not pressing folds away. Names from the module are written so that they are text and nothing else. Whole blocks
 * are left out at the end, with a note, when the limit would be passed.
 */
export function renderMarkdown(assessment: Assessment, options: MarkdownOptions = {}): string {
  const limit = (options.maxBytes ?? SUMMARY_LIMIT) - NOTE_ROOM;
  const kept: string[] = [];
  let size = 0;
  let left = 0;
  for (const block of blocks(assessment)) {
    const bytes = Buffer.byteLength(block) + 2;
    if (left > 0 || size + bytes > limit) left += 1;
    else {
      kept.push(block);
      size += bytes;
    }
  }
  if (left > 0) {
    const where = options.fullReport === undefined ? 'the JSON report' : markdownText(options.fullReport, 200);
    kept.push(
      `> ${showCount(left, 'part')} of this report left out: it would be too long for this place. Everything is in ${where}.`,
    );
  }
  return `${kept.join('\n\n')}\n`;
}

/** The report in pieces that can be left out from the end on; each is complete Markdown. */
function* blocks(assessment: Assessment): Generator<string> {
  const [outcome, ...rest] = headlineParts(assessment);
  yield `### ${[outcome, ...rest.map((part) => markdownText(part, 600))].join(' · ')}`;
  const remarks = remarksOf(assessment);
  const decided = assessment.verdict !== undefined;
  for (const severity of ['reject', 'flag'] as const) {
    const group = remarks.filter((remark) => remark.severity === severity);
    for (const [index, remark] of group.entries()) {
      const item = remarkItem(assessment, remark);
      yield index === 0 ? `**${severityTitle(severity, decided)}**\n\n${item}` : item;
    }
  }
  for (const severity of ['note', 'settled'] as const) {
    const group = remarks.filter((remark) => remark.severity === severity);
    if (group.length > 0)
      yield folded(
        foldTitle(severity, group.length),
        group.map((remark) => remarkItem(assessment, remark)),
      );
  }
  for (const report of assessment.reports) {
    const title = `What is in ${markdownCode(report.subject.name, 120)}`;
    yield folded(title, [summaryTable(report), sizeTable(report)]);
  }
  yield `<sub>${footer(assessment)}</sub>`;
}

function foldTitle(severity: Severity, count: number): string {
  return severity === 'note' ? showCount(count, 'note') : `${count} settled before`;
}

function folded(title: string, parts: readonly string[]): string {
  return [`<details><summary>${title}</summary>`, ...parts, '</details>'].join('\n\n');
}

function remarkItem(assessment: Assessment, remark: Remark): string {
  const lines = [`- **${ruleTitle(remark)}** · ${markdownText(remark.message, 2000)}`];
  for (const place of placeItems(assessment, remark)) lines.push(`  - at ${place}`);
  if (remark.settled === undefined) lines.push(`  - do: ${markdownText(remark.action, 1000)}`);
  else {
    const { by, who, reason } = remark.settled;
    lines.push(`  - ${by} of ${markdownText(who, 100)}: ${markdownText(reason, 1000)}`);
  }
  if (remark.fix !== undefined) {
    lines.push(`  - fix (${fixTarget(remark.fix)}): ${markdownText(remark.fix.description, 500)}`, '');
    lines.push(
      ...markdownFence(
        fixLines(remark.fix).map(({ sign, text }) => `${sign} ${text}`),
        'diff',
        '    ',
      ),
    );
  }
  if (remark.policyLine !== undefined) lines.push(`  - policy: ${markdownCode(remark.policyLine, 400)}`);
  return lines.join('\n');
}

function placeItems(assessment: Assessment, remark: Remark): string[] {
  const several = isPlural(assessment);
  const items = remark.places.flatMap(({ artifact, locations }) => {
    const name = several ? artifactName(assessment, artifact) : undefined;
    const prefix = name === undefined ? '' : `${markdownCode(name, 120)}: `;
    const places = locations
      .map((location) => {
        const parts = placeParts(location).map((part) =>
          part.name === undefined ? part.label : `${part.label} ${markdownCode(part.name, 120)}`,
        );
        return parts.join(', ') + pathLine(location);
      })
      .filter((text) => text !== '');
    return places.length === 0 && prefix !== '' ? [`${prefix}the whole file`] : places.map((text) => prefix + text);
  });
  const rest = items.length - SHOWN_PLACES;
  return rest > 1 ? [...items.slice(0, SHOWN_PLACES), showCount(rest, 'more place')] : items;
}

function pathLine(location: FindingLocation): string {
  const pieces = pathPieces(location);
  if (pieces === undefined) return '';
  const shown = foldPath(pieces, ({ length }) => length <= SHOWN_PIECES).map((piece) =>
    showPiece(piece, (name) => markdownCode(name, 100), markdownText),
  );
  return `\n    - via ${shown.join(ARROW)}`;
}

function summaryTable(report: Assessment['reports'][number]): string {
  const rows = summaryRows(report).map((row) => {
    const names = row.names.map((name) => markdownCode(name, 80)).join(' ');
    return `| ${row.label} | ${[names, markdownText(row.text)].filter((part) => part !== '').join(' ')} |`;
  });
  return ['| | |', '|---|---|', ...rows].join('\n');
}

function sizeTable({ facts }: Assessment['reports'][number]): string {
  const rows = sectionShares(facts).map((share) => {
    const name = share.kind === 'custom' ? `custom ${markdownCode(share.name, 60)}` : share.name;
    return `| ${name} | ${showSize(share.size)} | ${showShare(share.size, facts.size)} | ${bar(share.size, facts.size, 20)} |`;
  });
  return ['| section | size | share | |', '|---|--:|--:|---|', ...rows].join('\n');
}

function footer({ reports, verdict }: Assessment): string {
  if (verdict === undefined) {
    const engines = [...new Set(reports.map((report) => `assay ${report.engine.assay}, rules ${report.rulesEdition}`))];
    return engines.map((engine) => markdownText(engine)).join('; ') || 'nothing was audited';
  }
  const { decision } = verdict;
  return [
    `verdict ${markdownCode(shortDigest(verdict.digest))}`,
    `policy ${markdownCode(shortDigest(decision.policy))}`,
    `rules ${markdownText(decision.rulesEdition)}`,
    `assay ${markdownText(verdict.engine.assay)}`,
    ...decision.assumptions.map((text) => `assumed: ${markdownText(text)}`),
  ].join(' · ');
}
