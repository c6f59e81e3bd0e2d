import { canonicalJson } from '#model/canonical-json';
import { digestOf, hexOf } from '#model/digest';
import type { Identity, KeylessIdentity, Signer } from '#model/identity';
import { TOOLKIT } from '#model/toolkit';
import { BUILD_TYPE, buildLevelOf, LOCAL_BUILDER, provenanceStatement, verifyProvenance } from '#trust/provenance';
import { parseStatement } from '#trust/statement';
import { describe, expect, it } from 'vitest';
import {
  BYTES,
  believing,
  KEYS,
  keyIdentity,
  makeOwners,
  makeRecord,
  makeRoot,
  NAME,
  ringOf,
  signedProvenance,
  TYPES,
  VERSION,
  verifier,
} from './world.ts';

const artifact = { name: 'greet.wasm', digest: digestOf(BYTES) };
const requirement = {
  artifact: artifact.digest,
  release: { name: NAME, version: VERSION },
  owners: makeOwners(),
  otherKeys: makeRoot().keys,
};
const SAN = `https://github.com/${TOOLKIT.repository}/.github/workflows/plugin-release.yml@refs/tags/v1`;
const workflow: KeylessIdentity = {
  kind: 'keyless',
  issuer: 'https://token.actions.githubusercontent.com',
  signerWorkflow: SAN.slice(0, SAN.indexOf('@')),
  signerDigests: ['b'.repeat(40)],
  sourceRepositoryId: '1',
  sourceOwnerId: '2',
  ref: 'refs/tags/v{version}',
  triggers: ['push'],
  runnerEnvironment: 'github-hosted',
};
const run: Signer = {
  kind: 'keyless',
  issuer: workflow.issuer,
  san: SAN,
  signerUri: SAN,
  signerDigest: 'b'.repeat(40),
  sourceRepositoryId: '1',
  sourceOwnerId: '2',
  ref: `refs/tags/v${VERSION}`,
  trigger: 'push',
  runnerEnvironment: 'github-hosted',
};

describe('a provenance statement', () => {
  const statement = parseStatement(
    provenanceStatement({
      artifact,
      record: makeRecord(BYTES),
      builder: LOCAL_BUILDER,
      source: { uri: 'git+https://example.org/greet@refs/tags/v1.4.0', digest: { gitCommit: 'a'.repeat(40) } },
      invocationId: 'https://example.org/run/7',
      parameters: { inputs: { optimize: 'size' } },
    }),
  );

  it('names the artifact, the builder and what was asked for', () => {
    expect(statement).toMatchObject({
      subject: [{ name: 'greet.wasm', digest: { sha256: hexOf(artifact.digest) } }],
      predicateType: TYPES.provenance,
      predicate: {
        buildDefinition: {
          buildType: BUILD_TYPE,
          externalParameters: {
            plugin: NAME,
            version: VERSION,
            toolchain: 'wat',
            workflow: { inputs: { optimize: 'size' } },
          },
          resolvedDependencies: [{ digest: { gitCommit: 'a'.repeat(40) } }, { name: 'build-inputs' }],
        },
        runDetails: { builder: { id: LOCAL_BUILDER }, metadata: { invocationId: 'https://example.org/run/7' } },
      },
    });
  });

  it('carries the build record as a byproduct, whole and by digest', () => {
    const record = canonicalJson(makeRecord(BYTES));
    expect(statement.predicate).toMatchObject({
      runDetails: {
        byproducts: [
          {
            name: 'build-record',
            digest: { sha256: hexOf(digestOf(record)) },
            content: Buffer.from(record).toString('base64'),
          },
        ],
      },
    });
  });

  it('is not made from a record of other bytes', () => {
    const record = makeRecord(Buffer.from('other bytes'));
    expect(() => provenanceStatement({ artifact, record, builder: LOCAL_BUILDER })).toThrow(
      expect.objectContaining({ code: 'SUBJECT_MISMATCH' }),
    );
  });
});

describe('provenance', () => {
  it('of a local key is accepted at level 1', async () => {
    const verified = await verifyProvenance(verifier, await signedProvenance(), requirement);
    expect(verified).toMatchObject({ level: 1, holder: keyIdentity(KEYS.author) });
    expect(verified.provenance.runDetails.builder.id).toBe(LOCAL_BUILDER);
  });

  it('is refused from a key of another role', async () => {
    await expect(verifyProvenance(verifier, await signedProvenance(KEYS.verdict), requirement)).rejects.toMatchObject({
      code: 'IDENTITY_MISMATCH',
    });
  });

  it('is refused when the owners are of another namespace', async () => {
    const owners = makeOwners({ namespace: 'evil' });
    await expect(verifyProvenance(verifier, await signedProvenance(), { ...requirement, owners })).rejects.toThrow(
      /have no say over acme\/greet/,
    );
  });

  it('is refused when the owners list one key under another’s id', async () => {
    const keys = { [KEYS.author.id]: KEYS.stranger.publicKey };
    const forged = await signedProvenance(KEYS.stranger);
    await expect(
      verifyProvenance(verifier, forged, { ...requirement, owners: makeOwners({ keys }) }),
    ).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
  });

  it('is refused when the root’s keys are not in the owners file, even though they verify', async () => {
    const owners = makeOwners({ keys: ringOf(KEYS.author) });
    await expect(
      verifyProvenance(verifier, await signedProvenance(KEYS.root1), { ...requirement, owners }),
    ).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
  });

  it('is refused when the owners name a key that holds another role', async () => {
    const owners = makeOwners({ authors: [keyIdentity(KEYS.verdict)], keys: ringOf(KEYS.verdict) });
    await expect(
      verifyProvenance(verifier, await signedProvenance(KEYS.verdict), { ...requirement, owners }),
    ).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH', message: expect.stringContaining('another role') });
  });

  it('of a workflow must name that workflow as its builder', async () => {
    const owners = makeOwners({ authors: [workflow] });
    const claim = (builder: string) =>
      believing({ signer: run, statement: provenanceStatement({ artifact, record: makeRecord(BYTES), builder }) });
    await expect(verifyProvenance(claim(SAN), BYTES, { ...requirement, owners })).resolves.toMatchObject({ level: 3 });
    await expect(verifyProvenance(claim(LOCAL_BUILDER), BYTES, { ...requirement, owners })).rejects.toMatchObject({
      code: 'STATEMENT_INVALID',
    });
  });
});

describe('the build level', () => {
  it.each<[string, Identity, number]>([
    ['a local key', keyIdentity(KEYS.author), 1],
    ['the toolkit’s release workflow', workflow, 3],
    [
      'another hosted workflow',
      { ...workflow, signerWorkflow: 'https://github.com/a/b/.github/workflows/plugin-release.yml' },
      2,
    ],
    ['the release workflow on a runner of one’s own', { ...workflow, runnerEnvironment: 'self-hosted' }, 1],
  ])('of %s', (_what, holder, level) => {
    expect(buildLevelOf(holder)).toBe(level);
  });
});
