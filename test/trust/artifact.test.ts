import { digestOf } from '#model/digest';
import { acceptArtifact, type ArtifactEvidence, checkArtifact } from '#trust/artifact';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  BYTES,
  KEYS,
  makeArtifact,
  makeOwners,
  makeRelease,
  makeRoot,
  NOW,
  policies,
  signedProvenance,
  signedVerdict,
  summaryOf,
  verifier,
} from './world.ts';

let evidence: ArtifactEvidence;
beforeAll(async () => {
  const provenance = await signedProvenance();
  evidence = {
    bytes: BYTES,
    artifact: makeArtifact(),
    release: makeRelease(),
    provenance: [provenance],
    verdicts: [await signedVerdict(summaryOf([provenance]))],
    root: makeRoot(),
    owners: makeOwners(),
    acceptedPolicies: policies(),
    now: NOW,
  };
});

/** What came out of each check, as `name` or `name: CODE`. */
async function outcomesOf(change: Partial<ArtifactEvidence>): Promise<string[]> {
  const { outcomes } = await checkArtifact(verifier, { ...evidence, ...change });
  return outcomes.map(({ check, ok, code }) => (ok ? check : `${check}: ${code}`));
}

describe('an artifact', () => {
  it('with provenance and an accepted verdict passes every check', async () => {
    expect(await outcomesOf({})).toEqual(['size', 'digest', 'release', 'provenance', 'verdict']);
    await expect(acceptArtifact(verifier, evidence)).resolves.toMatchObject({
      provenance: { level: 1 },
      verdict: { summary: { verificationResult: 'PASSED' } },
    });
  });

  it('of another size is not looked at further', async () => {
    expect(await outcomesOf({ bytes: BYTES.subarray(1) })).toEqual(['size: DIGEST_MISMATCH']);
  });

  it('with any one byte changed is not looked at further', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(BYTES.length - 1), fc.integer({ min: 1, max: 255 }), async (position, change) => {
        const bytes = Uint8Array.from(BYTES);
        bytes[position] = (bytes[position] ?? 0) ^ change;
        expect(await outcomesOf({ bytes })).toEqual(['size', 'digest: DIGEST_MISMATCH']);
      }),
      { numRuns: 50 },
    );
  });

  it('that the release does not list is refused', async () => {
    const release = makeRelease(makeArtifact(Buffer.from('another artifact')));
    expect(await outcomesOf({ release })).toContain('release: DIGEST_MISMATCH');
    const moved = makeRelease({ ...makeArtifact(), platform: 'wasm32' });
    expect(await outcomesOf({ release: moved })).toContain('release: DIGEST_MISMATCH');
  });

  it('without provenance or without verdict is refused by that name', async () => {
    expect(await outcomesOf({ provenance: [] })).toContain('provenance: PROVENANCE_MISSING');
    expect(await outcomesOf({ verdicts: [] })).toContain('verdict: VERDICT_MISSING');
  });

  it('that somebody swapped for another approved one is refused', async () => {
    const bytes = Buffer.from('\0asm another module');
    const artifact = makeArtifact(bytes);
    expect(await outcomesOf({ bytes, artifact, release: makeRelease(artifact) })).toEqual([
      'size',
      'digest',
      'release',
      'provenance: SUBJECT_MISMATCH',
      'verdict: SUBJECT_MISMATCH',
    ]);
  });

  it('is not accepted with a verdict that rests on other provenance', async () => {
    const verdicts = [await signedVerdict(summaryOf([Buffer.from('other provenance')]))];
    expect(await outcomesOf({ verdicts })).toContain('verdict: STATEMENT_INVALID');
  });

  it('is accepted when one of several bundles holds, whatever the others are', async () => {
    const forged = await signedProvenance(KEYS.stranger);
    const failing = await signedVerdict(summaryOf([forged], { policy: digestOf('old policy') }));
    const { provenance, verdicts } = evidence;
    expect(await outcomesOf({ provenance: [forged, ...provenance], verdicts: [failing, ...verdicts] })).toEqual([
      'size',
      'digest',
      'release',
      'provenance',
      'verdict',
    ]);
  });

  it('is refused once the registry has signed that it failed a later audit', async () => {
    const earlier = new Date(NOW.getTime() - 60_000);
    const passedEarlier = await signedVerdict(summaryOf(evidence.provenance, { timeVerified: earlier }));
    const failedNow = await signedVerdict(summaryOf([], { result: 'FAILED', policy: digestOf('newer policy') }));
    expect(await outcomesOf({ verdicts: [passedEarlier, failedNow] })).toContain('verdict: NOT_APPROVED');
  });

  it('whose failures are thrown names the first and lists the others', async () => {
    await expect(acceptArtifact(verifier, { ...evidence, provenance: [], verdicts: [] })).rejects.toMatchObject({
      code: 'PROVENANCE_MISSING',
      problems: [{ message: expect.stringMatching(/^verdict: /) }],
    });
  });
});
