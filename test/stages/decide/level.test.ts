import { describe, expect, it } from 'vitest';
import { findRule } from '#rules/catalogue';
import { descriptorOf } from '#rules/rule';
import { levelUnder, outcomeOf } from '#stages/decide/level';
import { policyOf } from '../../rules/audited.ts';

function descriptor(id: string) {
  const info = findRule(id);
  if (info === undefined) throw new Error(`${id} is no rule`);
  return descriptorOf(info);
}

describe('the level of a finding under a policy', () => {
  it('is the rule’s own where no line names it', () => {
    expect(levelUnder(policyOf('assay:custom@1'), descriptor('ASY240'), 'note', undefined)).toEqual({
      level: 'note',
      line: 'default level of ASY240: note',
    });
  });

  it('is what a line says, and tells which one', () => {
    const policy = policyOf('extends: [assay:custom@1]\nrules:\n  ASY240: error\n');
    expect(levelUnder(policy, descriptor('ASY240'), 'note', undefined)).toEqual({
      level: 'error',
      line: 'rules.ASY240: error (policy.yaml:3)',
    });
  });

  it('names the list that spoke, by its entries’ documents where it has no line of its own', () => {
    const policy = policyOf('assay:wasi-p1@1');
    expect(levelUnder(policy, descriptor('ASY100'), 'error', 'imports.allow').line).toBe(
      'imports.allow (assay:wasi-p1@1)',
    );
  });

  it('is information where the rule joined after the policy’s edition, until a line names it', () => {
    const policy = policyOf('assay:custom@1');
    const older = { ...policy, flat: { ...policy.flat, rulesEdition: '0' } };
    expect(levelUnder(older, descriptor('ASY100'), 'error', undefined).level).toBe('note');
    const named = { ...older, flat: { ...older.flat, rules: { ASY100: 'error' as const } } };
    expect(levelUnder(named, descriptor('ASY100'), 'error', undefined).level).toBe('error');
  });

  it('never lets a heuristic reject, whatever a stored report says', () => {
    expect(levelUnder(policyOf('assay:custom@1'), descriptor('ASY310'), 'error', undefined).level).toBe('warning');
  });
});

describe('the outcome of a level', () => {
  it.each([
    ['error', {}, 'reject'],
    ['warning', {}, 'flag'],
    ['note', {}, 'approve'],
    ['note', { flag: 'note' }, 'flag'],
  ] as const)('%s with thresholds %j: %s', (level, outcome, expected) => {
    expect(outcomeOf(level, { schema: 'assay.policy/1', rulesEdition: '1', outcome })).toBe(expected);
  });
});
