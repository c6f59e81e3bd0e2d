import { deflateSync } from 'node:zlib';
import { customSection, withCustom } from '../audited.ts';
import { fires, type RuleCase, silent, withData } from './case.ts';

const PLAIN = '(module)';
const list = (packages: readonly object[]) => deflateSync(JSON.stringify({ packages }));
const auditable = (packages: readonly object[]) => () => withCustom(PLAIN, customSection('.dep-v0', list(packages)));
const smallvec = (version: string) =>
  auditable([
    { name: 'app', version: '1.0.0', source: 'local', root: true },
    { name: 'smallvec', version, source: 'crates.io' },
  ]);

/** A record in OSV's form: affected from 0.6.3 to before 0.6.14 and from 1.0.0 to before 1.6.1. */
const RECORD = {
  id: 'RUSTSEC-0000-0001',
  aliases: ['CVE-0000-0001'],
  summary: 'Buffer overflow in insert_many',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'crates.io', name: 'smallvec' },
      ranges: [
        {
          type: 'SEMVER',
          events: [{ introduced: '0.6.3' }, { fixed: '0.6.14' }, { introduced: '1.0.0' }, { fixed: '1.6.1' }],
        },
      ],
    },
  ],
};
const UNFIXED = { ...RECORD, affected: [{ package: RECORD.affected[0]?.package, versions: ['1.5.0'] }] };
const MILD = { ...RECORD, severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N' }] };
const WITHDRAWN = { ...RECORD, withdrawn: '2026-01-01T00:00:00Z' };
const OPENSSL = {
  id: 'X-1',
  database_specific: { severity: 'HIGH' },
  affected: [{ package: { ecosystem: 'generic', name: 'zlib' }, versions: ['1.2.11'] }],
};

export const DEPENDENCY_CASES: readonly RuleCase[] = [
  fires('ASY80', 'a list that inflates to 32 MiB', () =>
    withCustom(PLAIN, customSection('.dep-v0', deflateSync(Buffer.alloc(32 * 1024 * 1024)))),
  ),
  silent('ASY80', 'an honest list', smallvec('1.5.0')),

  fires('ASY360', 'a library with a severe hole that is fixed', smallvec('1.5.0'), {
    advisories: [RECORD],
    says: 'smallvec 1.5.0 has CVE-0000-0001 (CVSS 9.8)',
  }),
  fires('ASY360', 'a version in the older of two ranges', smallvec('0.6.3'), { advisories: [RECORD] }),
  fires(
    'ASY360',
    'a crate named by a source path only',
    withData('/root/.cargo/registry/src/mirror-6f17/smallvec-1.5.0/src/lib.rs'),
    {
      advisories: [RECORD],
    },
  ),
  silent('ASY360', 'the fixed version', smallvec('1.6.1'), { advisories: [RECORD] }),
  silent('ASY360', 'a version between the two ranges', smallvec('0.6.14'), { advisories: [RECORD] }),
  silent('ASY360', 'a record that was withdrawn', smallvec('1.5.0'), { advisories: [WITHDRAWN] }),
  silent(
    'ASY360',
    'a library that only the build used',
    auditable([{ name: 'smallvec', version: '1.5.0', kind: 'build' }]),
    {
      advisories: [RECORD],
    },
  ),
  silent('ASY360', 'the same library without records', smallvec('1.5.0')),

  fires('ASY361', 'a hole that is not severe', smallvec('1.5.0'), { advisories: [MILD], says: 'CVSS 2.5' }),
  fires('ASY361', 'a severe hole without a fix', smallvec('1.5.0'), { advisories: [UNFIXED] }),
  fires('ASY361', 'a C library by its version text', withData('\0 deflate 1.2.11 Copyright 1995-2017'), {
    advisories: [OPENSSL],
  }),
  silent('ASY361', 'another version of it', withData('\0 deflate 1.3.1 Copyright 1995-2024'), {
    advisories: [OPENSSL],
  }),

  fires('ASY362', 'a list that does not inflate', () => withCustom(PLAIN, customSection('.dep-v0', 'nonsense'))),
  fires('ASY362', 'a list of another form', () => withCustom(PLAIN, customSection('.dep-v0', deflateSync('[]')))),
  silent('ASY362', 'an honest list', smallvec('1.5.0')),
];
