import { describe, expect, it } from 'vitest';
import type { Palette } from '#report/palette';
import { renderText } from '#report/text';
import { approved, flagged, rejected, sampleReport } from './samples.ts';

const marked = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
const MARKED: Palette = {
  bold: marked('b'),
  dim: marked('dim'),
  red: marked('red'),
  yellow: marked('yellow'),
  green: marked('green'),
  cyan: marked('cyan'),
};

describe('renderText', () => {
  it.each([
    ['approved', approved(), {}],
    ['flagged', flagged(), {}],
    ['flagged-detail', flagged(), { detail: true }],
    ['rejected', rejected(), {}],
    ['audited-narrow', { reports: [sampleReport()] }, { width: 44 }],
    ['flagged-colour', flagged(), { palette: MARKED }],
  ])('renders %s', async (name, assessment, options) => {
    await expect(renderText(assessment, options)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('stays inside the width it was given', () => {
    const lines = renderText(rejected(), { width: 60, detail: true }).split('\n');
    // A digest cannot be broken, because it is there to be copied.
    for (const line of lines.filter((text) => !text.includes('sha256:')))
      expect([...line].length).toBeLessThanOrEqual(60);
  });

  it('tells a finding that two artifacts share once, with both places', () => {
    const text = renderText(rejected());
    expect(text.match(/ASY100/g)).toHaveLength(1);
    expect(text).toContain('greet.wasm: export run');
    expect(text).toContain('small-greet.wasm: export run');
  });

  it('says how numbers in call paths get names, where a plugin can be built again', () => {
    const { verdict, ...rest } = flagged();
    const withNames = (names: boolean) => ({
      ...rest,
      manifest: { path: 'plugin.yaml' },
      verdict: {
        ...verdict,
        decision: {
          ...verdict.decision,
          reasons: verdict.decision.reasons.map((reason) => ({
            ...reason,
            locations: reason.locations.map(({ path, ...place }) =>
              path === undefined
                ? place
                : {
                    ...place,
                    path: {
                      ...path,
                      steps: path.steps.map(({ name: _, ...step }) => (names ? { ...step, name: 'f' } : step)),
                    },
                  },
            ),
          })),
        },
      },
    });
    const note = '"optimize: debug"';
    expect(renderText(withNames(false))).toContain(note);
    expect(renderText(withNames(true))).not.toContain(note);
    const { manifest: _, ...alone } = withNames(false);
    expect(renderText(alone)).not.toContain(note);
  });

  it('lets no control sequence of the module reach the terminal', () => {
    const names = { ...sampleReport().subject, file: 'x\x1b]0;title\x07.wasm' };
    const report = sampleReport();
    expect(renderText({ reports: [{ ...report, subject: { ...report.subject, name: names.file } }] })).not.toMatch(
      /[\x1b\x07]/,
    );
  });
});
