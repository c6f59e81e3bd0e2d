import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CapabilitySchema } from '#model/capability';
import type { ExternType } from '#model/module-facts';
import { hostCapability } from '#rules/host-capability';
import { coversCapability, matchesGlob, matchesImport } from '#rules/patterns';

describe('globs', () => {
  it.each([
    ['env.*', 'env.log', true],
    ['env.*', 'env.', true],
    ['*_get', 'args_get', true],
    ['*_get', 'args_get_', false],
    ['a*b*c', 'aXXbYYc', true],
    ['a*b*c', 'acb', false],
    ['a.c', 'abc', false],
    ['', '', true],
    ['**', 'anything', true],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('agree with a regular expression', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(small, small, (pattern, text) => {
        const source = pattern.split(/\*+/).join('.*');
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
    );
  });
});

const FUNCTION: ExternType = { kind: 'func', type: { params: [], results: [] } };

describe('import patterns', () => {
  it.each([
    ['env.*', 'env', 'log', true],
    ['env.*', 'env.log', 'x', false],
    ['env.*', 'envy', 'log', false],
    ['./foo_bg.js.*', './foo_bg.js', '__wbindgen_throw', true],
    ['*.fd_write', 'wasi_snapshot_preview1', 'fd_write', true],
    ['env.log', '', 'env.log', false],
    ['.log', '', 'log', true],
  ])('%s against %s and %s: %s', (pattern, module, name, expected) => {
    expect(matchesImport(pattern, { module, name, type: FUNCTION })).toBe(expected);
  });

  it('are matched with the whole name of what a component imports', () => {
    const type = { kind: 'instance' } as const;
    expect(matchesImport('wasi:cli/*', { module: '', name: 'wasi:cli/stdout@0.2.3', type })).toBe(true);
    expect(matchesImport('env.log', { module: '', name: 'env.log', type })).toBe(true);
  });
});

describe('host capabilities', () => {
  it('are the name itself where it is plain', () => {
    expect(hostCapability('env', 'log')).toBe('host:env.log');
    expect(hostCapability('extism:host/user', 'kv_get')).toBe('host:extism:host/user.kv_get');
  });

  it('are always valid, and never the same for two imports', () => {
    const name = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(name, name, name, name, (m1, n1, m2, n2) => {
        const [a, b] = [hostCapability(m1, n1), hostCapability(m2, n2)];
        expect(CapabilitySchema.safeParse(a).success).toBe(true);
        expect(a === b).toBe(m1 === m2 && n1 === n2);
      }),
    );
  });

  it('an import whose name looks like a pattern does not become one', () => {
    expect(coversCapability(hostCapability('env', '*'), hostCapability('env', 'anything'))).toBe(false);
  });
});
