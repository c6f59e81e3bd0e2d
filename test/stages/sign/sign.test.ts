import { canonicalDigest } from '#model/canonical-json';
import { digestOf } from '#model/digest';
import { BUNDLE_MEDIA_TYPE } from '#model/statement';
import type { Verdict } from '#model/verdict';
import { signProvenance } from '#stages/sign/sign-provenance';
import { requireApproved, signVerdict } from '#stages/sign/sign-verdict';
import { LOCAL_BUILDER, type VerifiedProvenance, verifyProvenance } from '#trust/provenance';
import { verifyVerdict } from '#trust/verification-summary';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  BYTES,
  CANONICAL_URL,
  KEYS,
  makeOwners,
  makeRecord,
  makeRoot,
  NAME,
  NOW,
  PLATFORM,
  policies,
  signedProvenance,
  signerWith,
  TYPES,
  VERSION,
  verifier,
} from '../../trust/world.ts';
import { makeVerdict } from './verdict.ts';

const clock = { now: () => NOW, elapsed: () => 0 };
const release = { name: NAME, version: VERSION };

let provenance: VerifiedProvenance;
beforeAll(async () => {
  provenance = await verifyProvenance(verifier, await signedProvenance(), {
    artifact: digestOf(BYTES),
    release,
    owners: makeOwners(),
    otherKeys: {},
  });
});

const sign = (verdict: Verdict, bytes: Uint8Array = BYTES) =>
  signVerdict(signerWith(KEYS.verdict), clock, {
    verdict,
    canonicalUrl: CANONICAL_URL,
    artifact: { bytes, platform: PLATFORM },
    provenance: [provenance],
    report: digestOf('report'),
  });

describe('signing provenance', () => {
  it('takes the subject from the bytes and describes the bundle', async () => {
    const signed = await signProvenance(signerWith(KEYS.author), {
      artifact: { name: 'greet.wasm', bytes: BYTES },
      record: makeRecord(BYTES),
      builder: LOCAL_BUILDER,
    });
    expect(signed.descriptor).toEqual({
      digest: digestOf(signed.bundle),
      size: signed.bundle.length,
      mediaType: BUNDLE_MEDIA_TYPE,
      artifact: digestOf(BYTES),
      predicateType: TYPES.provenance,
    });
    await expect(
      verifyProvenance(verifier, signed.bundle, {
        artifact: digestOf(BYTES),
        release,
        owners: makeOwners(),
        otherKeys: {},
      }),
    ).resolves.toBeDefined();
  });

  it('refuses bytes that the build did not produce', async () => {
    const other = Buffer.from('not what was built');
    await expect(
      signProvenance(signerWith(KEYS.author), {
        artifact: { name: 'greet.wasm', bytes: other },
        record: makeRecord(BYTES),
        builder: LOCAL_BUILDER,
      }),
    ).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
  });
});

describe('signing a verdict', () => {
  it('on an approved artifact makes one that verifies', async () => {
    const { bundle } = await sign(makeVerdict('approve'));
    await expect(
      verifyVerdict(verifier, bundle, {
        root: makeRoot(),
        canonicalUrl: CANONICAL_URL,
        ...release,
        platform: PLATFORM,
        artifact: digestOf(BYTES),
        acceptedPolicies: policies(),
        provenance: [provenance.bundle],
        now: NOW,
      }),
    ).resolves.toMatchObject({ summary: { verificationResult: 'PASSED' }, timeVerified: NOW });
  });

  it.each(['flag', 'reject'] as const)('is refused when the outcome is %s', async (outcome) => {
    await expect(sign(makeVerdict(outcome))).rejects.toMatchObject({ code: 'NOT_APPROVED' });
  });

  it('is refused when somebody turned the outcome to approve', async () => {
    const verdict = makeVerdict('reject');
    const forged = { ...verdict, decision: { ...verdict.decision, outcome: 'approve' as const } };
    await expect(sign(forged)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is refused on bytes that were not decided on', async () => {
    await expect(sign(makeVerdict('approve'), Buffer.from('other bytes'))).rejects.toMatchObject({
      code: 'NOT_APPROVED',
    });
  });

  it('is refused where the provenance is of other bytes', async () => {
    const other = Buffer.from('other bytes');
    const artifacts = [{ digest: digestOf(other), size: other.length, build: 'greet' }];
    await expect(sign(makeVerdict('approve', { artifacts }), other)).rejects.toMatchObject({
      code: 'SUBJECT_MISMATCH',
    });
  });

  it('is refused where the verdict names no plugin', async () => {
    const { plugin: _, ...decision } = makeVerdict('approve').decision;
    const verdict = { ...makeVerdict('approve'), decision, digest: canonicalDigest(decision) };
    expect(() => requireApproved(verdict, digestOf(BYTES))).toThrow(expect.objectContaining({ code: 'NOT_APPROVED' }));
  });
});
