import { BUNDLE_MEDIA_TYPE, PREDICATE } from '#model/statement';
import type { Digest } from '#model/digest';
import type { EventDraft } from '#registry/events';

const digest = (hex: string): Digest => `sha256:${hex.repeat(64)}`;

/** Digests of nothing in particular; `p` and `q` stand for policies, `z` for bytes nobody released. */
export const DIGEST = {
  a: digest('a'),
  b: digest('b'),
  c: digest('c'),
  p: digest('1'),
  q: digest('2'),
  z: digest('f'),
} as const;

type ReleaseDraft = Extract<EventDraft, { event: 'release' }>;
type VerdictDraft = Extract<EventDraft, { event: 'verdict' }>;

/** A release of one artifact, DIGEST.a unless told otherwise. */
export function releaseDraft(change: Partial<ReleaseDraft> = {}): ReleaseDraft {
  return {
    event: 'release',
    publishedAt: '2026-01-01T00:00:00Z',
    name: 'acme/greet',
    version: '1.0.0',
    artifacts: [
      { digest: DIGEST.a, size: 8, mediaType: 'application/wasm', build: 'default', platform: 'wasm', urls: [] },
    ],
    companions: [],
    abi: { kind: 'custom' },
    capabilities: [],
    dependencies: {},
    bundles: [],
    ...change,
  };
}

export function verdictDraft(change: Partial<VerdictDraft> = {}): VerdictDraft {
  const artifact = change.artifact ?? DIGEST.a;
  return {
    event: 'verdict',
    at: '2026-01-02T00:00:00Z',
    version: '1.0.0',
    artifact,
    result: 'PASSED',
    policy: DIGEST.p,
    bundle: {
      digest: DIGEST.b,
      size: 9,
      mediaType: BUNDLE_MEDIA_TYPE,
      artifact,
      predicateType: PREDICATE.verificationSummary,
    },
    ...change,
  };
}
