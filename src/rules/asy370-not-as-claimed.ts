import { shortDigest } from '#model/digest-of';
import type { CompareRule } from './rule.ts';

export const notAsClaimed: CompareRule = {
  info: {
    id: 'ASY370',
    name: 'not-as-claimed',
    row: 37,
    short: 'The bytes are not those that were claimed',
    help: 'A release reference, a lock or a build record named a digest, and these bytes have another one: something replaced them on the way.',
    certainty: 'certain',
    level: 'error',
    action: 'Fetch the artifact from where it was published, or publish what was really built.',
    since: '1',
  },
  compare: ({ report, claimed }) =>
    claimed === undefined || claimed === report.subject.digest
      ? []
      : [
          {
            message: `has the digest ${shortDigest(report.subject.digest)}, but ${shortDigest(claimed)} was claimed`,
            extent: [report.subject.digest],
          },
        ],
};
