import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderError } from '#entry/cli/render-error';
import { AssayError } from '#model/errors';

const PLAIN = pc.createColors(false);
const COLOURED = pc.createColors(true);
const ESCAPES = new RegExp(String.raw`${String.fromCodePoint(27)}\[\d+m`, 'g');

const failed = (count: number): AssayError => {
  const problems = Array.from({ length: count }, (_, index) => ({
    message: `no member named "pushback" in "std::vector<double>", which is what the ${index + 1}. line says`,
    file: 'src/main.cpp',
    line: index + 1,
    column: 7,
  }));
  return new AssayError('COMPILE_FAILED', `acme/stats does not compile: ${problems[0]?.message}`, {
    problems,
    hint: 'Correct the source at the place named, then build again; the compiler says no more about it than that.',
  });
};

describe('an error', () => {
  it('keeps within the columns of a terminal, with or without colour', () => {
    for (const width of [40, 60, 80]) {
      const plain = renderError(failed(2), PLAIN, width);
      expect(plain.split('\n').filter((line) => line.length > width)).toEqual([]);
      expect(renderError(failed(2), COLOURED, width).replaceAll(ESCAPES, '')).toBe(plain);
      // Broken at spaces, it is the same text.
      const words = (text: string) => text.split(/\s+/);
      expect(words(plain)).toEqual(words(renderError(failed(2), PLAIN)));
    }
  });

  it('has one line for each thing that is said where there is no terminal', () => {
    expect(renderError(failed(2), PLAIN).trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^error acme\/stats does not compile.*\[COMPILE_FAILED\]$/),
      expect.stringMatching(/^ {2}src\/main\.cpp:1:7 no member/),
      expect.stringMatching(/^ {2}src\/main\.cpp:2:7 no member/),
      expect.stringMatching(/^ {2}→ Correct the source/),
    ]);
  });

  it('does not say its only problem twice, but where it is', () => {
    expect(renderError(failed(1), PLAIN).split('\n')[1]).toBe('  src/main.cpp:1:7');
    const other = new AssayError('DOCUMENT_MALFORMED', 'plugin.yaml is not valid YAML', {
      problems: [{ message: 'a tab', file: 'plugin.yaml', line: 3, column: 1 }],
    });
    expect(renderError(other, PLAIN).split('\n')[1]).toBe('  plugin.yaml:3:1 a tab');
    const hint = 'write ASY410: warning';
    const hinted = new AssayError('POLICY_INVALID', 'p.yaml:1: no', {
      problems: [{ message: 'no', file: 'p.yaml', line: 1, column: 9, hint }],
      hint,
    });
    expect(renderError(hinted, PLAIN).match(/write/g)).toHaveLength(1);
  });
});
