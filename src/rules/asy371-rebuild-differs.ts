import { shortDigest } from '#model/digest-of';
import type { CompareRule } from './rule.ts';

export const rebuildDiffers: CompareRule = {
  info: {
    id: 'ASY371',
    name: 'rebuild-differs',
    row: 37,
    short: 'Building the source again gives other code',
    help: 'The published source was built again with the recorded toolchain, and the code differs from the artifact. Either the build is not reproducible, or the artifact was not made from this source.',
    certainty: 'certain',
    level: 'error',
    action: 'Remap paths, pin the toolchain and build again; docs/toolchains.md says what makes each reproducible.',
    since: '1',
  },
  compare: ({ report, rebuilt }) =>
    rebuilt === undefined || rebuilt.facts.digests.code === report.facts.digests.code
      ? []
      : [
          {
            message: `the code has the digest ${shortDigest(report.facts.digests.code)}, but the source builds to ${shortDigest(rebuilt.facts.digests.code)}`,
            extent: [report.facts.digests.code],
          },
        ],
};
