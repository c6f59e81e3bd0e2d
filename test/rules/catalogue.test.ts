import { describe, expect, it } from 'vitest';
import { PolicySchema } from '#model/policy';
import { findRule, RULES } from '#rules/catalogue';
import { COMPARE_RULES } from '#rules/compare-rules';
import { READ_RULES } from '#rules/read-rules';
import { PRESETS } from '#rules/presets/catalogue';
import { REFUSAL_RULES } from '#rules/refusals';
import { assess, auditBytes, auditText, compile, manifestWith } from './audited.ts';
import type { RuleCase } from './cases/case.ts';
import { CONTENT_CASES } from './cases/content.ts';
import { ORIGIN_CASES } from './cases/origin.ts';
import { DEPENDENCY_CASES } from './cases/dependencies.ts';
import { IMPORT_CASES } from './cases/imports.ts';
import { SHAPE_CASES } from './cases/shape.ts';
import { SUSPICION_CASES } from './cases/suspicion.ts';

const CASES = [
  ...IMPORT_CASES,
  ...SHAPE_CASES,
  ...CONTENT_CASES,
  ...SUSPICION_CASES,
  ...DEPENDENCY_CASES,
  ...ORIGIN_CASES,
];

async function bytesOf(module: RuleCase['module']): Promise<Uint8Array> {
  return typeof module === 'string' ? compile(module) : module();
}

/** What one rule says about a case. */
async function saidBy(rule: string, given: RuleCase) {
  const bytes = await bytesOf(given.module);
  const { decision } = await assess(bytes, {
    ...(given.abi === undefined ? {} : { abi: given.abi }),
    manifest: manifestWith(given.abi?.kind ?? 'custom', given.capabilities),
    ...(given.policy === undefined ? {} : { policy: given.policy }),
    ...(given.gate === undefined ? {} : { gate: given.gate }),
    ...(given.claimed === undefined ? {} : { claimed: given.claimed }),
    ...(given.rebuilt === undefined ? {} : { rebuilt: await auditBytes(await bytesOf(given.rebuilt), given.abi) }),
    ...(given.advisories === undefined ? {} : { advisories: given.advisories }),
    ...(given.baseline === undefined
      ? {}
      : { baseline: [{ report: await auditText(given.baseline, given.abi), build: '' }] }),
  });
  return decision.reasons.filter((reason) => reason.rule === rule);
}

describe('every rule', () => {
  it('has a number of its own, in its row', () => {
    const ids = RULES.map((info) => info.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const info of RULES) expect(Math.floor(Number(info.id.slice(3)) / 10), info.id).toBe(info.row);
  });

  it('runs in exactly one place', () => {
    expect(REFUSAL_RULES.length + READ_RULES.length + COMPARE_RULES.length).toBe(RULES.length);
  });

  it('is found however its id is cased or padded', () => {
    for (const info of RULES) expect(findRule(info.id.toLowerCase())).toBe(info);
    expect(findRule('ASY020')?.id).toBe('ASY20');
    expect(findRule('ASY9999')).toBeUndefined();
  });

  it('is no heuristic that rejects', () => {
    const rejecting = RULES.filter((info) => info.certainty === 'heuristic' && info.level === 'error');
    expect(rejecting).toEqual([]);
  });

  it('has a case that triggers it and one that does not', () => {
    const lacking = RULES.map((info) => info.id).filter(
      (id) => !CASES.some((one) => one.rule === id && one.fires) || !CASES.some((one) => one.rule === id && !one.fires),
    );
    expect(lacking).toEqual([]);
  });

  it('that a preset names exists', () => {
    for (const [name, preset] of Object.entries(PRESETS)) {
      expect(PolicySchema.safeParse(preset).success, name).toBe(true);
      for (const id of Object.keys(preset.rules ?? {})) expect(findRule(id)?.id, `${name}: ${id}`).toBe(id);
    }
  });
});

describe.each(Object.entries(Object.groupBy(CASES, (one) => one.rule)))('%s', (rule, cases = []) => {
  it.each(cases.filter((one) => one.fires))('speaks about $what', async (given) => {
    const said = await saidBy(rule, given);
    expect(said.length).toBeGreaterThan(0);
    if (given.says !== undefined) expect(said.map((reason) => reason.message).join('\n')).toContain(given.says);
    for (const reason of said) {
      expect(reason.action).not.toBe('');
      expect(reason.policyLine).not.toBe('');
    }
  });

  it.each(cases.filter((one) => !one.fires))('keeps silent about $what', async (given) => {
    expect(await saidBy(rule, given)).toEqual([]);
  });
});
