import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { readInputs } from '#entry/actions/read-inputs';

const SPECS = {
  path: { kind: 'path', default: '.', description: 'a folder' },
  policy: { kind: 'text', description: 'a policy' },
  'fail-on': { kind: 'enum', choices: ['reject', 'flag'], default: 'reject', description: 'when to fail' },
  summary: { kind: 'boolean', default: true, description: 'whether' },
  timeout: { kind: 'integer', default: 600, min: 1, max: 3600, description: 'seconds' },
  files: { kind: 'paths', description: 'files' },
  root: { kind: 'digest', description: 'a digest' },
} as const;

function problemsOf(env: Record<string, string>): string[] {
  try {
    readInputs(SPECS, env);
  } catch (error) {
    if (!isAssayError(error)) throw error;
    expect(error.code).toBe('INPUT_INVALID');
    return error.problems.map((problem) => `${problem.path} ${problem.message}`);
  }
  return [];
}

describe('readInputs', () => {
  it('gives every input its default when the runner passes empty values', () => {
    const empty = Object.fromEntries(Object.keys(SPECS).map((name) => [`INPUT_${name.toUpperCase()}`, '']));
    for (const env of [{}, empty]) {
      expect(readInputs(SPECS, env)).toEqual({
        path: '.',
        policy: undefined,
        'fail-on': 'reject',
        summary: true,
        timeout: 600,
        files: [],
        root: undefined,
      });
    }
  });

  it('reads each kind', () => {
    const root = `sha256:${'a'.repeat(64)}`;
    expect(
      readInputs(SPECS, {
        INPUT_PATH: ' plugins/greet ',
        'INPUT_FAIL-ON': 'flag',
        INPUT_SUMMARY: 'False',
        INPUT_TIMEOUT: '90',
        INPUT_FILES: 'a.wasm\n\n  b.wasm\n',
        INPUT_ROOT: root,
      }),
    ).toMatchObject({
      path: 'plugins/greet',
      'fail-on': 'flag',
      summary: false,
      timeout: 90,
      files: ['a.wasm', 'b.wasm'],
      root,
    });
  });

  it.each([
    ['INPUT_FAIL-ON', 'Reject', 'fail-on is "Reject"'],
    ['INPUT_SUMMARY', 'yes', 'summary is "yes"'],
    ['INPUT_TIMEOUT', '0', 'timeout is "0"'],
    ['INPUT_TIMEOUT', '1e3', 'timeout is "1e3"'],
    ['INPUT_TIMEOUT', '3601', 'timeout is "3601"'],
    ['INPUT_TIMEOUT', '010', 'timeout is "010"'],
    ['INPUT_ROOT', 'sha256:ABC', 'root is "sha256:ABC"'],
    ['INPUT_PATH', 'a\nb', 'path is "a\\nb"'],
    ['INPUT_FIAL-ON', 'flag', 'fial-on is not an input of this action'],
  ])('refuses %s=%j and names the input', (variable, value, problem) => {
    expect(problemsOf({ [variable]: value })).toEqual([problem]);
  });

  it('lists everything that is wrong at once', () => {
    expect(problemsOf({ INPUT_TIMEOUT: 'x', INPUT_SUMMARY: '1', INPUT_OTHER: '' })).toHaveLength(3);
  });

  it('asks for what is required', () => {
    const specs = { keys: { kind: 'path', required: true, description: 'Folder with keys.' } } as const;
    expect(() => readInputs(specs, {})).toThrow('input keys is required');
  });
});
