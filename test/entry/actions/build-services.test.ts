import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionsArtifacts } from '#adapters/artifacts/actions-artifacts';
import { build } from '#entry/actions/build';
import { runAction } from '#entry/actions/run-action';
import { temporaryFolder } from '../../adapters/toolchains/compile.ts';
import { ActionsServices } from '../../fakes/actions-services.ts';

const services = new ActionsServices();
let workspace: string;
let temp: string;

beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  temp = await temporaryFolder();
  workspace = join(temp, 'workspace');
  await cp(new URL('../../../examples/plugins/wat-luhn', import.meta.url), workspace, { recursive: true });
  await mkdir(join(temp, 'files'));
  for (const name of ['output', 'summary', 'env', 'state']) await writeFile(join(temp, 'files', name), '');
  const environment = {
    ...services.environment(),
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    GITHUB_OUTPUT: join(temp, 'files', 'output'),
    GITHUB_STEP_SUMMARY: join(temp, 'files', 'summary'),
    GITHUB_ENV: join(temp, 'files', 'env'),
    GITHUB_STATE: join(temp, 'files', 'state'),
    INPUT_CACHE: 'actions',
    INPUT_ARTIFACT: 'false',
    ACTIONS_ID_TOKEN_REQUEST_URL: '',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: '',
    ASSAY_PUBLISH: '',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF_TYPE: 'branch',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

async function run(): Promise<{ exit: number; outputs: string; log: string }> {
  let log = '';
  await writeFile(join(temp, 'files', 'output'), '');
  const stdout = { write: (text: string) => (log += text) };
  const exit = await runAction(build, async () => import('#entry/actions/steps/build'), { env: process.env, stdout });
  return { exit, outputs: await readFile(join(temp, 'files', 'output'), 'utf8'), log };
}

describe('the build action in a job', () => {
  it('restores from the Actions cache what an earlier job built, and says so', async () => {
    const first = await run();
    expect(first).toMatchObject({ exit: 0, outputs: expect.stringMatching(/cached<<\S+\nfalse/) });
    const second = await run();
    expect(second).toMatchObject({ exit: 0, outputs: expect.stringMatching(/cached<<\S+\ntrue/) });
    expect(second.log).toContain('from cache');
  });

  it('compiles where the job has no cache', async () => {
    vi.stubEnv('ACTIONS_RESULTS_URL', '');
    vi.stubEnv('ACTIONS_CACHE_URL', '');
    expect(await run()).toMatchObject({ exit: 0, log: expect.stringContaining('no Actions cache') });
  });

  it.each([
    ['INPUT_PUBLISH', 'true', 'the input publish says so'],
    ['ASSAY_PUBLISH', 'true', 'the workflow says'],
    ['GITHUB_EVENT_NAME', 'release', 'a release'],
    ['GITHUB_REF_TYPE', 'tag', 'the tag'],
  ])('neither reads nor writes the cache where it could publish: %s=%s', async (variable, value, reason) => {
    const source = join(workspace, 'cold.wat');
    await writeFile(source, `;; read by the build, so that no earlier entry fits: ${variable}`);
    vi.stubEnv(variable, value);
    expect(await run()).toMatchObject({ exit: 0, log: expect.stringContaining(reason) });
    vi.stubEnv(variable, variable.startsWith('GITHUB') ? 'branch' : 'false');
    expect(await run(), 'nothing was saved').toMatchObject({ outputs: expect.stringMatching(/cached<<\S+\nfalse/) });
    expect(await run(), 'now it is').toMatchObject({ outputs: expect.stringMatching(/cached<<\S+\ntrue/) });
    vi.stubEnv(variable, value);
    expect(await run(), 'nothing is read').toMatchObject({ outputs: expect.stringMatching(/cached<<\S+\nfalse/) });
  });

  it('answers from a cache and an output folder inside the plugin’s own', async () => {
    vi.stubEnv('INPUT_CACHE', 'kept/builds');
    vi.stubEnv('INPUT_OUT', 'results');
    expect(await run()).toMatchObject({ exit: 0, outputs: expect.stringMatching(/cached<<\S+\nfalse/) });
    expect(await run()).toMatchObject({ exit: 0, outputs: expect.stringMatching(/cached<<\S+\ntrue/) });
  });

  it('stores each build as an artifact for the jobs that follow', async () => {
    vi.stubEnv('INPUT_ARTIFACT', 'true');
    const { exit, outputs } = await run();
    expect(exit).toBe(0);
    expect(outputs).toContain('assay-build-acme.luhn');
    const store = await actionsArtifacts();
    const files = await store.download('assay-build-acme.luhn', join(temp, 'fetched'));
    expect(files).toEqual(['acme.luhn.build.json', 'acme.luhn.log', 'acme.luhn.wasm']);
  });

  it('refuses to build where it could ask for a signing token', async () => {
    vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_URL', 'https://example.test/?x=1');
    expect(await run()).toMatchObject({ exit: 2, log: expect.stringContaining('could sign') });
  });
});
