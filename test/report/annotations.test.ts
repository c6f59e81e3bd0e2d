import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '#model/errors';
import { annotations, diagnosticAnnotations, errorAnnotations } from '#report/annotations';
import { hostileNames } from './hostile.ts';
import { approved, flagged, rejected } from './samples.ts';

const manifest = { path: 'greet/plugin.yaml', locate: () => ({ line: 4, column: 1 }) };

describe('annotations', () => {
  it('puts what needs review on the manifest line, with what to do and the lines to add', () => {
    expect(annotations({ ...flagged(), manifest })).toEqual([
      {
        level: 'warning',
        title: 'ASY120 undeclared-capability',
        message: [
          'The module reaches env.send_mail, which the manifest does not declare.',
          'at export run, import env.send_mail, function run, byte 1,234 (0x4d2)',
          'via run → send_mail (#12) → (via table) #19 → env.send_mail',
          'Declare the capability, or stop calling the function.',
          'plugin.yaml:',
          '  capabilities:',
          '+   - host:env.send_mail',
        ].join('\n'),
        file: 'greet/plugin.yaml',
        line: 4,
        column: 1,
      },
    ]);
  });

  it('is silent on what was approved or settled', () => {
    expect(annotations(approved())).toEqual([]);
    expect(annotations(rejected()).map(({ level, title }) => [level, title])).toEqual([
      ['error', 'ASY100 import-not-allowed'],
    ]);
  });

  it('has only the lines it made itself, whatever the module calls its parts', () => {
    const plain = annotations({ ...flagged(), manifest }).map(({ message }) => message.split('\n').length);
    fc.assert(
      fc.property(hostileNames, (names) => {
        const all = annotations({ ...flagged(names), manifest });
        expect(all.map(({ message }) => message.split('\n').length)).toEqual(plain);
        for (const { title, message } of all) expect(title + message).not.toMatch(/[\r\x1b\u202e]/);
      }),
    );
  });
});

describe('diagnosticAnnotations', () => {
  it('points into the plugin’s folder', () => {
    const diagnostics = [{ severity: 'error', message: 'expected ;', file: 'src/a.c', line: 3, column: 9 }] as const;
    expect(diagnosticAnnotations(diagnostics, 'plugins/greet')).toEqual([
      { level: 'error', title: 'compiler', message: 'expected ;', file: 'plugins/greet/src/a.c', line: 3, column: 9 },
    ]);
    expect(diagnosticAnnotations(diagnostics, '.')[0]?.file).toBe('src/a.c');
  });

  it('shows ten of a level at most, the last being the count of the rest', () => {
    const diagnostics = Array.from({ length: 25 }, (_, index) => ({
      severity: 'warning' as const,
      message: `w${index}`,
    }));
    const shown = diagnosticAnnotations(diagnostics, '.');
    expect(shown).toHaveLength(10);
    expect(shown.at(-1)).toMatchObject({ title: '16 more' });
  });
});

describe('errorAnnotations', () => {
  it('leave to the log what does not fit, all of it', () => {
    const problems = Array.from({ length: 12 }, (_, index) => ({ message: 'is wrong', path: `key${index}` }));
    const { annotations: shown, log } = errorAnnotations(new AssayError('INPUT_INVALID', 'twelve', { problems }));
    expect(shown).toHaveLength(10);
    expect(shown.at(-1)).toMatchObject({ title: '3 more', message: '3 further annotations in the log of this step' });
    expect(log.split('\n')).toHaveLength(12);
  });

  it('makes one of each located problem, with the hint', () => {
    const error = new AssayError('MANIFEST_INVALID', 'plugin.yaml: 2 problems', {
      hint: 'Correct the lines.',
      problems: [
        { message: 'is not a known key', path: 'nme', file: 'plugin.yaml', line: 1, column: 1 },
        { message: 'must be given', path: 'abi.kind', file: 'plugin.yaml', line: 5, hint: 'kind: wasi-p1' },
      ],
    });
    expect(errorAnnotations(error).annotations).toEqual([
      {
        level: 'error',
        title: 'MANIFEST_INVALID',
        message: 'nme is not a known key\nCorrect the lines.',
        file: 'plugin.yaml',
        line: 1,
        column: 1,
      },
      {
        level: 'error',
        title: 'MANIFEST_INVALID',
        message: 'abi.kind must be given\nkind: wasi-p1',
        file: 'plugin.yaml',
        line: 5,
      },
    ]);
  });

  it('makes one of an error without problems', () => {
    expect(errorAnnotations(new AssayError('FILE_MISSING', 'no such file: a.wasm')).annotations).toEqual([
      { level: 'error', title: 'FILE_MISSING', message: 'no such file: a.wasm' },
    ]);
  });
});
