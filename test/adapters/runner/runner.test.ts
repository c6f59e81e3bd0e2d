import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heredoc } from '#adapters/runner/file-command';
import { openRunner } from '#adapters/runner/runner';
import { workflowCommand } from '#adapters/runner/workflow-command';
import { readCommands, readHeredocs } from '../../entry/actions/emulated-runner.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-runner-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function runner() {
  const env: Record<string, string> = { GITHUB_WORKSPACE: folder };
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']) {
    env[name] = join(folder, name);
    writeFileSync(join(folder, name), '');
  }
  const written: string[] = [];
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { runner: openRunner(env, (part) => written.push(part)), stdout: () => written.join(''), text };
}

describe('file commands', () => {
  it('write outputs, variables and state as the runner reads them, several lines included', () => {
    const { runner: open, text } = runner();
    open.setOutput('outcome', 'approve');
    open.setOutput('files', 'a\nb\n');
    open.setVariable('ASSAY_OUT', '.assay');
    open.saveState('started', 'yes');
    expect(readHeredocs(text('GITHUB_OUTPUT'))).toEqual({ outcome: 'approve', files: 'a\nb\n' });
    expect(readHeredocs(text('GITHUB_ENV'))).toEqual({ ASSAY_OUT: '.assay' });
    expect(readHeredocs(text('GITHUB_STATE'))).toEqual({ started: 'yes' });
  });

  it('append to the summary', () => {
    const { runner: open, text } = runner();
    open.addSummary('# one');
    open.addSummary('# two\n');
    expect(text('GITHUB_STEP_SUMMARY')).toBe('# one\n# two\n');
  });

  it('let no value add an entry of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '<<', 'assay_', 'x=y', '::', 'name<<END', 'END')), (parts) => {
        const value = parts.join('');
        expect(readHeredocs(heredoc('name', value) + heredoc('after', 'untouched'))).toEqual({
          name: value,
          after: 'untouched',
        });
      }),
    );
  });

  it('refuse a value that holds its delimiter, and a name that is none', () => {
    expect(() => heredoc('name', 'x\nassay_1\n', () => '1')).toThrow('contains its delimiter');
    expect(() => heredoc('a\nb', 'x')).toThrow('cannot be the name');
  });
});

describe('annotations', () => {
  it('are decoded by the runner to what they were', () => {
    const { runner: open, stdout } = runner();
    open.annotate({ level: 'warning', title: 'a: b, c', message: '100 %\nnext', file: 'a,b.yaml', line: 3, column: 7 });
    expect(stdout()).toBe('::warning title=a%3A b%2C c,file=a%2Cb.yaml,line=3,col=7::100 %25%0Anext\n');
    expect(readCommands(stdout())).toEqual([
      {
        name: 'warning',
        properties: { title: 'a: b, c', file: 'a,b.yaml', line: '3', col: '7' },
        message: '100 %\nnext',
      },
    ]);
  });

  it('are one command each, whatever their text', () => {
    const piece = fc.constantFrom('\r', '\n', '::', '%', ',', '=', 'error', 'a', '::error::x', '%0A', '##[error]');
    const text = fc.array(piece).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (title, message) => {
        expect(readCommands(workflowCommand('error', { title }, message))).toHaveLength(1);
      }),
    );
  });
});

describe('the log', () => {
  it('shows plain text as it is', () => {
    const { runner: open, stdout } = runner();
    open.log('one line');
    expect(stdout()).toBe('one line\n');
  });

  it.each(['::error::x', '  ::set-env name=PATH::/evil', 'a\r::add-mask::x', '##[error]x', 'x ##[add-path]/evil'])(
    'keeps the runner from obeying %j',
    (text) => {
      const { runner: open, stdout } = runner();
      open.log(text);
      expect(stdout()).toMatch(/^::stop-commands::[0-9a-f-]{36}\n/);
      expect(readCommands(stdout())).toEqual([]);
      open.annotate({ level: 'notice', title: 't', message: 'heard again' });
      expect(readCommands(stdout()).map(({ message }) => message)).toEqual(['heard again']);
    },
  );
});

describe('openRunner', () => {
  it('says so where there is no runner', () => {
    expect(() => openRunner({}, () => {})).toThrow('not a step of a workflow');
  });

  it('says which file cannot be written', () => {
    const env = { GITHUB_WORKSPACE: folder, GITHUB_OUTPUT: join(folder, 'no/such/folder') };
    expect(() => openRunner(env, () => {}).setOutput('a', 'b')).toThrow('GITHUB_OUTPUT cannot be written');
  });
});
