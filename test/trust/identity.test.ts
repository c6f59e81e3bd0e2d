import type { KeylessIdentity, Signer } from '#model/identity';
import { describeIdentity, describeSigner, identityMismatch, requireHolder } from '#trust/identity';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const WORKFLOW = 'https://github.com/acme/toolkit/.github/workflows/plugin-release.yml';
const IDENTITY: KeylessIdentity = {
  kind: 'keyless',
  issuer: 'https://token.actions.githubusercontent.com',
  signerWorkflow: WORKFLOW,
  signerDigests: ['b'.repeat(40), 'd'.repeat(40)],
  sourceRepositoryId: '1001',
  sourceOwnerId: '2002',
  ref: 'refs/heads/main',
  triggers: ['push', 'workflow_dispatch'],
  runnerEnvironment: 'github-hosted',
};
type KeylessSigner = Extract<Signer, { kind: 'keyless' }>;
const SIGNER: KeylessSigner = {
  kind: 'keyless',
  issuer: IDENTITY.issuer,
  san: `${WORKFLOW}@refs/tags/v1`,
  signerUri: `${WORKFLOW}@refs/tags/v1`,
  signerDigest: 'b'.repeat(40),
  sourceRepositoryId: '1001',
  sourceOwnerId: '2002',
  ref: 'refs/heads/main',
  trigger: 'push',
  runnerEnvironment: 'github-hosted',
};
const KEY = 'a'.repeat(64);

/** A signer whose SAN and signer URI both say the same. */
function named(san: string): KeylessSigner {
  return { ...SIGNER, san, signerUri: san };
}

describe('a keyless signer', () => {
  it('is the identity when every field is', () => {
    expect(identityMismatch(SIGNER, IDENTITY)).toBeUndefined();
    expect(identityMismatch({ ...SIGNER, signerDigest: 'd'.repeat(40) }, IDENTITY)).toBeUndefined();
    expect(identityMismatch({ ...SIGNER, trigger: 'workflow_dispatch' }, IDENTITY)).toBeUndefined();
  });

  it('is as good with a workflow pinned to a commit as with a tag', () => {
    expect(identityMismatch(named(`${WORKFLOW}@${'e'.repeat(40)}`), IDENTITY)).toBeUndefined();
    expect(identityMismatch(named(`${WORKFLOW}@refs/tags/cli@1.0.0`), IDENTITY)).toBeUndefined();
    expect(identityMismatch(named(`${WORKFLOW}@refs/tags/odd.yml@2`), IDENTITY)).toBeUndefined();
  });

  it.each([
    ['issuer', 'https://evil.example'],
    ['signerDigest', 'c'.repeat(40)],
    ['sourceRepositoryId', '10011'],
    ['sourceOwnerId', '200'],
    ['ref', 'refs/heads/main2'],
    ['trigger', 'pull_request'],
    ['runnerEnvironment', 'self-hosted'],
  ] as const)('is not the identity when its %s differs', (field, value) => {
    expect(identityMismatch({ ...SIGNER, [field]: value }, IDENTITY)).toContain(value);
  });

  it.each([
    'signerUri',
    'signerDigest',
    'sourceRepositoryId',
    'sourceOwnerId',
    'ref',
    'trigger',
    'runnerEnvironment',
  ] as const)('is not the identity when it states no %s', (field) => {
    expect(identityMismatch({ ...SIGNER, [field]: undefined }, IDENTITY)).toMatch(/does not state/);
  });

  it.each([
    ['a longer path', `${WORKFLOW}.yml@refs/tags/v1`],
    ['another scheme around it', `spiffe:${WORKFLOW}@refs/tags/v1`],
    ['a path before it', `https://evil.example/?${WORKFLOW}@refs/tags/v1`],
    [
      'another host that contains it',
      `https://github.com.evil.example/acme/toolkit/.github/workflows/plugin-release.yml@x`,
    ],
    ['a dot that a pattern would let pass', WORKFLOW.replace('github.com', 'githubxcom').concat('@refs/tags/v1')],
    ['an at sign in the path', 'https://github.com/acme/toolkit/.github/workflows/plugin@release.yml@refs/tags/v1'],
    [
      'the workflow as part of the ref',
      `https://github.com/evil/repo/.github/workflows/x.yml@${WORKFLOW}@refs/tags/v1`,
    ],
    ['no ref', WORKFLOW],
    ['an e-mail address', 'release@acme.example'],
    ['other capitals', `${WORKFLOW.replace('acme', 'Acme')}@refs/tags/v1`],
  ])('is not the identity with %s', (_what, san) => {
    expect(identityMismatch(named(san), IDENTITY)).toBeDefined();
  });

  it('is not the identity when its two names disagree', () => {
    expect(identityMismatch({ ...SIGNER, signerUri: `${WORKFLOW}@refs/tags/v2` }, IDENTITY)).toMatch(
      /build signer URI/,
    );
  });

  it('takes nothing in an identity for a pattern', () => {
    const wild = fc.constantFrom('.*', '*', '', '^', 'refs/heads/.*', 'refs/heads/*', '[a-z]+');
    fc.assert(
      fc.property(wild, wild, (ref, trigger) => {
        expect(identityMismatch(SIGNER, { ...IDENTITY, ref, triggers: [trigger] })).toBeDefined();
      }),
    );
  });
});

describe('an author’s ref', () => {
  const author: KeylessIdentity = { ...IDENTITY, ref: 'refs/tags/v{version}' };
  const tagged: KeylessSigner = { ...SIGNER, ref: 'refs/tags/v1.4.0' };

  it('is bound to the version at hand', () => {
    expect(identityMismatch(tagged, author, { name: 'acme/greet', version: '1.4.0' })).toBeUndefined();
    expect(identityMismatch(tagged, author, { name: 'acme/greet', version: '1.4.1' })).toMatch(/ref is/);
  });

  it('is bound to the plugin where a repository holds several', () => {
    const several = { ...IDENTITY, ref: 'refs/tags/{name}/v{version}' };
    const signer = { ...SIGNER, ref: 'refs/tags/greet/v1.4.0' };
    expect(identityMismatch(signer, several, { name: 'acme/greet', version: '1.4.0' })).toBeUndefined();
    expect(identityMismatch(signer, several, { name: 'acme/other', version: '1.4.0' })).toMatch(/ref is/);
  });

  it('matches nothing when no release is at hand', () => {
    expect(identityMismatch(tagged, author)).toMatch(/ref is/);
    expect(identityMismatch({ ...SIGNER, ref: 'refs/tags/v{version}' }, author)).toMatch(/ref is/);
  });
});

describe('a key', () => {
  it('is an identity by its id alone', () => {
    expect(identityMismatch({ kind: 'key', keyId: KEY }, { kind: 'key', keyId: KEY })).toBeUndefined();
    expect(identityMismatch({ kind: 'key', keyId: KEY }, { kind: 'key', keyId: 'b'.repeat(64) })).toMatch(
      /signed with key/,
    );
  });

  it('is never a keyless identity, nor the other way round', () => {
    expect(identityMismatch({ kind: 'key', keyId: KEY }, IDENTITY)).toBeDefined();
    expect(identityMismatch(SIGNER, { kind: 'key', keyId: KEY })).toBeDefined();
  });
});

describe('requireHolder', () => {
  it('returns the holder that matched', () => {
    const holder = { kind: 'key', keyId: KEY } as const;
    expect(requireHolder({ kind: 'key', keyId: KEY }, [IDENTITY, holder], 'verdict')).toBe(holder);
  });

  it('says of every holder why it is not the signer', () => {
    const holders = [IDENTITY, { kind: 'key', keyId: 'b'.repeat(64) }] as const;
    expect(() => requireHolder({ kind: 'key', keyId: KEY }, holders, 'verdict')).toThrow(
      expect.objectContaining({ code: 'IDENTITY_MISMATCH', problems: [expect.anything(), expect.anything()] }),
    );
  });

  it('accepts nobody where nobody is named', () => {
    expect(() => requireHolder({ kind: 'key', keyId: KEY }, [], 'verdict')).toThrow(
      expect.objectContaining({ code: 'IDENTITY_MISMATCH' }),
    );
  });
});

describe('names for people', () => {
  it('are one line', () => {
    expect(describeSigner({ kind: 'key', keyId: KEY })).toBe('key aaaaaaaaaaaa');
    expect(describeSigner(SIGNER)).toBe(SIGNER.san);
    expect(describeIdentity(IDENTITY)).toBe(`${WORKFLOW} (refs/heads/main)`);
    expect(describeIdentity({ kind: 'key', keyId: KEY })).toBe('key aaaaaaaaaaaa');
  });
});
