import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ActionContext } from '#entry/actions/action-step';
import { run as audit } from '#entry/actions/steps/audit';
import { run as decide } from '#entry/actions/steps/decide';
import { temporaryFolder } from '../../adapters/toolchains/compile.ts';
import { customSection, withCustom } from '../../rules/audited.ts';

const RECORD = {
  id: 'RUSTSEC-0000-0001',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'crates.io', name: 'smallvec' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.6.1' }] }],
    },
  ],
};

let workspace: string;

beforeEach(async () => {
  workspace = await temporaryFolder();
  const packages = [{ name: 'smallvec', version: '1.5.0', source: 'crates.io' }];
  const list = customSection('.dep-v0', deflateSync(JSON.stringify({ packages })));
  await writeFile(join(workspace, 'a.wasm'), await withCustom('(module (func (export "run")))', list));
  await writeFile(
    join(workspace, 'plugin.yaml'),
    'name: acme/slug\nversion: 1.0.0\nabi: { kind: custom }\nbuilds: [{ toolchain: wat, source: a.wat }]\n',
  );
  await mkdir(join(workspace, 'osv'));
  await writeFile(join(workspace, 'osv', 'one.json'), JSON.stringify(RECORD));
});

function context(): ActionContext {
  return { workspace, env: {}, clock: { now: () => new Date(0), elapsed: () => 0 }, log: () => {} };
}

async function outcomeOf(advisories: readonly string[], gate: boolean): Promise<string> {
  await audit({ path: '.', out: '.assay', files: ['a.wasm'], advisories }, context());
  const inputs = { policy: undefined, baseline: undefined, acceptances: undefined, summary: false, gate };
  const { outputs } = await decide({ path: '.', out: '.assay', 'fail-on': 'never', ...inputs }, context());
  return outputs.outcome;
}

describe('the audit action', () => {
  it('matches libraries against records that are named, and against none otherwise', async () => {
    expect(await outcomeOf([], false)).toBe('approve');
    expect(await outcomeOf(['osv'], false)).toBe('flag');
  });

  it('fails for records that are not there', async () => {
    await expect(outcomeOf(['absent.json'], false)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
});

describe('the decide action', () => {
  it('asks a person about a new plugin only at a gate', async () => {
    expect(await outcomeOf([], true)).toBe('flag');
  });
});
