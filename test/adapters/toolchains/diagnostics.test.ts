import { describe, expect, it } from 'vitest';
import { parseColonDiagnostics, relativeDiagnostics } from '#adapters/toolchains/diagnostics';

const PLACE = { sourceFolder: '/w/in/plugin', sourceRoot: '/w/in' };

describe('compiler messages', () => {
  it('are read with severity and place', () => {
    const log = [
      'src/a.c:3:7: warning: unused variable',
      'In file included from src/a.c:1:',
      'C:\\work\\a.c:10:2: fatal error: x.h: No such file',
      './main.go:7:2: undefined: foo',
      'src/a.c:9: note: here',
      '  3 | int x;',
    ].join('\n');
    expect(parseColonDiagnostics(log)).toEqual([
      { severity: 'warning', message: 'unused variable', file: 'src/a.c', line: 3, column: 7 },
      { severity: 'error', message: 'x.h: No such file', file: 'C:\\work\\a.c', line: 10, column: 2 },
      { severity: 'error', message: 'undefined: foo', file: './main.go', line: 7, column: 2 },
      { severity: 'note', message: 'here', file: 'src/a.c', line: 9 },
    ]);
  });

  it('name files relative to the plugin, and no file where the place lies outside it', () => {
    const at = (file: string) => relativeDiagnostics([{ severity: 'error', message: 'm', file, line: 1 }], PLACE)[0];
    expect(at('/w/in/plugin/src/a.c')).toMatchObject({ file: 'src/a.c' });
    expect(at('./src/a.c')).toMatchObject({ file: 'src/a.c' });
    expect(at('/usr/include/stdio.h')).toEqual({ severity: 'error', message: '/usr/include/stdio.h:1: m' });
    expect(at('../shared/a.h')).toMatchObject({ file: '../shared/a.h' });
    expect(at('/w/in/shared/a.h')).toMatchObject({ file: '../shared/a.h' });
    expect(at('../../other/a.c')).not.toHaveProperty('file');
    expect(at('<stdin>')).not.toHaveProperty('file');
  });

  it('are cut to a number that a report can hold', () => {
    const many = Array.from({ length: 5000 }, () => ({ severity: 'error' as const, message: 'x'.repeat(10_000) }));
    const kept = relativeDiagnostics(many, PLACE);
    expect(kept).toHaveLength(200);
    expect(kept[0]?.message).toHaveLength(2000);
  });

  it('keep the errors where there are too many warnings', () => {
    const warnings = Array.from({ length: 300 }, () => ({ severity: 'warning' as const, message: 'w' }));
    const kept = relativeDiagnostics([...warnings, { severity: 'error', message: 'undefined symbol: f' }], PLACE);
    expect(kept[0]).toEqual({ severity: 'error', message: 'undefined symbol: f' });
    expect(kept).toHaveLength(200);
  });
});
