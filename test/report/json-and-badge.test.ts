import { describe, expect, it } from 'vitest';
import { renderBadge, renderBadgeEndpoint } from '#report/badge';
import { renderJson } from '#report/json';
import { approved, flagged, PLAIN_NAMES, rejected, sampleReport } from './samples.ts';
import { shapeOf } from './document-shape.ts';

describe('renderJson', () => {
  it('is the document and nothing else', () => {
    const { verdict, reports } = flagged();
    expect(JSON.parse(renderJson(verdict))).toEqual(verdict);
    expect(JSON.parse(renderJson(reports))).toEqual(reports);
  });

  it('holds no character that a terminal would obey, and means the same', () => {
    const report = sampleReport({ ...PLAIN_NAMES, exportName: '\x9b31m\u202e世界\u{e0041}' });
    const text = renderJson(report);
    expect(text).not.toMatch(/[\x80-\x9f\u202e\u{e0041}]/u);
    expect(text).toContain('世界');
    expect(JSON.parse(text)).toEqual(report);
  });
});

describe('badges', () => {
  it.each([
    ['approved', approved().verdict, 'approved', false],
    ['flagged', flagged().verdict, 'needs review', false],
    ['rejected', rejected().verdict, 'rejected', true],
  ])('renders %s', async (name, verdict, message, isError) => {
    const svg = renderBadge(verdict);
    await expect(svg).toMatchFileSnapshot(`golden/${name}.svg`);
    expect(shapeOf(svg, 'fragment')[0]).toContain(`aria-label=assay: ${message}`);
    expect(JSON.parse(renderBadgeEndpoint(verdict))).toMatchObject({
      schemaVersion: 1,
      label: 'assay',
      message,
      isError,
    });
  });
});
