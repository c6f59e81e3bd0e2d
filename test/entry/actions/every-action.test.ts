import { existsSync, readFileSync } from 'node:fs';
import { basename, join, posix, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTIONS } from '#entry/actions/catalogue';
import type { InputSpec } from '#entry/actions/definition';
import { DIST, type EmulatedJob, emulatedJob, type StepResult } from './emulated-runner.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly main?: string;
    readonly steps?: readonly { readonly id: string; readonly uses: string; readonly with: Record<string, string> }[];
  };
}

/** action.yml of a folder below actions/, or of the root for ''. */
function actionFile(folder: string): ActionFile {
  return parse(readFileSync(join(ROOT, folder === '' ? '.' : join('actions', folder), 'action.yml'), 'utf8'));
}

/** What a runner sets: every input that the action declares, with its default or empty, and what the workflow gives. */
function inputsOf({ inputs }: ActionFile, given: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(inputs).map(([name, { default: preset = '' }]) => [name, preset]);
  return { ...Object.fromEntries(defaults), ...given };
}

function use(job: EmulatedJob, folder: string, given: Readonly<Record<string, string>> = {}): StepResult {
  const file = actionFile(folder);
  return job.step(basename(file.runs.main ?? '', '.js'), inputsOf(file, given));
}

/** A composite action's steps in order, until one fails. */
function useComposite(job: EmulatedJob, folder: string, given: Readonly<Record<string, string>>) {
  const file = actionFile(folder);
  const inputs = inputsOf(file, given);
  const results: Record<string, StepResult> = {};
  for (const { id, uses, with: passed } of file.runs.steps ?? []) {
    const values = Object.entries(passed).map(([name, value]) => {
      const [, input = ''] = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value) ?? [];
      return [name, inputs[input] ?? value];
    });
    const result = use(job, uses.replace('$/actions/', ''), Object.fromEntries(values));
    results[id] = result;
    if (result.exit !== 0) break;
  }
  return results;
}

/** A value that is not of the input's kind; undefined where every text is. */
function malformed({ kind }: InputSpec): string | undefined {
  switch (kind) {
    case 'boolean':
      return 'yes';
    case 'integer':
      return '1.5';
    case 'enum':
      return 'canary';
    case 'digest':
      return 'sha256:ABC';
    case 'path':
    case 'paths':
      return 'a\0b';
    case 'text':
    case 'lines':
    case 'secret':
      return undefined;
  }
}

describe.each(ACTIONS.map((action) => [action.folder || 'the root action', action]))('%s', (_name, action) => {
  it('names every input that is malformed, missing or not its own, at once, and does nothing', () => {
    using job = emulatedJob();
    // No environment variable can hold a NUL, so paths are tried with a line break.
    const bad = Object.entries(action.inputs).flatMap(([name, spec]) => {
      const value = malformed(spec)?.replace('\0', '\r');
      return value === undefined ? [] : [[name, value] as const];
    });
    const missing = Object.entries(action.inputs)
      .filter(([name, spec]) => 'required' in spec && !bad.some(([other]) => other === name))
      .map(([name]) => name);
    const stub = action.folder === '' ? 'check' : action.folder;
    const step = job.step(stub, { ...Object.fromEntries(bad), polcy: 'x' });
    expect([step.exit, step.outputs, step.summary]).toEqual([2, {}, '']);
    const expected = new Set([...bad.map(([name]) => name), ...missing, 'polcy']);
    // GitHub shows ten annotations at most; where there are more, the log names all.
    const shown = step.commands.filter(({ properties }) => properties['title'] === 'INPUT_INVALID');
    const lines = expected.size > 10 ? step.stdout.split('\n') : shown.map(({ message }) => message);
    expect(shown).toHaveLength(Math.min(expected.size, expected.size > 10 ? 9 : 10));
    const named = lines.map((line) => line.split(' ')[0] ?? '').filter((word) => word !== '' && !word.startsWith('::'));
    expect(new Set(named)).toEqual(expected);
  });

  it('starts from a file in dist, which its action.yml names', () => {
    const { runs } = actionFile(action.folder);
    const from = action.folder === '' ? '.' : `actions/${action.folder}`;
    const main = posix.join(from, runs.main ?? '');
    expect(main).toMatch(/^dist\/actions\/[a-z-]+\.js$/);
    expect(existsSync(join(DIST, main.slice('dist/'.length)))).toBe(true);
  });
});

describe('actions/check', () => {
  it('approves what the root action approves, with the same verdict, in four visible steps', () => {
    using job = emulatedJob('wat-luhn');
    const { setup, build, audit, decide, ...others } = useComposite(job, 'check', { out: 'reports' });
    expect([setup, build, audit, decide].map((step) => [step?.exit, step?.stderr])).toEqual(Array(4).fill([0, '']));
    expect(others).toEqual({});
    const root = use(job, '');
    expect(decide?.outputs).toMatchObject({ outcome: 'approve', verdict: 'reports/verdict.json' });
    expect(decide?.outputs['verdict-digest']).toBe(root.outputs['verdict-digest']);
  });

  it('rejects in its last step, whose outputs are those of the action', () => {
    using job = emulatedJob('wat-unit-convert');
    const { decide } = useComposite(job, 'check', {});
    expect([decide?.exit, decide?.outputs['outcome']]).toEqual([4, 'reject']);
    expect(decide?.summary).toMatch(/^### rejected · /);
  });

  it('lets the caller decide what fails it', () => {
    using job = emulatedJob('wat-unit-convert');
    const { decide } = useComposite(job, 'check', { 'fail-on': 'never', summary: 'false' });
    expect([decide?.exit, decide?.outputs['outcome'], decide?.summary]).toEqual([0, 'reject', '']);
  });
});
