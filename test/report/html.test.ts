import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '#report/html';
import { shapeOf } from './document-shape.ts';
import { hostileNames } from './hostile.ts';
import { approved, flagged, PLAIN_NAMES, rejected, sampleReport } from './samples.ts';

describe('renderHtml', () => {
  it.each([
    ['approved', approved()],
    ['flagged', flagged()],
    ['rejected', rejected()],
    ['audited', { reports: [sampleReport()] }],
  ])('renders %s', async (name, assessment) => {
    await expect(renderHtml(assessment)).toMatchFileSnapshot(`golden/${name}.html`);
  });

  it('is one file: no script, no request, and a policy that forbids both', () => {
    const html = renderHtml(rejected());
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-`);
    const tags = shapeOf(html, 'page').map((tag) => tag.split(' ')[0]);
    for (const tag of ['script', 'link', 'img', 'iframe', 'object', 'form', 'base', 'a'])
      expect(tags).not.toContain(tag);
    expect(html).not.toMatch(/url\(|@import|style=/);
  });

  it('keeps its shape whatever the module calls its parts', () => {
    const plain = shapeOf(renderHtml(flagged(PLAIN_NAMES)), 'page');
    fc.assert(
      fc.property(hostileNames, (names) => {
        expect(shapeOf(renderHtml(flagged(names)), 'page')).toEqual(plain);
      }),
      { numRuns: 150 },
    );
  });
});
