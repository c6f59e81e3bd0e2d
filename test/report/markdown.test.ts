import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { COMMENT_LIMIT, renderMarkdown } from '#report/markdown';
import { markdownCode, markdownText } from '#report/markdown-escape';
import { shapeOf, textOf } from './document-shape.ts';
import { HOSTILE_NAMES, hostileName, hostileNames } from './hostile.ts';
import { approved, flagged, PLAIN_NAMES, reasonOf, rejected, sampleReport, verdictOf } from './samples.ts';

const toHtml = (markdown: string): string =>
  micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });

describe('renderMarkdown', () => {
  it.each([
    ['approved', approved()],
    ['flagged', flagged()],
    ['rejected', rejected()],
    ['audited', { reports: [sampleReport()] }],
  ])('renders %s', async (name, assessment) => {
    await expect(renderMarkdown(assessment)).toMatchFileSnapshot(`golden/${name}.md`);
  });

  it('begins with the headline', () => {
    const [first] = renderMarkdown(approved()).split('\n');
    expect(textOf(toHtml(first ?? ''))).toBe('approved · acme/greet 1.4.0 · 212 kB (+3) · stdio (unchanged)');
  });

  it('keeps its shape whatever the module calls its parts', () => {
    const plain = shapeOf(toHtml(renderMarkdown(flagged(PLAIN_NAMES))), 'fragment');
    fc.assert(
      fc.property(hostileNames, (names) => {
        expect(shapeOf(toHtml(renderMarkdown(flagged(names))), 'fragment')).toEqual(plain);
      }),
      { numRuns: 150 },
    );
  });

  it('stays under the limit of the place it goes to, and says what was left out', () => {
    const report = sampleReport();
    const [template] = report.findings;
    if (template === undefined) throw new Error('the sample has no finding');
    const findings = Array.from({ length: 2000 }, (_, index) => ({
      ...template,
      message: `${template.message} ${index}`,
      fingerprint: index.toString(16).padStart(32, '0'),
    }));
    const verdict = verdictOf({ outcome: 'flag', reasons: findings.map((finding) => reasonOf(finding, report)) }, [
      report,
    ]);
    const markdown = renderMarkdown(
      { reports: [report], verdict },
      { maxBytes: COMMENT_LIMIT, fullReport: 'verdict.json' },
    );
    expect(Buffer.byteLength(markdown)).toBeLessThan(COMMENT_LIMIT);
    expect(markdown).toMatch(/^### needs review/);
    expect(markdown).toMatch(/> 1,\d{3} parts of this report left out: .* Everything is in verdict\.json\.\n$/);
  });
});

describe('markdownText and markdownCode', () => {
  it.each(HOSTILE_NAMES)('%j is text and nothing else', (name) => {
    for (const [written, shape] of [
      [`before ${markdownText(name)} after`, ['p']],
      [`before ${markdownCode(name)} after`, ['p', 'code']],
    ] as const) {
      expect(shapeOf(toHtml(written), 'fragment')).toEqual(shape);
    }
  });

  it('stays one cell of a table', () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        const html = toHtml(`| a | b |\n|---|---|\n| ${markdownText(name)} | ${markdownCode(name)} |\n`);
        expect(shapeOf(html, 'fragment').filter((tag) => tag === 'td')).toHaveLength(2);
      }),
    );
  });

  it('leaves nothing that GitHub would turn into a mention or an issue link outside code', () => {
    const text = textOf(toHtml(markdownText('@octocat #12 octo@cat octo/cat#5')));
    expect(text).not.toMatch(/@\w/);
    expect(text).not.toMatch(/#\d/);
  });

  it('reads as the name', () => {
    expect(textOf(toHtml(markdownCode('wasi:http/outgoing-handler@0.2.0#handle')))).toBe(
      'wasi:http/outgoing-handler@0.2.0#handle\n'.trim(),
    );
  });
});
