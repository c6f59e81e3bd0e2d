import { digestOf } from '#model/digest';
import type { Outcome } from '#model/verdict';
import type { Signer } from '#ports/signer';
import { type ReleaseSigning, signRelease } from '#stages/sign/sign-release';
import { acceptArtifact } from '#trust/artifact';
import { describe, expect, it } from 'vitest';
import {
  BYTES,
  KEYS,
  keyIdentity,
  makeArtifact,
  makeOwners,
  makeRecord,
  makeRelease,
  makeRoot,
  NOW,
  PLATFORM,
  policies,
  ringOf,
  signerWith,
  verifier,
} from '../../trust/world.ts';
import { makeVerdict } from './verdict.ts';

const clock = { now: () => NOW, elapsed: () => 0 };

function request(outcome: Outcome = 'approve', change: Partial<ReleaseSigning> = {}): ReleaseSigning {
  return {
    artifacts: [{ record: makeRecord(BYTES), bytes: BYTES, platform: PLATFORM, report: digestOf('report') }],
    verdict: makeVerdict(outcome),
    root: makeRoot(),
    owners: makeOwners(),
    ...change,
  };
}

/** Signs, and counts how often each role's signer was asked. */
async function sign(input: ReleaseSigning) {
  const asked = { author: 0, verdict: 0 };
  const counting = (role: 'author' | 'verdict'): Signer => {
    const signer = signerWith(KEYS[role]);
    return {
      ...signer,
      signStatement(statement) {
        asked[role] += 1;
        return signer.signStatement(statement);
      },
    };
  };
  const result = await signRelease(input, {
    author: counting('author'),
    verdict: counting('verdict'),
    verifier,
    clock,
  }).catch((error: unknown) => error);
  return { result, asked };
}

describe('signing a release', () => {
  it('makes provenance and a verdict that an install accepts', async () => {
    const { result } = await sign(request());
    const [signed] = Array.isArray(result) ? result : [];
    await expect(
      acceptArtifact(verifier, {
        bytes: BYTES,
        artifact: makeArtifact(),
        release: makeRelease(),
        provenance: [signed.provenance.bundle],
        verdicts: [signed.verdict.bundle],
        root: makeRoot(),
        owners: makeOwners(),
        acceptedPolicies: policies(),
        now: NOW,
      }),
    ).resolves.toMatchObject({ provenance: { level: 1 } });
  });

  it.each(['flag', 'reject'] as const)('signs nothing when the verdict is %s', async (outcome) => {
    const { result, asked } = await sign(request(outcome));
    expect(result).toMatchObject({ code: 'NOT_APPROVED' });
    expect(asked).toEqual({ author: 0, verdict: 0 });
  });

  it('signs nothing when one of several artifacts was not decided on', async () => {
    const other = Buffer.from('other bytes');
    const [approved] = request().artifacts;
    const foreign = { record: makeRecord(other), bytes: other, platform: 'wasm32', report: digestOf('report') };
    const { result, asked } = await sign(request('approve', { artifacts: approved ? [approved, foreign] : [] }));
    expect(result).toMatchObject({ code: 'NOT_APPROVED' });
    expect(asked).toEqual({ author: 0, verdict: 0 });
  });

  it('signs no verdict when the author does not own the namespace', async () => {
    const owners = makeOwners({ authors: [keyIdentity(KEYS.stranger)], keys: ringOf(KEYS.stranger, KEYS.author) });
    const { result, asked } = await sign(request('approve', { owners }));
    expect(result).toMatchObject({ code: 'IDENTITY_MISMATCH' });
    expect(asked).toEqual({ author: 1, verdict: 0 });
  });

  it('needs an artifact', async () => {
    expect((await sign(request('approve', { artifacts: [] }))).result).toMatchObject({ code: 'NOT_APPROVED' });
  });
});
