import { describe, expect, it } from 'vitest';
import type { AuditReport } from '#model/audit-report';
import { VerdictSchema } from '#model/verdict';
import { decide } from '#stages/decide/decide';
import { simulate } from '#stages/decide/simulate';
import { unmetBy } from '#stages/decide/expectations';
import { explainPolicy } from '#rules/policy/explain';
import { against, assess, auditText, decideOn, manifestWith, policyOf } from '../../rules/audited.ts';

const WASI = 'wasi_snapshot_preview1';
const QUIET = '(module (memory (export "memory") 1) (func (export "run")))';
const UNLINKS = `(module
  (import "${WASI}" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (drop (call $unlink (i32.const 3) (i32.const 0) (i32.const 4)))))`;
const UNLINKS_AND_RENAMES = UNLINKS.replace(
  '(memory',
  `(import "${WASI}" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (func (export "more") (drop (call $rename (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
  (memory`,
);
const NOW = new Date('2026-06-01T00:00:00Z');
const wasi = { kind: 'wasi-p1' as const };

async function flagged(text = UNLINKS) {
  const report = await auditText(text, wasi);
  const verdict = decideOn(report);
  const reason = verdict.decision.reasons.find((candidate) => candidate.rule === 'ASY122');
  if (reason === undefined) throw new Error('ASY122 did not fire');
  return { report, verdict, reason };
}

describe('a verdict', () => {
  it('fits its schema, and its reasons name level, place, policy line and what to do', async () => {
    const { verdict, reason } = await flagged();
    expect(VerdictSchema.parse(verdict)).toEqual(verdict);
    expect(reason).toMatchObject({ level: 'warning', outcome: 'flag', policyLine: expect.stringContaining('ASY122') });
    expect(reason.locations).toMatchObject([
      { import: `${WASI}.path_unlink_file`, export: 'run', path: { root: 'run', by: 'call' } },
    ]);
    expect(reason.fix).toMatchObject({
      kind: 'manifest',
      edits: [{ op: 'add', path: '/capabilities/-', value: 'fs' }],
    });
  });

  it('has the same digest whatever the engine, the name of the file and the hour', async () => {
    const report = await auditText(QUIET, wasi);
    const other = {
      ...report,
      subject: { ...report.subject, name: 'elsewhere.wasm' },
      engine: { assay: '9', validator: 'other' },
    };
    expect(decideOn(other, { date: NOW }).digest).toBe(decideOn(report).digest);
  });

  it('is the worst of several artifacts', async () => {
    const reports = [
      { report: await auditText(QUIET, wasi), build: 'a' },
      { report: await auditText(UNLINKS, wasi), build: 'b' },
    ];
    const verdict = decide({
      reports,
      manifest: manifestWith('wasi-p1'),
      policy: policyOf('assay:wasi-p1@1'),
      date: NOW,
    });
    expect(verdict.decision.outcome).toBe('flag');
    expect(verdict.decision.artifacts.map((artifact) => artifact.build)).toEqual(['a', 'b']);
    expect(verdict.decision.capabilities.used).toEqual(['fs']);
  });

  it('a capability that only one of several builds needs is not called unneeded', async () => {
    const reports = [
      { report: await auditText(QUIET, wasi), build: 'a' },
      { report: await auditText(UNLINKS, wasi), build: 'b' },
    ];
    const manifest = manifestWith('wasi-p1', ['fs']);
    const verdict = decide({ reports, manifest, policy: policyOf('assay:wasi-p1@1'), date: NOW });
    expect(verdict.decision.reasons.map((reason) => reason.rule)).not.toContain('ASY123');
  });

  it('what no code reaches is a note, declared or not', async () => {
    const report = await auditText(
      `(module (import "${WASI}" "path_unlink_file" (func (param i32 i32 i32) (result i32))) (memory (export "memory") 1) (func (export "run")))`,
      wasi,
    );
    const verdict = decideOn(report, { manifest: manifestWith('wasi-p1', ['fs']) });
    expect(verdict.decision.outcome).toBe('approve');
    expect(verdict.decision.reasons.map((reason) => reason.rule)).toEqual(expect.arrayContaining(['ASY123', 'ASY230']));
  });

  it('an open table counts everything as reachable where the host may write it', async () => {
    const text = `(module
      (type $u (func (param i32 i32 i32) (result i32)))
      (import "${WASI}" "path_unlink_file" (func (type $u)))
      (memory (export "memory") 1)
      (table (export "t") 2 funcref)
      (func (export "run") (drop (call_indirect (type $u) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))`;
    const report = await auditText(text, wasi);
    expect(report.facts.reachability.open).toBe(true);
    expect(decideOn(report).decision.assumptions).toEqual(['the host writes no tables (assay:common@1)']);
    expect(against(decideOn(report))).toEqual([]);
    const careful = decideOn(report, { policy: 'extends: [assay:wasi-p1@1]\nassume: { hostWritesTables: true }\n' });
    expect(against(careful)).toEqual(['ASY122']);
  });
});

describe('bytes that no engine loads', () => {
  it.each(['none', 'note', 'warning'])('are rejected, even where a policy sets their rule to %s', async (level) => {
    const policy = `extends: [assay:custom@1]\nrules: { ASY10: ${level} }\n`;
    const verdict = await assess(Uint8Array.of(0, 0x61, 0x73, 0x6d), { abi: { kind: 'custom' }, policy });
    expect([verdict.decision.outcome, against(verdict)]).toEqual(['reject', ['ASY10']]);
    expect(verdict.decision.reasons[0]?.level).toBe('error');
  });
});

describe('people’s decisions', () => {
  const acceptance = async (text = UNLINKS) => {
    const { reason } = await flagged(text);
    return {
      plugin: 'acme/test',
      fingerprint: reason.fingerprint,
      extent: reason.extent,
      reason: 'reviewed',
      who: 'ann',
    };
  };

  it('an acceptance settles the finding, and carries to a later version', async () => {
    const { report } = await flagged();
    const verdict = decideOn(report, {
      acceptances: [await acceptance()],
      manifest: manifestWith('wasi-p1', [], '1.1.0'),
    });
    expect(verdict.decision.outcome).toBe('approve');
    expect(verdict.decision.reasons.find((reason) => reason.rule === 'ASY122')?.settled).toEqual({
      by: 'acceptance',
      who: 'ann',
      reason: 'reviewed',
    });
  });

  it('it asks again when the finding has grown, and says how', async () => {
    const { report } = await flagged(UNLINKS_AND_RENAMES);
    const verdict = decideOn(report, { acceptances: [await acceptance()] });
    expect(verdict.decision.outcome).toBe('flag');
    expect(verdict.decision.reasons.find((reason) => reason.rule === 'ASY122')?.action).toContain(
      `has grown since: ${WASI}.path_rename`,
    );
  });

  it('it holds when the finding has shrunk', async () => {
    const { report } = await flagged();
    expect(decideOn(report, { acceptances: [await acceptance(UNLINKS_AND_RENAMES)] }).decision.outcome).toBe('approve');
  });

  it.each([
    ['of another plugin', { plugin: 'acme/other' }],
    ['that has expired', { until: '2025-12-31T00:00:00Z' }],
    ['of another finding', { fingerprint: 'f'.repeat(32) }],
  ])('an acceptance %s does not count', async (_, change) => {
    const { report } = await flagged();
    expect(decideOn(report, { acceptances: [{ ...(await acceptance()), ...change }] }).decision.outcome).toBe('flag');
  });

  it('an acceptance never settles a rejection; a waiver does, until it ends', async () => {
    const report = await auditText('(module (import "env" "send" (func)) (func (export "run")))', { kind: 'custom' });
    const rejected = decideOn(report).decision.reasons.find((reason) => reason.rule === 'ASY100');
    if (rejected === undefined) throw new Error('ASY100 did not fire');
    const accepted = decideOn(report, {
      acceptances: [
        { plugin: 'acme/test', fingerprint: rejected.fingerprint, extent: rejected.extent, reason: 'x', who: 'ann' },
      ],
    });
    expect(accepted.decision.outcome).toBe('reject');
    const policy = (until: string) =>
      `extends: [assay:custom@1]\nwaivers:\n  - { rule: ASY100, plugin: acme/test, reason: "moves in the next version", who: bob, until: "${until}" }\n`;
    expect(decideOn(report, { policy: policy('2030-01-01T00:00:00Z') }).decision.outcome).toBe('approve');
    const late = decideOn(report, { policy: policy('2025-01-01T00:00:00Z') });
    expect(late.decision.outcome).toBe('reject');
    expect(late.decision.reasons[0]?.action).toContain('ended on 2025-01-01');
  });
});

describe('compared with the last approved version', () => {
  it('a new capability is flagged even when it is declared', async () => {
    const baseline = await auditText(QUIET, wasi);
    const report = await auditText(UNLINKS, wasi);
    const verdict = decideOn(report, { baseline, manifest: manifestWith('wasi-p1', ['fs']) });
    expect(against(verdict)).toEqual(['ASY380']);
    expect(verdict.decision.capabilities).toMatchObject({ added: ['fs'], removed: [] });
    expect(verdict.decision.baseline?.digest).toBe(baseline.subject.digest);
  });

  it.each([
    ['renamed', ['a', 'b'], ['a', 'c']],
    ['added', [''], ['a', 'c']],
  ])('a build that was %s is compared with all of the last version', async (_, before, now) => {
    const [quiet, reads] = [await auditText(QUIET, wasi), await auditText(UNLINKS, wasi)];
    const update = (last: AuditReport) =>
      decide({
        reports: [
          { report: quiet, build: now[0] ?? '' },
          { report: last, build: now[1] ?? '' },
        ],
        manifest: manifestWith('wasi-p1', ['fs'], '1.1.0'),
        policy: policyOf('assay:wasi-p1@1'),
        baseline: before.map((build) => ({ report: quiet, build })),
        date: new Date(0),
        gate: true,
      });
    expect(against(update(reads))).toEqual(['ASY380']);
    expect(update(reads).decision.capabilities.added).toEqual(['fs']);
    expect(against(update(quiet))).toEqual([]);
  });

  it('more functions and paths within a held capability are notes', async () => {
    const [baseline, report] = [await auditText(UNLINKS, wasi), await auditText(UNLINKS_AND_RENAMES, wasi)];
    const verdict = decideOn(report, { baseline, manifest: manifestWith('wasi-p1', ['fs']) });
    expect(verdict.decision.outcome).toBe('approve');
    expect(verdict.decision.reasons.map((reason) => reason.rule)).toContain('ASY381');
  });

  it('a new export that reaches a held function is a note', async () => {
    const wider = UNLINKS.replace('(func (export "run")', '(func (export "run") (export "also")');
    const [baseline, report] = [await auditText(UNLINKS, wasi), await auditText(wider, wasi)];
    const verdict = decideOn(report, { baseline, manifest: manifestWith('wasi-p1', ['fs']) });
    expect(verdict.decision.reasons.find((reason) => reason.rule === 'ASY382')).toMatchObject({
      outcome: 'approve',
      extent: [`also -> ${WASI}.path_unlink_file`],
    });
  });

  it('a mining pool that was not there before is flagged; one that was is a note', async () => {
    const pool = QUIET.replace('(func', '(data (i32.const 0) "stratum+tcp://pool.invalid:3333") (func');
    const report = await auditText(pool, wasi);
    expect(against(decideOn(report, { baseline: await auditText(QUIET, wasi) }))).toContain('ASY322');
    expect(against(decideOn(report, { baseline: report }))).not.toContain('ASY322');
  });

  it('a new name is flagged at a registry’s gate and nowhere else', async () => {
    const report = await auditText(QUIET, wasi);
    expect(against(decideOn(report, { gate: true }))).toEqual(['ASY384']);
    expect(against(decideOn(report))).toEqual([]);
    expect(against(decideOn(report, { gate: true, baseline: report }))).toEqual([]);
  });
});

describe('policies over stored reports', () => {
  it('tell what flips under a stricter policy', async () => {
    const report = await auditText(QUIET, wasi);
    const cases = [
      { label: 'acme/test 1.0.0', reports: [{ report, build: '' }], manifest: manifestWith('wasi-p1'), date: NOW },
    ];
    const result = simulate(
      policyOf('assay:wasi-p1@1'),
      policyOf('extends: [assay:wasi-p1@1, assay:strict@1]\n'),
      cases,
    );
    expect(result.counts.approve.flag).toBe(1);
    expect(result.flips).toEqual([
      { label: 'acme/test 1.0.0', before: 'approve', after: 'flag', gained: ['ASY240', 'ASY241'], lost: [] },
    ]);
  });

  it('fixtures say what they expected and did not get', async () => {
    const verdict = decideOn(await auditText(QUIET, wasi));
    expect(unmetBy({ name: 'quiet', outcome: 'approve' }, verdict)).toEqual([]);
    expect(unmetBy({ name: 'quiet', outcome: 'reject', rules: ['ASY100'] }, verdict)).toEqual([
      'quiet: expected reject, got approve',
      'quiet: ASY100 was expected among the reasons',
    ]);
  });

  it('explain themselves line by line', () => {
    const lines = explainPolicy(policyOf('extends: [assay:wasi-p1@1]\ncapabilities:\n  deny: [net]\n'));
    expect(lines).toContainEqual({ section: 'capabilities.deny', text: 'net', origin: 'policy.yaml:3' });
    expect(lines).toContainEqual({ section: 'capabilities.allow', text: 'fs', origin: 'assay:wasi-p1@1' });
  });
});
