import { findSecrets } from './find-secrets.ts';
import type { ReadRule } from './rule.ts';

export const secret: ReadRule = {
  info: {
    id: 'ASY310',
    name: 'secret',
    row: 31,
    short: 'The module carries what looks like a credential',
    help: 'A token, key or password in a data segment or custom section is public the moment the module is. Matches need the issuer’s documented form; text in UTF-16, in base64 and across neighbouring segments is searched too. Values are shown by their first characters only.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Revoke the credential now, then build without it and pass secrets at run time.',
    since: '1',
  },
  read: ({ regions }) =>
    findSecrets(regions).map((found) => ({
      subject: `${found.kind} ${found.hash}`,
      message: `a ${found.kind} stands in the ${found.region.kind === 'custom' ? 'custom section' : 'data'}${found.encoding === 'plain' ? '' : ` as ${found.encoding}`}: ${found.shown}`,
      locations: [
        {
          offset: found.offset,
          section: found.region.kind === 'custom' ? found.region.name.slice(0, 200) : found.region.kind,
        },
      ],
      extent: [`${found.kind} ${found.hash}`],
    })),
};
