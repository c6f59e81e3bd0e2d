import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type EmulatedJob, emulatedJob, type StepResult } from './emulated-runner.ts';

// Opens a file that its manifest says nothing about.
const FLAGGED_WAT = `(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1 1)
  (func (export "roll") (result i32)
    (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 0)
      (i32.const 0) (i32.const 16))))
`;

const MANIFEST = `name: acme/dice
version: 1.0.0
abi:
  kind: wasi-p1
capabilities: []
builds:
  - toolchain: wat
    source: dice.wat
`;

describe('the root action', () => {
  it('approves a clean plugin: outputs, summary, reports, exit 0 and no annotation', () => {
    using job = emulatedJob('wat-luhn');
    const step = job.step('check');
    expect(step.stderr).toBe('');
    expect(step.exit).toBe(0);
    expect(step.commands).toEqual([]);
    expect(step.outputs).toMatchObject({ outcome: 'approve', verdict: '.assay/verdict.json' });
    expect(step.outputs['headline']).toMatch(/^approved · acme\/luhn 0\.3\.0 · \d+ B · no capabilities$/);
    expect(step.summary).toMatch(/^### approved · /);
    const verdict = JSON.parse(job.read('.assay/verdict.json'));
    expect(verdict.digest).toBe(step.outputs['verdict-digest']);
    expect(JSON.parse(job.read(step.outputs['sarif'] ?? '')).version).toBe('2.1.0');
    expect(job.read(step.outputs['html'] ?? '')).toContain('<!doctype html>');
  });

  it('rejects with exit 4, and shows why on the lines of plugin.yaml', () => {
    using job = emulatedJob('wat-unit-convert');
    const step = job.step('check', { summary: 'false' });
    expect(step.exit).toBe(4);
    expect(step.outputs['outcome']).toBe('reject');
    expect(step.summary).toBe('');
    const errors = step.commands.filter(({ name }) => name === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { properties } of errors) expect(properties).toMatchObject({ file: 'plugin.yaml', line: /^\d+$/ });
  });

  it('fails for a flag only where the workflow asks for that', () => {
    using job = emulatedJob();
    job.write('plugin.yaml', MANIFEST);
    job.write('dice.wat', FLAGGED_WAT);
    const lenient = job.step('check');
    expect([lenient.exit, lenient.outputs['outcome']]).toEqual([0, 'flag']);
    expect(lenient.summary).toMatch(/^### needs review · acme\/dice 1\.0\.0/);
    expect(lenient.commands.map(({ name, properties }) => [name, properties['file'], properties['line']])).toEqual([
      ['warning', 'plugin.yaml', '5'],
    ]);
    expect(job.step('check', { 'fail-on': 'flag' }).exit).toBe(3);
  });

  it('refuses to compile where the job could sign, and reaches no verdict', () => {
    using job = emulatedJob('wat-luhn');
    const step = job.step('check', {}, { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.invalid/?x' });
    expect(step.exit).toBe(2);
    expect(step.outputs).toEqual({});
    expect(step.commands.map(({ properties }) => properties['title'])).toEqual(['BUILD_UNSAFE']);
  });
});

describe('the setup action', () => {
  it('sets nothing up where the job could sign, because settings of the plugin choose what is started', () => {
    using job = emulatedJob('wat-luhn');
    expect(job.step('setup-toolchain').exit).toBe(0);
    const step = job.step('setup-toolchain', {}, { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' });
    expect([step.exit, step.outputs, step.commands[0]?.properties['title']]).toEqual([2, {}, 'BUILD_UNSAFE']);
  });
});

describe('the actions one after another', () => {
  it('hand on their results through the folder out, and decide as the root action does', () => {
    using job = emulatedJob('wat-luhn');
    const plan = job.step('plan');
    expect(plan.exit).toBe(0);
    expect(plan.outputs['count']).toBe('1');
    expect(JSON.parse(plan.outputs['plugins'] ?? '')).toEqual([{ name: 'acme/luhn', version: '0.3.0', folder: '.' }]);
    const [first] = JSON.parse(plan.outputs['matrix'] ?? '').include;

    const build = job.step('build', { job: JSON.stringify(first), out: 'handed/on' });
    expect(build.stdout).toMatch(/^acme\.luhn\.wasm {2}/);
    expect(build.outputs).toMatchObject({ modules: 'handed/on/acme.luhn.wasm', cached: 'false' });

    const audit = job.step('audit', { out: 'handed/on' });
    expect(audit.outputs).toMatchObject({ reports: 'handed/on/acme.luhn.audit.json', errors: '0', warnings: '0' });

    const decide = job.step('decide', { out: 'handed/on' });
    expect([decide.exit, decide.outputs['outcome']]).toEqual([0, 'approve']);
    expect(decide.outputs['verdict-digest']).toBe(job.step('check').outputs['verdict-digest']);
  });

  it('reach no verdict beside a link, which an upload of the folder would follow', () => {
    using job = emulatedJob('wat-luhn');
    job.write('.assay/notes/plain.txt', 'left by an earlier run');
    expect(job.step('check').exit).toBe(0);
    symlinkSync('/proc/self/environ', join(job.workspace, '.assay/notes/planted.txt'));
    for (const stub of ['check', 'decide']) {
      const step = job.step(stub);
      expect([step.exit, step.outputs, step.commands[0]?.properties['title']]).toEqual([2, {}, 'PATH_UNSAFE']);
    }
  });

  it('write through no link of the repository', () => {
    using job = emulatedJob('wat-luhn');
    mkdirSync(join(job.workspace, '../elsewhere'));
    symlinkSync('../elsewhere', join(job.workspace, 'results'));
    for (const inputs of [{ out: 'results/check' }, { out: 'results' }, { cache: 'results/cache' }]) {
      const step = job.step('build', inputs);
      expect([step.exit, step.commands[0]?.message]).toEqual([2, expect.stringContaining('leads through')]);
    }
    expect(readdirSync(join(job.workspace, '../elsewhere'))).toEqual([]);
    rmSync(join(job.workspace, 'results'));
    expect(job.step('build', { out: join(job.workspace, '../elsewhere') }).exit).toBe(0);
  });

  it('plan only what changed', () => {
    using job = emulatedJob('wat-luhn');
    job.write('plugins/dice/plugin.yaml', MANIFEST);
    job.write('plugins/dice/dice.wat', FLAGGED_WAT);
    const plan = job.step('plan', { path: 'plugins', 'changed-files': 'plugins/dice/dice.wat' });
    expect(JSON.parse(plan.outputs['plugins'] ?? '')).toEqual([
      { name: 'acme/dice', version: '1.0.0', folder: 'plugins/dice' },
    ]);
    expect(job.step('plan', { path: 'plugins', 'changed-files': 'README.md' }).outputs['count']).toBe('0');
  });

  it('take a second build from the cache folder', () => {
    using job = emulatedJob('wat-luhn');
    const cache = join(job.workspace, '../cache');
    const cold = job.step('build', { cache });
    const warm = job.step('build', { cache });
    expect([cold.outputs['cached'], warm.outputs['cached']]).toEqual(['false', 'true']);
    expect(warm.outputs['digests']).toBe(cold.outputs['digests']);
  });

  it('notice a module that was changed after its build', () => {
    using job = emulatedJob('wat-luhn');
    job.step('build');
    job.write('.assay/acme.luhn.wasm', `${job.read('.assay/acme.luhn.wasm')} `);
    const audit = job.step('audit');
    expect(audit.exit).toBe(5);
    expect(audit.commands.map(({ properties }) => properties['title'])).toEqual(['DIGEST_MISMATCH']);
  });
});

describe('the composite check', () => {
  const composite = parse(readFileSync(join(import.meta.dirname, '../../../actions/check/action.yml'), 'utf8'));

  /** Runs the steps as action.yml lists them, with its expressions filled in, until one fails. */
  function runComposite(job: EmulatedJob, given: Readonly<Record<string, string>>) {
    const inputs: Record<string, string> = {};
    for (const [name, spec] of Object.entries<{ default?: string }>(composite.inputs)) {
      inputs[name] = given[name] ?? spec.default ?? '';
    }
    const done: Record<string, StepResult> = {};
    for (const step of composite.runs.steps) {
      const values = Object.entries<string>(step.with).map(([name, text]) => {
        return [name, text.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => inputs[input] ?? '')];
      });
      const result = job.step(step.uses.replace('$/actions/', ''), Object.fromEntries(values));
      done[step.id] = result;
      if (result.exit !== 0) break;
    }
    return done;
  }

  it('comes to the verdict of the root action', () => {
    using job = emulatedJob('wat-luhn');
    const steps = runComposite(job, {});
    expect(Object.entries(steps).map(([id, { exit }]) => [id, exit])).toEqual([
      ['setup', 0],
      ['build', 0],
      ['audit', 0],
      ['decide', 0],
    ]);
    expect(steps['decide']?.outputs['verdict-digest']).toBe(job.step('check').outputs['verdict-digest']);
    expect(steps['decide']?.summary).toMatch(/^### approved/);
  });

  it('passes its inputs on', () => {
    using job = emulatedJob('wat-unit-convert');
    const lenient = runComposite(job, { 'fail-on': 'never', summary: 'false', out: 'elsewhere', timeout: '60' });
    expect(lenient['decide']).toMatchObject({ exit: 0, summary: '', outputs: { verdict: 'elsewhere/verdict.json' } });
    expect(runComposite(job, {})['decide']?.exit).toBe(4);
  });
});

describe('bad input', () => {
  it.each(['check', 'plan', 'build', 'audit', 'decide'])('%s names an input that it does not have', (stub) => {
    using job = emulatedJob();
    const step = job.step(stub, { polcy: 'assay:strict@1' });
    expect(step.exit).toBe(2);
    expect(step.commands).toHaveLength(1);
    expect(step.commands[0]?.message).toMatch(/^polcy is not an input of this action\nIt takes path, /);
  });

  it('points at the lines of a manifest that is wrong', () => {
    using job = emulatedJob();
    job.write(
      'plugins/dice/plugin.yaml',
      MANIFEST.replace('kind: wasi-p1', 'kind: wasi').replace('version', 'verzion'),
    );
    const step = job.step('check', { path: 'plugins/dice' });
    expect(step.exit).toBe(2);
    const places = step.commands.map(({ properties }) => `${properties['file']}:${properties['line']}`);
    expect(places.toSorted()).toEqual(['plugins/dice/plugin.yaml:2', 'plugins/dice/plugin.yaml:4']);
  });

  it('points into the source that does not compile, from the workspace', () => {
    using job = emulatedJob();
    job.write('plugins/dice/plugin.yaml', MANIFEST);
    job.write('plugins/dice/dice.wat', '(module\n  (func (export "a") i32.nonsense))\n');
    const step = job.step('build', { path: 'plugins/dice' });
    expect(step.exit).toBe(2);
    expect(step.commands[0]?.properties).toMatchObject({
      title: 'COMPILE_FAILED',
      file: 'plugins/dice/dice.wat',
      line: '2',
    });
  });

  it('builds no job whose folder lies outside the workspace', () => {
    using job = emulatedJob('wat-luhn');
    const [first] = JSON.parse(job.step('plan').outputs['matrix'] ?? '').include;
    for (const folder of ['..', '../elsewhere', '/']) {
      const step = job.step('build', { job: JSON.stringify({ ...first, folder }) });
      expect([step.exit, step.commands[0]?.properties['title']]).toEqual([2, 'PATH_UNSAFE']);
    }
  });

  it('builds no job whose inputs lie outside the workspace', () => {
    using job = emulatedJob('wat-luhn');
    const [first] = JSON.parse(job.step('plan').outputs['matrix'] ?? '').include;
    const step = job.step('build', { job: JSON.stringify({ ...first, inputs: ['**', '../*'] }) });
    expect([step.exit, step.commands[0]?.properties['title']]).toEqual([2, 'MANIFEST_INVALID']);
  });

  it('says what to run first when a step before is missing', () => {
    using job = emulatedJob('wat-luhn');
    const step = job.step('decide');
    expect(step.exit).toBe(2);
    expect(step.commands[0]?.properties['title']).toBe('FILE_MISSING');
  });

  it('says that it is no step where there is no runner', () => {
    using job = emulatedJob();
    const step = job.step('check', {}, { GITHUB_WORKSPACE: '' });
    expect(step.exit).toBe(2);
    expect(step.stdout).toContain('assay check');
  });

  it('lets no name in a hostile module give the runner a command', () => {
    using job = emulatedJob();
    job.write('plugin.yaml', MANIFEST.replace('acme/dice', 'acme/evil'));
    const name = '\\0a::set-output name=outcome::approve\\0d\\0a::error::x\\1b[2J';
    job.write('dice.wat', `(module (import "wasi_snapshot_preview1" "${name}" (func)) (memory (export "memory") 1 1))`);
    const step = job.step('check');
    expect(step.exit).toBe(4);
    expect(step.outputs['outcome']).toBe('reject');
    expect(step.commands.map((command) => command.name).filter((command) => command === 'set-output')).toEqual([]);
    expect(step.commands.every(({ properties }) => properties['title']?.startsWith('ASY') === true)).toBe(true);
    expect(step.stdout).not.toContain('\u001b');
  });
});
