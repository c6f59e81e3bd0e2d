import { describe, expect, it } from 'vitest';
import type { Verdict } from '#model/verdict';
import { auditText, decideOn } from './audited.ts';

const WASI = 'wasi_snapshot_preview1';
const IMPORTS = `(import "${WASI}" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1 2)`;
const OPEN = `${'i32.const 0 '.repeat(5)}i64.const 0 i64.const 0 i32.const 0 i32.const 0 call $open drop`;

const reasonFor = (verdict: Verdict, rule: string) => verdict.decision.reasons.find((reason) => reason.rule === rule);

describe('a finding about what is reached', () => {
  it('shows the way, from the root that it names first', async () => {
    const report = await auditText(`(module ${IMPORTS} (func $load ${OPEN}) (func $far call $load)
      (func (export "a_check") call $far) (func (export "check") call $load))`);
    const reason = reasonFor(decideOn(report), 'ASY122');
    expect(reason?.message).toMatch(/^"check", "a_check" can reach fs/);
    const [place] = reason?.locations ?? [];
    expect(place).toMatchObject({ export: 'check', import: `${WASI}.path_open`, path: { root: 'check', by: 'call' } });
    expect(place?.path?.steps.map((step) => step.function)).toEqual([4, 1]);
  });

  it('is the same finding, grown by nothing, when only the way there changes', async () => {
    const short = await auditText(`(module ${IMPORTS} (func (export "check") ${OPEN}))`);
    const long = await auditText(
      `(module ${IMPORTS} (func nop) (func $load ${OPEN}) (func (export "check") call $load))`,
    );
    const [before, after] = [short, long].map((report) => reasonFor(decideOn(report), 'ASY122'));
    expect(after?.locations).not.toEqual(before?.locations);
    expect(after?.fingerprint).toBe(before?.fingerprint);
    expect(after?.extent).toEqual(before?.extent);
    expect(JSON.stringify([before?.fingerprint, before?.extent])).not.toContain('check');
  });

  it('about the start section begins there, though an export is nearer', async () => {
    const report = await auditText(`(module ${IMPORTS} (func $load ${OPEN}) (func $init call $load)
      (func (export "check") ${OPEN}) (start $init))`);
    const finding = report.findings.find(({ rule }) => rule === 'ASY220');
    expect(finding?.locations[0]).toMatchObject({ section: 'start', path: { root: '(start)' } });
    expect(finding?.locations[0]?.path?.steps.map((step) => step.function)).toEqual([2, 1]);
    expect(reasonFor(decideOn(report), 'ASY122')?.locations[0]?.path?.root).toBe('check');
  });

  it('sees what the start section reaches, whatever an export is called', async () => {
    const report = await auditText(`(module ${IMPORTS} (func (export "(start)")) (func $init ${OPEN}) (start $init))`);
    expect(report.findings.map(({ rule }) => rule)).toContain('ASY220');
  });

  it('calls the start section and a table what they are, and an export by its name', async () => {
    const about = async (text: string) => {
      const reason = reasonFor(decideOn(await auditText(`(module ${IMPORTS} (func $load ${OPEN}) ${text})`)), 'ASY122');
      return [reason?.message.replace(/ can reach.*/, ''), reason?.locations[0]];
    };
    const [start, startPlace] = await about('(start $load)');
    expect([start, startPlace]).toEqual(['the start section', expect.objectContaining({ section: 'start' })]);
    expect(startPlace).not.toHaveProperty('export');
    const [table, tablePlace] = await about('(table (export "calls") 1 funcref) (elem (i32.const 0) $load)');
    expect(table).toBe('functions in the table "calls"');
    expect(tablePlace).not.toHaveProperty('export');
    expect(await about('(export "(start)" (func $load))')).toEqual([
      '"(start)"',
      expect.objectContaining({ export: '(start)' }),
    ]);
  });

  it('shows how a new export gets to an import that was there before', async () => {
    const [before, after] = await Promise.all(
      ['', '(func (export "again") call $load)'].map((more) =>
        auditText(`(module ${IMPORTS} (func $load (export "check") ${OPEN}) ${more})`),
      ),
    );
    if (before === undefined || after === undefined) throw new Error('not audited');
    const verdict = decideOn(after, { baseline: before });
    expect(reasonFor(verdict, 'ASY382')?.locations[0]).toMatchObject({ export: 'again', import: `${WASI}.path_open` });
  });
});
