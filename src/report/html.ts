import { createHash } from 'node:crypto';
import type { AuditReport, FindingLocation } from '#model/audit-report';
import {
  type Assessment,
  artifactName,
  isPlural,
  type Remark,
  remarksOf,
  SEVERITIES,
  type Severity,
  severityTitle,
} from './assessment.ts';
import { ARROW, pathPieces, showPiece } from './call-path.ts';
import { fixLines, fixTarget } from './fix-lines.ts';
import { headline, headlineParts } from './headline.ts';
import { htmlCode, htmlText } from './html-escape.ts';
import { STYLE } from './html-style.ts';
import { placeParts } from './location.ts';
import { summaryRows } from './module-summary.ts';
import { showCount, showShare, showSize } from './quantity.ts';
import { type SectionShare, sectionShares } from './section-sizes.ts';

const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');
// Nothing is fetched and nothing runs, whatever slipped past the escaping.
const CONTENT_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'`;

/** The report as one HTML page that needs no network and no script, in the reader's light or dark colours. */
export function renderHtml(assessment: Assessment): string {
  const [outcome, subject, size, uses] = headlineParts(assessment);
  const remarks = remarksOf(assessment);
  const tone = assessment.verdict?.decision.outcome ?? 'note';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${htmlText(headline(assessment))}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${tone}">
<h1><span class="outcome">${htmlText(outcome)}</span> · ${htmlText(subject)}</h1>
<p>${htmlText(size)} · ${htmlText(uses, 600)}</p>
</header>
<main>
${SEVERITIES.map((severity) => severitySection(assessment, severity, remarks)).join('')}
${moduleSection(assessment)}
</main>
<footer>${footer(assessment)}</footer>
</body>
</html>
`;
}

function severitySection(assessment: Assessment, severity: Severity, all: readonly Remark[]): string {
  const remarks = all.filter((remark) => remark.severity === severity);
  if (remarks.length === 0) return '';
  const articles = remarks.map((remark) => remarkArticle(assessment, remark)).join('\n');
  if (severity === 'note' || severity === 'settled') {
    const title = severity === 'note' ? showCount(remarks.length, 'note') : `${remarks.length} settled before`;
    return `<details><summary>${title}</summary>\n${articles}\n</details>\n`;
  }
  return `<section>\n<h2>${severityTitle(severity, assessment.verdict !== undefined)}</h2>\n${articles}\n</section>\n`;
}

function remarkArticle(assessment: Assessment, remark: Remark): string {
  const name = remark.descriptor === undefined ? '' : `<span class="name">${htmlText(remark.descriptor.name)}</span>`;
  const fields = [field('where', places(assessment, remark))];
  if (remark.settled === undefined) fields.push(field('do', htmlText(remark.action, 1000)));
  else {
    const { by, who, reason } = remark.settled;
    fields.push(field(by, `${htmlText(who, 100)}: ${htmlText(reason, 1000)}`));
  }
  if (remark.fix !== undefined) {
    const lines = fixLines(remark.fix).map(fixLine).join('\n');
    const target = fixTarget(remark.fix);
    fields.push(field('fix', `${htmlText(remark.fix.description, 500)} (${target})<pre>${lines}</pre>`));
  }
  if (remark.policyLine !== undefined) fields.push(field('policy', htmlCode(remark.policyLine, 400)));
  return `<article class="${remark.severity}">
<h3>${htmlText(remark.rule)}${name}</h3>
<p>${htmlText(remark.message, 2000)}</p>
<dl>${fields.join('')}</dl>${help(remark)}
</article>`;
}

function help({ descriptor }: Remark): string {
  if (descriptor === undefined || descriptor.help === '') return '';
  return `\n<details><summary>Why this rule</summary>\n<p>${htmlText(descriptor.help, 3000)}</p>\n</details>`;
}

function field(label: string, html: string): string {
  return html === '' ? '' : `<dt>${label}</dt><dd>${html}</dd>`;
}

function fixLine({ sign, text }: ReturnType<typeof fixLines>[number]): string {
  const line = `${sign} ${htmlText(text, 2000)}`;
  return sign === '+' ? `<ins>${line}</ins>` : sign === '-' ? `<del>${line}</del>` : line;
}

function places(assessment: Assessment, remark: Remark): string {
  const several = isPlural(assessment);
  const items = remark.places.flatMap(({ artifact, locations }) => {
    const name = several ? artifactName(assessment, artifact) : undefined;
    const prefix = name === undefined ? '' : `${htmlCode(name, 120)}: `;
    const texts = locations
      .map((location) => {
        const parts = placeParts(location).map((part) =>
          part.name === undefined ? part.label : `${part.label} ${htmlCode(part.name, 200)}`,
        );
        return parts.join(', ') + pathLine(location);
      })
      .filter((text) => text !== '');
    return texts.length === 0 && prefix !== '' ? [`${prefix}the whole file`] : texts.map((text) => prefix + text);
  });
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function pathLine(location: FindingLocation): string {
  const pieces = pathPieces(location);
  if (pieces === undefined) return '';
  return `<br>via ${pieces.map((piece) => showPiece(piece, (name) => htmlCode(name, 200), htmlText)).join(ARROW)}`;
}

function moduleSection({ reports }: Assessment): string {
  if (reports.length === 0) return '';
  const open = reports.length === 1 ? ' open' : '';
  return `<section>\n<h2>What is inside</h2>\n${reports.map((report) => moduleDetails(report, open)).join('\n')}\n</section>`;
}

function moduleDetails(report: AuditReport, open: string): string {
  const rows = summaryRows(report).map((row) => {
    const names = row.names.map((name) => htmlCode(name, 80)).join(' ');
    return `<tr><th scope="row">${row.label}</th><td>${[names, htmlText(row.text)].filter((part) => part !== '').join(' ')}</td></tr>`;
  });
  return `<details${open}><summary>${htmlText(report.subject.name, 200)}</summary>
${sizePicture(sectionShares(report.facts), report.facts.size)}
<table>${rows.join('')}</table>
</details>`;
}

function sizePicture(shares: readonly SectionShare[], whole: number): string {
  let x = 0;
  const rects = shares.map((share) => {
    const width = whole === 0 ? 0 : (share.size / whole) * 1000;
    const title = `${htmlText(share.name, 80)}: ${showSize(share.size)}, ${showShare(share.size, whole)}`;
    // A gap of one unit keeps neighbours of one colour apart.
    const rect = `<rect class="${share.kind}" x="${x.toFixed(2)}" y="0" width="${Math.max(0.5, width - 1.5).toFixed(2)}" height="24"><title>${title}</title></rect>`;
    x += width;
    return rect;
  });
  const rows = shares.map((share) => {
    const name = share.kind === 'custom' ? `custom ${htmlCode(share.name, 80)}` : htmlText(share.name, 80);
    return `<tr><td><i class="${share.kind}"></i>${name}</td><td class="number">${showSize(share.size)}</td><td class="number">${showShare(share.size, whole)}</td></tr>`;
  });
  return `<svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label="Share of each section in the file">${rects.join('')}</svg>
<table class="sizes">${rows.join('')}</table>`;
}

function footer({ reports, verdict }: Assessment): string {
  if (verdict === undefined) {
    const [report] = reports;
    return report === undefined
      ? ''
      : `assay ${htmlText(report.engine.assay)} · rules ${htmlText(report.rulesEdition)}`;
  }
  const { decision } = verdict;
  return [
    `verdict ${htmlCode(verdict.digest)}`,
    `policy ${htmlCode(decision.policy)}`,
    `rules ${htmlText(decision.rulesEdition)}`,
    `assay ${htmlText(verdict.engine.assay)}`,
    ...decision.assumptions.map((text) => `assumed: ${htmlText(text)}`),
  ].join(' · ');
}
