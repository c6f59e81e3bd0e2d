import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingLocation } from '#model/audit-report';
import type { CallPath } from '#model/call-path';
import { showPath } from '#report/call-path';

function place(path: Partial<CallPath>): FindingLocation {
  return { import: 'env.send', path: { root: 'run', steps: [], by: 'call', ...path } };
}

const step = (index: number, name?: string): CallPath['steps'][number] => ({
  function: index,
  ...(name === undefined ? {} : { name }),
  by: index === 0 ? 'root' : 'call',
});

const long = Array.from({ length: 16 }, (_, index) => step(index, `function_${index}`));

describe('showPath', () => {
  it('shows functions by name and index, and the root by the name that callers know', () => {
    expect(showPath(place({ steps: [step(0, '_Z3run'), step(41, 'load'), step(57)] }), 80)).toBe(
      'run → load (#41) → #57 → env.send',
    );
  });

  it('shows which function a root that is no export begins with', () => {
    expect(showPath(place({ root: '(start)', steps: [step(0, 'init')] }), 80)).toBe('(start) → init (#0) → env.send');
  });

  it('says where a table or a reference was in between', () => {
    const steps = [step(0), { ...step(4, 'x'), by: 'table' as const }];
    expect(showPath(place({ steps, by: 'reference' }), 80)).toBe('run → (via table) x (#4) → (via reference) env.send');
  });

  it('names the core module of a function in a component, and the function of the instance that is called', () => {
    const steps = [step(0), { ...step(4, 'x'), module: 2 }];
    expect(showPath({ ...place({ steps, member: 'open-at' }), import: 'wasi:filesystem/types@0.2.0' }, 120)).toBe(
      'run → x (#4 of module 2) → wasi:filesystem/types@0.2.0#open-at',
    );
  });

  it('writes out arrows in names, so that none passes for more of the path', () => {
    const steps = [step(0), step(4, 'x (#4) → y')];
    expect(showPath({ ...place({ steps, root: 'run ⟶ z' }), import: 'env.a→b' }, 120)).toBe(
      'run \\u{27f6} z → x (#4) \\u{2192} y (#4) → env.a\\u{2192}b',
    );
  });

  it('leaves out the middle where it does not fit', () => {
    expect(showPath(place({ steps: long }), 80)).toBe(
      'run → function_1 (#1) → … 13 more … → function_15 (#15) → env.send',
    );
  });

  it('counts what the facts left out already', () => {
    const shown = showPath(place({ steps: long, omitted: 984 }), 80) ?? '';
    expect(shown).toContain('… 997 more …');
    expect(showPath(place({ steps: long, omitted: 984 }), 10_000)).toContain(
      'function_7 (#7) → … 984 more … → function_8 (#8)',
    );
  });

  it('always has root and import, never more than one gap, and fits where they alone do', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 16 }),
        fc.option(fc.nat(), { nil: undefined }),
        fc.integer({ min: 40, max: 400 }),
        (count, more, room) => {
          const omitted = count === 16 ? more : undefined;
          const shown =
            showPath(place({ steps: long.slice(0, count), ...(omitted === undefined ? {} : { omitted }) }), room) ?? '';
          expect(shown).toMatch(/^run → .*env\.send$/);
          expect(shown.split('more').length - 1).toBeLessThanOrEqual(1);
          expect([...shown].length).toBeLessThanOrEqual(room);
        },
      ),
    );
  });

  it('is absent where a place has no path', () => {
    expect(showPath({ import: 'env.send' }, 80)).toBeUndefined();
  });
});
