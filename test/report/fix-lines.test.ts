import { describe, expect, it } from 'vitest';
import type { Fix } from '#model/audit-report';
import { fixLines, fixTarget } from '#report/fix-lines';
import { relevantFix } from '#report/relevant-fix';
import { PLAIN_NAMES, sampleReport } from './samples.ts';

const manifest = (
  ...edits: { op: 'add' | 'remove' | 'replace'; path: string; value?: string | string[] | boolean }[]
) => ({ kind: 'manifest', description: 'change it', edits }) as const;

const show = (fix: Parameters<typeof fixLines>[0]): string[] => fixLines(fix).map(({ sign, text }) => sign + text);

describe('fixLines', () => {
  it('shows list entries under their key, once', () => {
    const fix = manifest(
      { op: 'add', path: '/capabilities/-', value: 'net' },
      { op: 'add', path: '/capabilities/-', value: 'host:env.log' },
    );
    expect(show(fix)).toEqual([' capabilities:', '+  - net', '+  - host:env.log']);
    expect(fixTarget(fix)).toBe('plugin.yaml');
  });

  it('shows keys with their values, quoted where YAML would read something else', () => {
    expect(show(manifest({ op: 'add', path: '/abi/world', value: 'true' }))).toEqual([' abi:', '+  world: "true"']);
    expect(show(manifest({ op: 'replace', path: '/builds/0/optimize', value: 'size' }))).toEqual([
      ' builds:',
      '   # entry 1',
      '+    optimize: size',
    ]);
    expect(show(manifest({ op: 'add', path: '/capabilities', value: ['stdio'] }))).toEqual([
      '+capabilities: ["stdio"]',
    ]);
    expect(show(manifest({ op: 'add', path: '/a~1b', value: 'x: y' }))).toEqual(['+a/b: "x: y"']);
  });

  it('shows what goes away', () => {
    expect(show(manifest({ op: 'remove', path: '/registry' }))).toEqual(['-registry']);
  });

  it('shows compiler flags by toolchain', () => {
    const flags = { clang: ['-s', '-Wl,--strip-all'], '*': ['--max-memory=65536'] };
    expect(show({ kind: 'flags', description: 'strip', flags })).toEqual([
      '+clang: -s -Wl,--strip-all',
      '+any toolchain: --max-memory=65536',
    ]);
  });

  it('cannot be broken into further lines by a value', () => {
    const lines = fixLines(manifest({ op: 'add', path: '/capabilities/-', value: 'net\n- fs' }));
    expect(lines.map(({ text }) => text)).toEqual(['capabilities:', '  - "net\\n- fs"']);
  });
});

describe('relevantFix', () => {
  const flags: Fix = {
    kind: 'flags',
    description: 'strip',
    flags: { clang: ['-s'], 'zig-cc': ['-s'], rust: ['-C strip=symbols'], '*': ['--strip-all'] },
  };
  const madeWith = (toolchain: string) => sampleReport({ ...PLAIN_NAMES, toolchain });
  const kept = (...toolchains: string[]) => {
    const result = relevantFix(flags, toolchains.map(madeWith));
    return result.kind === 'flags' ? Object.keys(result.flags) : [];
  };

  it('keeps the flags of what made the modules, and of what cannot be told from it', () => {
    expect(kept('rust')).toEqual(['rust', '*']);
    expect(kept('clang')).toEqual(['clang', 'zig-cc', '*']);
    expect(kept('rust', 'clang')).toEqual(['clang', 'zig-cc', 'rust', '*']);
  });

  it('keeps those of the toolchains that plugin.yaml names, whatever the modules say', () => {
    const { toolchain: _, ...facts } = sampleReport().facts;
    for (const report of [{ ...sampleReport(), facts }, madeWith('clang')]) {
      const result = relevantFix(flags, [report], ['zig-cc']);
      expect(result).toMatchObject({ kind: 'flags', flags: { 'zig-cc': ['-s'], '*': ['--strip-all'] } });
      expect(result).not.toHaveProperty('flags.clang');
    }
    expect(relevantFix({ ...flags, flags: { rust: ['-s'] } }, [madeWith('clang')], ['zig-cc'])).toMatchObject({
      flags: { rust: ['-s'] },
    });
  });

  it('keeps all where a module does not say what made it', () => {
    const { toolchain: _, ...facts } = sampleReport().facts;
    expect(relevantFix(flags, [{ ...sampleReport(), facts }])).toBe(flags);
  });
});
