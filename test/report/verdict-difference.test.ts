import { describe, expect, it } from 'vitest';
import type { Decision, Reason } from '#model/verdict';
import { verdictDifference } from '#report/verdict-difference';
import { PLAIN_NAMES, reasonOf, sampleFindings, sampleReport, verdictOf } from './samples.ts';

const REPORT = sampleReport();
const REASONS = sampleFindings(PLAIN_NAMES).map((finding) => reasonOf(finding, REPORT));
const [FIRST, SECOND] = REASONS;

function verdict(decision: Partial<Decision>, size = 212_345) {
  return verdictOf(decision, [sampleReport(PLAIN_NAMES, size)]);
}

function some(...reasons: (Reason | undefined)[]): Reason[] {
  return reasons.filter((reason) => reason !== undefined);
}

describe('the difference of two verdicts', () => {
  it('is nothing where a person would read the same', () => {
    expect(verdictDifference(verdict({ reasons: REASONS }), verdict({ reasons: REASONS.toReversed() }))).toEqual([]);
  });

  it('names outcome, size and capabilities', () => {
    const capabilities = { declared: [], used: ['stdio', 'net'], added: [], removed: [] };
    const changes = verdictDifference(verdict({}), verdict({ outcome: 'flag', capabilities }, 215_345));
    expect(changes).toEqual([
      { kind: 'changed', text: 'approved → needs review' },
      { kind: 'changed', text: expect.stringMatching(/^size .*3/) },
      { kind: 'added', text: 'capability net' },
    ]);
    expect(verdictDifference(verdict({ capabilities }), verdict({}))).toEqual([
      { kind: 'removed', text: 'capability net' },
    ]);
  });

  it('names reasons that came, went or ask for something else', () => {
    const settled = some(SECOND).map((reason) => ({ ...reason, outcome: 'approve' as const, level: 'note' as const }));
    const changes = verdictDifference(verdict({ reasons: some(FIRST) }), verdict({ reasons: settled }));
    expect(changes.map(({ kind }) => kind)).toEqual(['added', 'removed']);
    const louder = settled.map((reason) => ({ ...reason, outcome: 'reject' as const }));
    expect(verdictDifference(verdict({ reasons: settled }), verdict({ reasons: louder }))).toEqual([
      { kind: 'changed', text: expect.stringContaining('rejected') },
    ]);
  });

  it('shows no control character of a module’s names', () => {
    const hostile = some(FIRST).map((reason) => ({ ...reason, message: 'evil\u001b[31m\u202e\nname' }));
    const [change] = verdictDifference(verdict({}), verdict({ reasons: hostile }));
    expect(change?.text).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
