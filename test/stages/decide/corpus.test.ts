import { describe, expect, it } from 'vitest';
import { findRule } from '#rules/catalogue';
import { measure } from '../../../scripts/corpus/measure.ts';
import { CORPUS } from '../../../scripts/corpus/modules.ts';
import { readRates } from '../../../scripts/corpus/rates.ts';

const { modules, updates } = readRates();
const share = (list: readonly { readonly outcome: string }[]) =>
  list.filter(({ outcome }) => outcome === 'approve').length / list.length;

describe('the benign corpus, as measured', () => {
  it('has at least 25 modules and all that are listed', () => {
    expect(modules.length).toBeGreaterThanOrEqual(25);
    expect(modules.map(({ file }) => file)).toEqual(CORPUS.map(({ file }) => file));
    expect(updates.map(({ file }) => file)).toEqual(
      CORPUS.flatMap(({ file, previous }) => (previous === undefined ? [] : [file])),
    );
  });

  it('is approved to nine tenths, and nothing in it is rejected', () => {
    expect(share(modules)).toBeGreaterThanOrEqual(0.9);
    expect(modules.filter(({ outcome }) => outcome === 'reject')).toEqual([]);
  });

  it('is flagged in at most a tenth of its updates, and none is rejected', () => {
    expect(share(updates)).toBeGreaterThanOrEqual(0.9);
    expect(updates.filter(({ outcome }) => outcome === 'reject')).toEqual([]);
  });

  it('names only rules that there are', () => {
    for (const rule of modules.flatMap(({ fired }) => fired)) expect(findRule(rule)?.id).toBe(rule);
  });

  it('is measured the same today, as far as its modules are here', async () => {
    const measured = await measure(CORPUS);
    expect(measured.modules.length).toBeGreaterThanOrEqual(15);
    const here = (list: readonly { readonly file: string }[]) => new Set(list.map(({ file }) => file));
    expect(measured.modules).toEqual(modules.filter(({ file }) => here(measured.modules).has(file)));
    expect(measured.updates).toEqual(updates.filter(({ file }) => here(measured.updates).has(file)));
  }, 180_000);
});
