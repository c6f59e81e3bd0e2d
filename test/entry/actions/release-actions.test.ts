import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assay, contentsOf } from '../cli/harness.ts';
import { type EmulatedJob, emulatedJob, type StepResult } from './emulated-runner.ts';

interface Maintained {
  readonly job: EmulatedJob;
  /** Inputs that name the registry and its root. */
  readonly trust: { readonly registry: string; readonly root: string };
}

let prepared: Maintained;
let place: Maintained;

beforeAll(async () => {
  const job = emulatedJob('wat-luhn');
  const options = { cwd: job.workspace };
  expect((await assay(['keygen', '--out', 'keys'], options)).exit).toBe(0);
  const registry = ['registry', 'init', 'registry', '--id', 'acme-plugins', '--keys', 'keys', '--owner', 'acme'];
  const made = await assay([...registry, '--policy', 'assay:custom@1', '--json'], options);
  const { root }: { root: string } = JSON.parse(made.stdout);
  prepared = { job, trust: { registry: 'registry', root } };
  expect(job.step('check').exit).toBe(0);
});
afterAll(() => prepared.job[Symbol.dispose]());

beforeEach(({ onTestFinished }) => {
  const job = emulatedJob();
  onTestFinished(() => job[Symbol.dispose]());
  cpSync(prepared.job.workspace, job.workspace, { recursive: true });
  place = { ...prepared, job };
});

function title(step: StepResult): string | undefined {
  return step.commands[0]?.properties['title'];
}

function message(step: StepResult): string {
  return step.commands[0]?.message ?? '';
}

function key(role: string): string {
  return readFileSync(join(place.job.workspace, 'keys', `${role}.key`), 'utf8');
}

describe('from sign to install in a job', () => {
  it('signs with a key folder, publishes, verifies and installs', () => {
    const { job, trust } = place;
    const signed = job.step('sign', { keys: 'keys', registry: 'registry' });
    expect([signed.exit, signed.stderr]).toEqual([0, '']);
    expect(signed.outputs).toMatchObject({
      provenance: '.assay/acme.luhn.provenance.sigstore.json',
      verdicts: '.assay/acme.luhn.verdict.sigstore.json',
    });

    const published = job.step('publish', { keys: 'keys', registry: 'registry' });
    expect(published.outputs).toMatchObject({ version: 'acme/luhn@0.3.0', serial: '3' });
    expect(published.outputs['files']).toMatch(/^blobs\/sha256\//m);

    const module = '.assay/acme.luhn.wasm';
    const verified = job.step('verify', { files: module, ...trust });
    expect([verified.exit, verified.outputs['verified']]).toEqual([0, 'true']);
    const digest = JSON.parse(verified.outputs['digests'] ?? '')[module];
    expect(digest).toBe(JSON.parse(signed.outputs['digests'] ?? '')['acme.luhn']);
    const checks: { check: string; ok: boolean }[] = JSON.parse(verified.outputs['checks'] ?? '');
    expect(checks.map(({ check }) => check)).toEqual(expect.arrayContaining(['provenance', 'verdict']));

    const installed = job.step('install', { plugins: 'acme/luhn@^0.3', runtime: 'runtime', ...trust });
    expect([installed.exit, installed.outputs['generation'], installed.outputs['changed']]).toEqual([0, '1', 'true']);
    expect(JSON.parse(installed.outputs['changes'] ?? '')).toMatchObject([{ name: 'acme/luhn', to: '0.3.0' }]);
    const again = job.step('install', { runtime: 'runtime', frozen: 'true' });
    expect([again.exit, again.outputs['changed']]).toEqual([0, 'false']);
  });

  it('signs with keys from secrets, and shows nothing of them', () => {
    const { job, trust } = place;
    const secrets = { 'author-key': key('author'), 'verdict-key': key('verdict') };
    const signed = job.step('sign', { ...secrets, ...trust });
    expect([signed.exit, signed.stdout]).toEqual([0, expect.stringMatching(/^signed provenance and verdict of/)]);
    const published = job.step('publish', { 'snapshot-key': key('snapshot'), ...trust });
    expect([published.exit, published.outputs['serial']]).toEqual([0, '3']);
    for (const { stdout, stderr } of [signed, published]) expect(stdout + stderr).not.toContain('PRIVATE KEY');
  });

  it('signs provenance alone with the author’s key alone, and publish asks for the verdict', () => {
    const { job, trust } = place;
    const signed = job.step('sign', { 'author-key': key('author') });
    expect([signed.exit, signed.outputs['verdicts']]).toEqual([0, '']);
    const bundles = { files: '.assay/acme.luhn.wasm', bundles: signed.outputs['provenance'] ?? '' };
    expect(job.step('verify', { ...bundles, key: 'keys/author.pub' }).outputs['verified']).toBe('true');
    expect(job.step('verify', { ...bundles, key: 'keys/verdict.pub' }).exit).toBe(5);
    const published = job.step('publish', { 'snapshot-key': key('snapshot'), ...trust });
    expect([published.exit, title(published)]).toEqual([2, 'FILE_MISSING']);
  });

  it('signs the verdict in another job than the provenance, each with its own key', () => {
    const { job, trust } = place;
    const early = job.step('sign', { 'verdict-key': key('verdict'), ...trust });
    expect([early.exit, title(early)]).toEqual([2, 'FILE_MISSING']);
    job.step('sign', { 'author-key': key('author') });
    const signed = job.step('sign', { 'verdict-key': key('verdict'), ...trust });
    expect([signed.exit, signed.outputs['provenance']]).toEqual([0, '']);
    expect(signed.outputs['verdicts']).toBe('.assay/acme.luhn.verdict.sigstore.json');
    expect(job.step('publish', { 'snapshot-key': key('snapshot'), ...trust }).exit).toBe(0);
  });

  it('signs no verdict over provenance of somebody else', () => {
    const { job, trust } = place;
    job.step('sign', { 'author-key': key('config') });
    const signed = job.step('sign', { 'verdict-key': key('verdict'), ...trust });
    expect([signed.exit, signed.outputs]).toEqual([5, {}]);
    expect(title(signed)).toMatch(/^(?:IDENTITY_MISMATCH|BUNDLE_INVALID)$/);
  });

  it('changes nothing in a dry run', async () => {
    const { job } = place;
    job.step('sign', { keys: 'keys', registry: 'registry' });
    const before = await contentsOf(join(job.workspace, 'registry'));
    const step = job.step('publish', { keys: 'keys', registry: 'registry', 'dry-run': 'true' });
    expect([step.exit, step.outputs['serial']]).toEqual([0, '3']);
    expect(await contentsOf(join(job.workspace, 'registry'))).toEqual(before);
  });
});

describe('what the actions refuse', () => {
  it('signs nothing that was rejected', () => {
    const { job } = place;
    job.write('.assay/verdict.json', job.read('.assay/verdict.json').replace('"approve"', '"reject"'));
    const step = job.step('sign', { keys: 'keys', registry: 'registry' });
    expect([step.exit, step.outputs]).toEqual([5, {}]);
  });

  it.each([
    ['a key that is none', { 'author-key': 'secret-but-no-key' }, 'KEY_UNUSABLE'],
    ['a key folder and a key', { keys: 'keys', 'author-key': 'secret-but-no-key' }, 'INPUT_INVALID'],
    ['a key folder and no registry', { keys: 'keys' }, 'INPUT_INVALID'],
    ['half of a Sigstore instance', { 'fulcio-url': 'https://fulcio.example' }, 'PERMISSION_MISSING'],
    ['nothing to sign with', {}, 'PERMISSION_MISSING'],
  ])('sign refuses %s, and repeats no secret', (_what, inputs, code) => {
    const step = place.job.step('sign', inputs);
    expect([step.exit, title(step), step.outputs]).toEqual([2, code, {}]);
    expect(step.stdout).not.toContain('secret-but-no-key');
  });

  it('sign stands aside, visibly, in a pull request without secrets', () => {
    const step = place.job.step('sign', { 'author-key': '' }, { GITHUB_EVENT_NAME: 'pull_request' });
    expect([step.exit, title(step), step.outputs['provenance']]).toEqual([0, 'signing skipped', '']);
  });

  it('publish refuses to go on without the key of its role', () => {
    const step = place.job.step('publish', { ...place.trust });
    expect([step.exit, title(step)]).toEqual([2, 'KEY_MISSING']);
  });

  it('verify fails for a changed file, and names what it checked', () => {
    const { job, trust } = place;
    job.step('sign', { keys: 'keys', registry: 'registry' });
    job.step('publish', { keys: 'keys', registry: 'registry' });
    const module = join(job.workspace, '.assay/acme.luhn.wasm');
    const bytes = readFileSync(module);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(module, bytes);
    const step = job.step('verify', { files: '.assay/acme.luhn.wasm', ...trust });
    expect([step.exit, title(step), step.outputs['verified']]).toEqual([5, 'DIGEST_MISMATCH', undefined]);
    const bundles = { bundles: '.assay/acme.luhn.provenance.sigstore.json', key: 'keys/author.pub' };
    const byKey = job.step('verify', { files: '.assay/acme.luhn.wasm', ...bundles });
    expect([byKey.exit, title(byKey), byKey.outputs['verified']]).toEqual([5, 'subject failed', 'false']);
  });

  it.each([
    ['nothing to verify against', {}],
    ['two ways at once', { registry: 'registry', root: `sha256:${'0'.repeat(64)}`, key: 'keys/author.pub' }],
    ['a registry without a root', { registry: 'registry' }],
    ['bundles without a key', { bundles: 'a.sigstore.json' }],
  ])('verify refuses %s', (_what, inputs) => {
    const step = place.job.step('verify', { files: '.assay/acme.luhn.wasm', ...inputs });
    expect([step.exit, title(step)]).toEqual([2, 'INPUT_INVALID']);
  });

  it('install leaves the runtime without a plugin when one byte in the registry differs', () => {
    const { job, trust } = place;
    job.step('sign', { keys: 'keys', registry: 'registry' });
    const { files = '' } = job.step('publish', { keys: 'keys', registry: 'registry' }).outputs;
    const blob = files.split('\n').find((path) => readFileSync(join(job.workspace, 'registry', path))[0] === 0) ?? '';
    const path = join(job.workspace, 'registry', blob);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const step = job.step('install', { plugins: 'acme/luhn', runtime: 'runtime', ...trust });
    expect([step.exit, step.outputs, title(step)]).toEqual([5, {}, expect.any(String)]);
    expect(job.step('install', { runtime: 'runtime', frozen: 'true' }).exit).toBe(2);
  });

  it.each([
    ['no plugin', { runtime: 'runtime' }, /^plugins|input plugins/],
    ['no runtime', { plugins: 'acme/luhn' }, /^runtime is required/],
    [
      'a root that is no digest',
      { runtime: 'r', plugins: 'acme/luhn', registry: 'registry', root: 'sha256:1' },
      /^root is/,
    ],
    ['a registry without a root', { runtime: 'r', plugins: 'acme/luhn', registry: 'registry' }, /input root/],
    ['an odd boolean', { runtime: 'r', frozen: 'yes' }, /^frozen is "yes"/],
  ])('install refuses %s', (_what, inputs, pattern) => {
    const step = place.job.step('install', inputs);
    expect([step.exit, title(step)]).toEqual([2, 'INPUT_INVALID']);
    expect(message(step)).toMatch(pattern);
  });
});
