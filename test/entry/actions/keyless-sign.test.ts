import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { readTrustedRoot } from '#adapters/sigstore/trusted-root';
import { publishing } from '#entry/registry-access';
import { setOwners } from '#stages/publish/maintain';
import { OwnersSchema } from '#model/registry-documents';
import { parseValue } from '#model/parse';
import { digestOf } from '#model/digest';
import { verifyProvenance } from '#trust/provenance';
import { CLAIMS, IDENTITY, startInstance, type TestInstance, tokenOf } from '../../adapters/sigstore/instance.ts';
import { assay } from '../cli/harness.ts';
import { type EmulatedJob, emulatedJob } from './emulated-runner.ts';

const RUN = { ...CLAIMS, repository: 'acme/luhn', run_id: '77', run_attempt: '2' };
const BEARER = 'bearer-of-this-job';

let instance: TestInstance;
let tokens: Server;
/** What the token service answers, and what it was asked. */
let answer: { readonly status: number; readonly body: string };
const asked: { audience: string | null; authorization: string | undefined }[] = [];

beforeAll(async () => {
  instance = await startInstance();
  tokens = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    asked.push({ audience: url.searchParams.get('audience'), authorization: request.headers.authorization });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await instance.close();
  await new Promise((resolve) => tokens.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
  answer = { status: 200, body: JSON.stringify({ value: tokenOf(RUN) }) };
});

/** The variables of a job with `id-token: write`. */
function withIdentity(): Record<string, string> {
  const { port } = tokens.address() as AddressInfo;
  return {
    GITHUB_SERVER_URL: 'https://github.com',
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
  };
}

function checkedJob(): EmulatedJob {
  const job = emulatedJob('wat-luhn');
  expect(job.step('check').exit).toBe(0);
  return job;
}

function sigstore(version: 'v1' | 'v2'): Record<string, string> {
  const { fulcioUrl, rekorUrl, rekorVersion, timestampUrl } = instance[version];
  return {
    'fulcio-url': fulcioUrl,
    'rekor-url': rekorUrl,
    'rekor-version': String(rekorVersion),
    ...(timestampUrl === undefined ? {} : { 'timestamp-url': timestampUrl }),
  };
}

describe('sign without a key', () => {
  it.each(['v1', 'v2'] as const)('signs provenance that proves the run which signed it (Rekor %s)', async (version) => {
    using job = checkedJob();
    const step = await job.stepBeside('sign', sigstore(version), withIdentity());
    expect([step.exit, step.stderr, step.outputs['verdicts']]).toEqual([0, '', '']);
    expect(asked[0]).toEqual({ audience: 'sigstore', authorization: `bearer ${BEARER}` });

    const module = readFileSync(join(job.workspace, '.assay/acme.luhn.wasm'));
    const bundle = readFileSync(join(job.workspace, step.outputs['provenance'] ?? ''));
    const owners = parseValue(
      OwnersSchema,
      {
        schema: 'assay.owners/1',
        namespace: 'acme',
        since: '2026-01-01T00:00:00Z',
        authors: [{ ...IDENTITY, ref: RUN.ref }],
        keys: {},
      },
      { source: 'owners' },
    );
    const { provenance } = await verifyProvenance(
      bundleVerifier({ trustedRoot: readTrustedRoot(instance.trustedRoot) }),
      bundle,
      { artifact: digestOf(module), release: { name: 'acme/luhn', version: '0.3.0' }, owners, otherKeys: {} },
    );
    expect(provenance.runDetails).toMatchObject({
      builder: { id: CLAIMS.san },
      metadata: { invocationId: 'https://github.com/acme/luhn/actions/runs/77/attempts/2' },
    });
    expect(provenance.buildDefinition).toMatchObject({
      externalParameters: { plugin: 'acme/luhn', workflow: { repositoryId: CLAIMS.repository_id, trigger: 'push' } },
      resolvedDependencies: [
        { uri: `git+https://github.com/acme/luhn@${RUN.ref}`, digest: { gitCommit: RUN.sha } },
        { name: 'build-inputs' },
      ],
    });
  });

  it('signs nothing that was not approved, and asks no certificate for it', async () => {
    using job = emulatedJob('wat-unit-convert');
    expect(job.step('check').exit).toBe(4);
    const step = await job.stepBeside('sign', sigstore('v1'), withIdentity());
    expect([step.exit, step.outputs]).toEqual([5, {}]);
    expect(step.commands.map(({ properties }) => properties['title'])).toEqual(['NOT_APPROVED']);
  });

  it.each([
    ['a refusal', 403, '{"message":"no"}', 'UPSTREAM_REFUSED', 6],
    ['an outage', 503, 'down', 'NETWORK', 6],
    ['an answer that does not end', 200, 'x'.repeat(70_000), 'FILE_TOO_LARGE', 2],
    ['an answer without a token', 200, '{}', 'DOCUMENT_INVALID', 2],
    [
      'a token of another kind',
      200,
      JSON.stringify({ value: tokenOf({ sub: 'canary-subject' }) }),
      'UPSTREAM_REFUSED',
      6,
    ],
    ['a token that is none', 200, JSON.stringify({ value: 'canary-token' }), 'UPSTREAM_REFUSED', 6],
  ])('ends with one error at %s of the token service, and shows no token', async (_what, status, body, code, exit) => {
    using job = checkedJob();
    answer = { status, body };
    const step = await job.stepBeside('sign', sigstore('v1'), { ...withIdentity(), RUNNER_DEBUG: '1' });
    expect([step.exit, step.commands[0]?.properties['title'], step.outputs]).toEqual([exit, code, {}]);
    for (const secret of ['canary', BEARER, tokenOf(RUN)]) expect(step.stdout + step.stderr).not.toContain(secret);
  });
});

describe('a registry whose authors sign keylessly', () => {
  it('signs its verdict over their provenance, publishes it and has it verified', async () => {
    using job = checkedJob();
    const at = (name: string): string => join(job.workspace, name);
    await assay(['keygen', '--out', 'keys'], { cwd: job.workspace });
    const init = ['registry', 'init', 'registry', '--id', 'acme-plugins', '--keys', 'keys'];
    await assay([...init, '--policy', 'assay:custom@1'], { cwd: job.workspace });
    const clock = { now: () => new Date(), elapsed: () => 0 };
    const deps = await publishing({ registry: at('registry'), keys: at('keys'), env: {}, clock });
    await setOwners({ namespace: 'acme', authors: [{ ...IDENTITY, ref: RUN.ref }], keys: {} }, deps);
    job.write('trusted_root.json', instance.trustedRoot);

    expect((await job.stepBeside('sign', sigstore('v1'), withIdentity())).exit).toBe(0);
    const verdictKey = job.read('keys/verdict.key');
    const trust = { registry: 'registry', root: deps.pin.root };
    const byKeysAlone = job.step('sign', { 'verdict-key': verdictKey, ...trust });
    expect([byKeysAlone.exit, byKeysAlone.commands[0]?.properties['title']]).toEqual([5, 'BUNDLE_INVALID']);
    const keyless = { ...trust, 'trusted-root': 'trusted_root.json' };
    const signed = job.step('sign', { 'verdict-key': verdictKey, ...keyless });
    expect([signed.exit, signed.outputs['provenance']]).toEqual([0, '']);
    const published = job.step('publish', { 'snapshot-key': job.read('keys/snapshot.key'), ...keyless });
    expect([published.exit, published.outputs['version']]).toEqual([0, 'acme/luhn@0.3.0']);
    const verified = job.step('verify', { files: '.assay/acme.luhn.wasm', ...keyless });
    expect([verified.exit, verified.outputs['verified']]).toEqual([0, 'true']);
  });
});
