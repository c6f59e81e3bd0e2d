import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ActionContext } from '#entry/actions/action-step';
import { run as audit } from '#entry/actions/steps/audit';
import { run as decide } from '#entry/actions/steps/decide';
import { AuditReportSchema } from '#model/audit-report';
import { AuditedSchema } from '#model/audit-refusal';
import { temporaryFolder } from '../../adapters/toolchains/compile.ts';
import { customSection, withCustom } from '../../rules/audited.ts';
import { module, section } from '../../binary.ts';

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

describe('a module that no engine loads', () => {
  const bomb = module(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(10, [1, 10, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b, 0, 0]),
  );
  const BROKEN: readonly [string, Uint8Array, string][] = [
    ['is text', Buffer.from('not a module'), 'ASY10'],
    ['ends too early', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9, 1), 'ASY10'],
    ['is a bomb', bomb, 'ASY40'],
  ];
  const deciding = { policy: undefined, baseline: undefined, acceptances: undefined, gate: false };
  const decided = () =>
    decide({ path: '.', out: '.assay', 'fail-on': 'reject', summary: true, ...deciding }, context());
  const written = (name: string) => readFile(join(workspace, '.assay', name), 'utf8');

  it.each(BROKEN)('and %s is audited without an error and rejected with the reason', async (_, bytes, rule) => {
    await writeFile(join(workspace, 'b.wasm'), bytes);
    const audited = await audit({ path: '.', out: '.assay', files: ['b.wasm'], advisories: [] }, context());
    expect(audited).toMatchObject({ exit: 0, outputs: { reports: '.assay/b.audit.json', errors: '1' } });
    expect(audited.text).toContain(rule);
    const { exit, outputs, annotations, summary, text } = await decided();
    expect({ exit, outcome: outputs.outcome }).toEqual({ exit: 4, outcome: 'reject' });
    for (const shown of [summary, text, annotations?.[0]?.title, await written('summary.md')]) {
      expect(shown).toContain(rule);
    }
    const [log] = JSON.parse(await written('report.sarif')).runs;
    expect(log.results).toEqual([expect.objectContaining({ ruleId: rule, level: 'error' })]);
    expect(log.artifacts).toContainEqual(expect.objectContaining({ length: bytes.length }));
  });

  it('rejects a version beside modules that load, and is named in every report', async () => {
    await writeFile(join(workspace, 'b.wasm'), 'not a module');
    await audit({ path: '.', out: '.assay', files: ['a.wasm', 'b.wasm'], advisories: [] }, context());
    const { outputs, summary } = await decided();
    expect(outputs.outcome).toBe('reject');
    expect(summary).toContain('<code>b</code>');
    const [log] = JSON.parse(await written('report.sarif')).runs;
    const uris = log.artifacts.map((artifact: { location: { uri: string } }) => artifact.location.uri);
    expect(uris).toEqual(expect.arrayContaining(['a.wasm', 'b.wasm']));
    const verdict = JSON.parse(await written('verdict.json'));
    expect(verdict.decision.artifacts).toHaveLength(2);
  });

  it('loses its refusal when it is built and audited again', async () => {
    await writeFile(join(workspace, 'a.wasm'), 'not a module');
    const inputs = { path: '.', out: '.assay', files: ['a.wasm'], advisories: [] };
    await audit(inputs, context());
    expect((await decided()).outputs.outcome).toBe('reject');
    await writeFile(join(workspace, 'a.wasm'), await withCustom('(module (func (export "run")))'));
    await audit(inputs, context());
    expect((await decided()).outputs.outcome).toBe('approve');
  });

  it('is no report: its document does not fit the schema of reports, nor one that says more than it may', async () => {
    await writeFile(join(workspace, 'b.wasm'), 'not a module');
    await audit({ path: '.', out: '.assay', files: ['b.wasm'], advisories: [] }, context());
    const refusal = JSON.parse(await written('b.audit.json'));
    expect(AuditedSchema.safeParse(refusal).success).toBe(true);
    expect(AuditReportSchema.safeParse(refusal).success).toBe(false);
    expect(AuditedSchema.safeParse({ ...refusal, facts: {} }).success).toBe(false);
    expect(AuditedSchema.safeParse({ ...refusal, schema: 'assay.audit-report/1' }).success).toBe(false);
  });

  it('is refused by a rule that refuses; a document that names another one is not decided on', async () => {
    await writeFile(join(workspace, 'b.wasm'), 'not a module');
    await audit({ path: '.', out: '.assay', files: ['b.wasm'], advisories: [] }, context());
    const refusal = JSON.parse(await written('b.audit.json'));
    refusal.finding.rule = 'ASY210';
    await writeFile(join(workspace, '.assay', 'b.audit.json'), JSON.stringify(refusal));
    await expect(decided()).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
  });
});
