import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderError } from '#entry/cli/render-error';
import { stageLine } from '#entry/cli/stage-lines';
import { AssayError } from '#model/errors';

const HOSTILE = 'x\u001b[2J\r\n::stop-commands::y\n  ::error::z ##[error]w';
const PLAIN = pc.createColors(false);
const COMMAND = /^\s*::|##\[/m;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

describe("text of others on a terminal or in a runner's log", () => {
  it('is one line of visible characters in the line of a stage', () => {
    const line = stageLine({ stage: 'build', outcome: 'done', detail: HOSTILE, ms: 1 }, PLAIN);
    expect(line).toContain('x\\u{1b}[2J');
    expect(line).not.toMatch(CONTROL);
    expect(line).not.toContain('\n');
  });

  it('is no command to a runner in an error, its problems and its hints', () => {
    const problems = [{ message: HOSTILE, hint: HOSTILE }, { message: '::error::z' }];
    const shown = renderError(new AssayError('COMPILE_FAILED', HOSTILE, { problems, hint: HOSTILE }), PLAIN);
    expect(shown).toContain(': :error::z');
    expect(shown).not.toMatch(COMMAND);
    expect(shown).not.toMatch(CONTROL);
  });
});
