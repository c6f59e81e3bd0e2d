import { describe, expect, it } from 'vitest';
import { findRule } from '#rules/catalogue';
import { type Draft, findingOf, grownBy } from '#rules/rule';

const info = { ...(findRule('ASY230') ?? expect.unreachable()), action: 'do', since: '1' };
const extentOf = (draft: Omit<Draft, 'message'>) => findingOf(info, { message: 'found', ...draft }).extent;

describe('a finding has grown', () => {
  it.each<[string, Omit<Draft, 'message'>, Omit<Draft, 'message'>]>([
    ['by a name', { extent: ['env.a'] }, { extent: ['env.a', 'env.b'] }],
    ['by a higher count', { counts: { places: 2 } }, { counts: { places: 3 } }],
    ['by a name that looks like a lower count', { extent: ['env.a=9'] }, { extent: ['env.a=1'] }],
    ['by a name that looks like a count of its own', { counts: { places: 2 } }, { extent: ['places=1'] }],
    ['by the end of a long name', { extent: ['a'.repeat(400)] }, { extent: [`${'a'.repeat(400)}b`] }],
    [
      'by one name behind very many',
      { extent: Array.from({ length: 3000 }, (_, index) => `f${index}`) },
      { extent: Array.from({ length: 3000 }, (_, index) => `f${index}`).with(-1, 'f9999') },
    ],
  ])('%s', (_how, before, after) => {
    expect(grownBy(extentOf(after), extentOf(before))).not.toEqual([]);
  });

  it.each<[string, Omit<Draft, 'message'>, Omit<Draft, 'message'>]>([
    ['with fewer names', { extent: ['env.a', 'env.b'] }, { extent: ['env.b'] }],
    ['with a lower count', { counts: { places: 3 } }, { counts: { places: 2 } }],
    ['with the same name that looks like a count', { extent: ['env.a=9'] }, { extent: ['env.a=9'] }],
  ])('but not %s', (_how, before, after) => {
    expect(grownBy(extentOf(after), extentOf(before))).toEqual([]);
  });
});
