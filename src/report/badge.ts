import type { Outcome, Verdict } from '#model/verdict';
import { outcomeWord } from './assessment.ts';
import { htmlText } from './html-escape.ts';

const COLOURS: Readonly<Record<Outcome, string>> = { approve: '#1a7f37', flag: '#9a6700', reject: '#cf222e' };
const LABEL = 'assay';
const PADDING = 6;

/** The answer of a shields.io endpoint (its JSON schema version 1). */
export function renderBadgeEndpoint(verdict: Verdict): string {
  const { outcome } = verdict.decision;
  const badge = {
    schemaVersion: 1,
    label: LABEL,
    message: outcomeWord(outcome),
    color: COLOURS[outcome],
    isError: outcome === 'reject',
  };
  return `${JSON.stringify(badge)}\n`;
}

/** A badge that needs no service: label and outcome, readable without colour. */
export function renderBadge(verdict: Verdict): string {
  const { outcome } = verdict.decision;
  const message = outcomeWord(outcome);
  const left = textWidth(LABEL) + 2 * PADDING;
  const right = textWidth(message) + 2 * PADDING;
  const title = htmlText(`${LABEL}: ${message}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#444c56"/><rect x="${left}" width="${right}" height="20" fill="${COLOURS[outcome]}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
${label(LABEL, left / 2)}${label(message, left + right / 2)}
</g>
</svg>
`;
}

function label(text: string, x: number): string {
  return `<text x="${x}" y="14" textLength="${textWidth(text)}">${htmlText(text)}</text>`;
}

/** Width in pixels at 11 px Verdana, near enough because textLength settles the rest. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /[ijlft ]/.test(character) ? 4.2 : /[mw]/.test(character) ? 9.8 : 6.9;
  return Math.ceil(width);
}
