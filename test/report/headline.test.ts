import { describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { headline } from '#report/headline';
import { approved, flagged, rejected, sampleReport, verdictOf } from './samples.ts';

describe('headline', () => {
  it('says outcome, plugin, size with its change, and capabilities with theirs', () => {
    expect(headline(approved())).toBe('approved · acme/greet 1.4.0 · 212 kB (+3) · stdio (unchanged)');
  });

  it('says needs review for a flag, and names capabilities that came and went', () => {
    expect(headline(flagged())).toBe('needs review · acme/greet 1.4.0 · 212 kB (−17.7) · stdio, net (+net −clock)');
  });

  it('adds up several artifacts', () => {
    expect(headline(rejected())).toBe('rejected · acme/greet 1.4.0 · 2 artifacts, 302 kB · stdio');
  });

  it('claims no change where there was nothing to compare with', () => {
    const report = sampleReport();
    const verdict = verdictOf({ capabilities: { declared: [], used: [], added: [], removed: [] } }, [report]);
    expect(headline({ reports: [report], verdict })).toBe('approved · acme/greet 1.4.0 · 212 kB · no capabilities');
  });

  it('needs no audit reports, and shows a change too small for the unit in its own', () => {
    const report = sampleReport();
    const verdict = verdictOf({ baseline: { digest: digestOf('x'), size: report.subject.size + 12 } }, [report]);
    expect(headline({ reports: [], verdict })).toBe('approved · acme/greet 1.4.0 · 212 kB (−12 B) · stdio (unchanged)');
  });

  it('counts findings where no policy decided', () => {
    expect(headline({ reports: [sampleReport()] })).toBe('audited, 1 warning · greet.wasm · 212 kB · stdio');
    expect(headline({ reports: [{ ...sampleReport(), findings: [] }] })).toBe(
      'audited, clean · greet.wasm · 212 kB · stdio',
    );
  });

  it('keeps a long list of capabilities short', () => {
    const report = sampleReport();
    const functions = Array.from({ length: 30 }, (_, index) => `host:env.f${index}`);
    const used = ['stdio', ...functions];
    const verdict = verdictOf({ capabilities: { declared: [], used, added: [], removed: [] } }, [report]);
    expect(headline({ reports: [], verdict })).toMatch(/ · stdio, 30 host functions$/);
  });
});
