import { type Digest, digestOf, hexOf } from '#model/digest';
import type { Statement } from '#model/statement';
import { parseStatement } from '#trust/statement';
import {
  checkVerificationSummary,
  OCI_MANIFEST,
  requirePassed,
  type VerificationSummaryInput,
  verificationSummaryStatement,
  type VerifiedVerdict,
  verifyVerdict,
} from '#trust/verification-summary';
import { describe, expect, it } from 'vitest';
import {
  BYTES,
  CANONICAL_URL,
  KEYS,
  makeRoot,
  NAME,
  NOW,
  PLATFORM,
  POLICY,
  policies,
  signedVerdict,
  summaryOf,
  VERSION,
  verifier,
} from './world.ts';

const PROVENANCE = Buffer.from('a provenance bundle');
const requirement = {
  root: makeRoot(),
  canonicalUrl: CANONICAL_URL,
  name: NAME,
  version: VERSION,
  platform: PLATFORM,
  artifact: digestOf(BYTES),
  acceptedPolicies: policies(),
  provenance: [digestOf(PROVENANCE)],
  now: NOW,
};

function statement(change: Partial<VerificationSummaryInput> = {}): Statement {
  return parseStatement(verificationSummaryStatement(summaryOf([PROVENANCE], change)));
}

const check = (made: Statement, change: Partial<typeof requirement> = {}) =>
  checkVerificationSummary(made, { ...requirement, ...change });

describe('a verification summary', () => {
  it('says what SLSA asks of it, under names of our own', () => {
    const report = digestOf('report');
    const resolution = digestOf('resolution');
    expect(statement({ report, resolution, buildLevel: 3 })).toMatchObject({
      subject: [{ digest: { sha256: hexOf(digestOf(BYTES)) } }],
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verifier: { id: CANONICAL_URL, version: { rules: '1' } },
        timeVerified: NOW.toISOString(),
        resourceUri: `${CANONICAL_URL}/acme/greet@1.4.0#wasm32-wasip1`,
        policy: { uri: `${CANONICAL_URL}/policies/${hexOf(POLICY)}.json`, digest: { sha256: hexOf(POLICY) } },
        inputAttestations: [
          { name: 'provenance', digest: { sha256: hexOf(digestOf(PROVENANCE)) } },
          { name: 'audit-report', digest: { sha256: hexOf(report) } },
          { name: 'resolution', digest: { sha256: hexOf(resolution) } },
        ],
        verificationResult: 'PASSED',
        verifiedLevels: ['ASSAY_APPROVED', 'ASSAY_BUILD_LEVEL_3'],
      },
    });
  });

  it('claims no level when it failed', () => {
    expect(statement({ result: 'FAILED' }).predicate).toMatchObject({
      verificationResult: 'FAILED',
      verifiedLevels: [],
    });
  });

  it('is accepted where everything it says is what is asked', () => {
    expect(check(statement())).toMatchObject({ policy: POLICY, timeVerified: NOW });
  });

  it.each<[string, Partial<VerificationSummaryInput>]>([
    ['verifier', { canonicalUrl: 'https://evil.example/registry' }],
    ['verifier that only begins alike', { canonicalUrl: `${CANONICAL_URL}2` }],
    ['plugin', { name: 'acme/other' }],
    ['version', { version: '1.4.1' }],
    ['platform', { platform: 'wasm32' }],
    ['policy', { policy: digestOf('a policy nobody accepted') }],
    ['provenance', { provenance: [digestOf('another bundle')] }],
    ['provenance at all', { provenance: [] }],
    ['time, in the future', { timeVerified: new Date(NOW.getTime() + 6 * 60_000) }],
  ])('is refused for another %s', (_what, change) => {
    expect(() => check(statement(change))).toThrow(expect.objectContaining({ code: 'STATEMENT_INVALID' }));
  });

  it('is refused when another verifier speaks about this registry’s resource', () => {
    const made = statement();
    const predicate = { ...made.predicate, verifier: { id: 'https://evil.example/registry' } };
    expect(() => check({ ...made, predicate })).toThrow(/another verifier/);
  });

  it('is accepted from a clock that runs a little ahead', () => {
    expect(() => check(statement({ timeVerified: new Date(NOW.getTime() + 4 * 60_000) }))).not.toThrow();
  });

  it('is refused when it says no time', () => {
    const { timeVerified: _, ...predicate } = statement().predicate;
    expect(() => check({ ...statement(), predicate })).toThrow(/no stated time/);
  });

  it('is refused under no accepted policy at all', () => {
    expect(() => check(statement(), { acceptedPolicies: new Set<Digest>() })).toThrow(/not accepted here/);
  });

  it('is about one artifact; the OCI manifest around it may stand second', () => {
    const manifest = statement({ ociManifest: digestOf('manifest') });
    expect(manifest.subject[1]).toMatchObject({ mediaType: OCI_MANIFEST });
    expect(() => check(manifest)).not.toThrow();
  });

  it('is refused when it names a second artifact, or names this one second', () => {
    const mine = { digest: { sha256: hexOf(digestOf(BYTES)) } };
    const other = { digest: { sha256: 'd'.repeat(64) } };
    for (const subject of [
      [mine, other],
      [other, mine],
      [mine, { ...other, mediaType: OCI_MANIFEST }, other],
    ]) {
      expect(() => check({ ...statement(), subject })).toThrow(expect.objectContaining({ code: 'SUBJECT_MISMATCH' }));
    }
  });

  it('that failed counts under any policy and without provenance', () => {
    const failed = statement({ result: 'FAILED', policy: digestOf('another policy'), provenance: [] });
    expect(check(failed).summary.verificationResult).toBe('FAILED');
  });
});

describe('a signed verdict', () => {
  it('is accepted from a holder of the verdict role', async () => {
    await expect(
      verifyVerdict(verifier, await signedVerdict(summaryOf([PROVENANCE])), requirement),
    ).resolves.toMatchObject({ policy: POLICY });
  });

  it.each(['author', 'snapshot', 'root1', 'stranger'] as const)(
    'is refused when the %s key signed it',
    async (role) => {
      const bundle = await signedVerdict(summaryOf([PROVENANCE]), KEYS[role]);
      const known = role !== 'author' && role !== 'stranger';
      await expect(verifyVerdict(verifier, bundle, requirement)).rejects.toMatchObject({
        code: known ? 'IDENTITY_MISMATCH' : 'BUNDLE_INVALID',
      });
    },
  );

  it('is refused for other bytes', async () => {
    const bundle = await signedVerdict(summaryOf([PROVENANCE], { artifact: digestOf('other bytes') }));
    await expect(verifyVerdict(verifier, bundle, requirement)).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
  });
});

describe('of several verdicts', () => {
  const verdict = async (result: 'PASSED' | 'FAILED', minutes: number): Promise<VerifiedVerdict> => {
    const timeVerified = new Date(NOW.getTime() - minutes * 60_000);
    return verifyVerdict(verifier, await signedVerdict(summaryOf([PROVENANCE], { result, timeVerified })), requirement);
  };

  it('the newest counts', async () => {
    const [passedThen, failedLater] = [await verdict('PASSED', 60), await verdict('FAILED', 30)];
    const passedLast = await verdict('PASSED', 10);
    expect(() => requirePassed([passedThen, failedLater])).toThrow(expect.objectContaining({ code: 'NOT_APPROVED' }));
    expect(() => requirePassed([failedLater, passedThen])).toThrow(expect.objectContaining({ code: 'NOT_APPROVED' }));
    expect(requirePassed([failedLater, passedLast, passedThen])).toEqual(passedLast);
  });

  it('the failed one counts when two are of the same time', async () => {
    const [passed, failed] = [await verdict('PASSED', 5), await verdict('FAILED', 5)];
    expect(() => requirePassed([passed, failed])).toThrow(expect.objectContaining({ code: 'NOT_APPROVED' }));
    expect(() => requirePassed([failed, passed])).toThrow(expect.objectContaining({ code: 'NOT_APPROVED' }));
  });
});
