import { digestOf } from '#model/digest';
import { type ArtifactVerification, verifyArtifact } from '#stages/verify/verify-artifact';
import { type FileVerification, verifyFile } from '#stages/verify/verify-file';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  BYTES,
  KEYS,
  keyIdentity,
  makeArtifact,
  makeOwners,
  makeRelease,
  makeRoot,
  NOW,
  policies,
  ringOf,
  signedProvenance,
  signedVerdict,
  signerWith,
  summaryOf,
  TYPES,
  verifier,
} from '../../trust/world.ts';

interface Outcome {
  readonly check: string;
  readonly ok: boolean;
  readonly code?: string;
}
const brief = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map(({ check, ok, code }) => (ok ? check : `${check}: ${code}`));

describe('verifying an artifact of a release', () => {
  let input: ArtifactVerification;
  beforeAll(async () => {
    const provenance = await signedProvenance();
    input = {
      bytes: BYTES,
      artifact: makeArtifact(),
      release: makeRelease(),
      bundles: [await signedVerdict(summaryOf([provenance])), provenance],
      root: makeRoot(),
      owners: makeOwners(),
      acceptedPolicies: policies(),
      now: NOW,
    };
  });

  const outcomes = async (change: Partial<ArtifactVerification> = {}) =>
    brief((await verifyArtifact(verifier, { ...input, ...change })).outcomes);

  it('makes the checks in the order of an install, however the bundles are ordered', async () => {
    expect(await outcomes()).toEqual(['size', 'digest', 'release', 'provenance', 'verdict']);
    expect(await outcomes({ bundles: input.bundles.toReversed() })).toEqual(await outcomes());
  });

  it('leaves aside what is neither provenance nor verdict', async () => {
    const document = await signerWith(KEYS.snapshot).signDocument(Buffer.from('{}'));
    expect(await outcomes({ bundles: [document, ...input.bundles] })).toEqual(await outcomes());
    expect(await outcomes({ bundles: [document] })).toContain('provenance: PROVENANCE_MISSING');
  });

  it('reports a bundle that cannot be read', async () => {
    expect(await outcomes({ bundles: [Buffer.from('{'), ...input.bundles] })).toEqual([
      'bundle: BUNDLE_MALFORMED',
      ...(await outcomes()),
    ]);
  });

  it('refuses more bundles than anybody publishes', async () => {
    const bundles = Array.from({ length: 201 }, () => Buffer.from('{}'));
    await expect(verifyArtifact(verifier, { ...input, bundles })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('verifying one file', () => {
  let input: FileVerification;
  beforeAll(async () => {
    input = {
      bytes: BYTES,
      bundle: await signedProvenance(),
      signers: [keyIdentity(KEYS.author)],
      keyring: ringOf(KEYS.author),
    };
  });

  const verify = (change: Partial<FileVerification> = {}) => verifyFile(verifier, { ...input, ...change });

  it('against a statement checks signature, signer, statement and subject', async () => {
    const { outcomes, statement, signer, digest } = await verify();
    expect(brief(outcomes)).toEqual(['bundle', 'signature', 'signer', 'statement', 'subject']);
    expect(statement?.predicateType).toBe(TYPES.provenance);
    expect(signer).toEqual({ kind: 'key', keyId: KEYS.author.id });
    expect(digest).toBe(digestOf(BYTES));
  });

  it('against a signature over the file needs no statement', async () => {
    const bundle = await signerWith(KEYS.author).signDocument(BYTES);
    expect(brief((await verify({ bundle })).outcomes)).toEqual(['bundle', 'signature', 'signer']);
    const changed = await verify({ bundle, bytes: Buffer.from('other bytes') });
    expect(brief(changed.outcomes)).toEqual(['bundle', 'signature: BUNDLE_INVALID']);
  });

  it('cannot be asked for without saying whose signature to expect', async () => {
    await expect(verify({ signers: [] })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('against a statement about other bytes fails at the subject', async () => {
    const { outcomes, statement } = await verify({ bytes: Buffer.from('other bytes') });
    expect(brief(outcomes)).toEqual(['bundle', 'signature', 'signer', 'statement', 'subject: SUBJECT_MISMATCH']);
    expect(statement).toBeUndefined();
  });

  it('fails at the signer when another known key signed', async () => {
    const bundle = await signedProvenance(KEYS.verdict);
    const { outcomes, signer } = await verify({ bundle, keyring: ringOf(KEYS.author, KEYS.verdict) });
    expect(brief(outcomes)).toEqual(['bundle', 'signature', 'signer: IDENTITY_MISMATCH']);
    expect(signer).toBeUndefined();
  });

  it('fails at the signature when an unknown key signed', async () => {
    const bundle = await signedProvenance(KEYS.stranger);
    expect(brief((await verify({ bundle })).outcomes)).toEqual(['bundle', 'signature: BUNDLE_INVALID']);
  });

  it('can require one kind of statement', async () => {
    const summary = await verify({ predicateType: TYPES.verificationSummary });
    expect(brief(summary.outcomes)).toContain('statement: STATEMENT_INVALID');
    const bundle = await signerWith(KEYS.author).signDocument(BYTES);
    const document = await verify({ bundle, predicateType: TYPES.provenance });
    expect(brief(document.outcomes)).toEqual(['bundle: STATEMENT_INVALID']);
  });

  it('refuses a keyring that calls a key by another’s id', async () => {
    const keyring = { [KEYS.author.id]: KEYS.stranger.publicKey };
    await expect(verify({ keyring })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
