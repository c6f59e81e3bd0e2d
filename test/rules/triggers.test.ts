import { describe, expect, it } from 'vitest';
import type { Abi } from '#model/manifest';
import { RULES } from '#rules/catalogue';
import { findRule } from '#rules/catalogue';
import { auditBytes, auditText, compile, customSection, decideOn, manifestWith } from './audited.ts';

interface Trigger {
  readonly rule: string;
  readonly fires: string | (() => Promise<Uint8Array>);
  readonly silent: string | (() => Promise<Uint8Array>);
  readonly abi?: Abi;
  /** For rules that compare. */
  readonly policy?: string;
  readonly declares?: readonly string[];
}

const PLAIN = '(module (func (export "run")))';
const withData = (text: string) =>
  `(module (memory (export "memory") 1 2) (data (i32.const 16) "${text}") (func (export "run")))`;
const withSection = (name: string, content: Uint8Array | string) => async () =>
  Buffer.concat([await compile(PLAIN), customSection(name, content)]);
const random = (length: number) => {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
};
const producers = (name: string) =>
  Buffer.concat([
    Uint8Array.of(1, 12),
    Buffer.from('processed-by'),
    Uint8Array.of(1, name.length),
    Buffer.from(name),
    Uint8Array.of(1),
    Buffer.from('1'),
  ]);
const repeated = (code: string, times: number) => Array.from({ length: times }, () => code).join(' ');

const TRIGGERS: readonly Trigger[] = [
  {
    rule: 'ASY20',
    fires: '(module (memory 1 1 shared) (func (export "run") (drop (i32.atomic.load (i32.const 0)))))',
    silent: PLAIN,
    policy: 'features: { deny: [threads] }\n',
  },
  {
    rule: 'ASY20',
    fires: '(module (func (export "run") (drop (i32x4.splat (i32.const 1)))))',
    silent: PLAIN,
    policy: 'features: { allow: [bulk-memory] }\n',
  },
  {
    rule: 'ASY60',
    fires: async () =>
      Buffer.from(
        '0061736d01000000018480808000016000000302010007070103727565000a040102000b'.replace(
          '07070103727565000a040102000b',
          '0a040102000b',
        ),
        'hex',
      ),
    silent: PLAIN,
  },
  { rule: 'ASY71', fires: withSection('blob', random(20_000)), silent: withSection('blob', 'a'.repeat(100)) },
  {
    rule: 'ASY123',
    fires: PLAIN,
    silent: '(module (import "env" "x" (func $x)) (func (export "run") (call $x)))',
    declares: ['host:env.x'],
    policy: 'imports: { allow: ["*"] }\n',
  },
  {
    rule: 'ASY180',
    fires: PLAIN,
    silent: '(module (func (export "transform") (param i32) (result i32) (local.get 0)))',
    policy: 'exports: { require: [{ name: transform, type: { params: [i32], results: [i32] } }] }\n',
  },
  {
    rule: 'ASY180',
    fires: '(module (func (export "transform")))',
    silent: '(module (func (export "transform") (param i32) (result i32) (local.get 0)))',
    policy: 'exports: { require: [{ name: transform, type: { params: [i32], results: [i32] } }] }\n',
  },
  { rule: 'ASY181', fires: PLAIN, silent: '(module (func (export "walk")))', policy: 'exports: { deny: ["r*"] }\n' },
  {
    rule: 'ASY190',
    fires: '(module (table (export "t") 1 funcref) (func (export "run")))',
    silent: '(module (table 1 funcref) (func (export "run")))',
  },
  {
    rule: 'ASY190',
    fires: '(module (global (export "sp") (mut i32) (i32.const 0)))',
    silent: '(module (global (export "version") i32 (i32.const 1)))',
  },
  { rule: 'ASY200', fires: '(module (func $s) (start $s))', silent: PLAIN },
  {
    rule: 'ASY210',
    fires:
      '(module (type $v (func)) (table (export "t") 1 funcref) (func (export "run") (call_indirect (type $v) (i32.const 0))))',
    silent: '(module (type $v (func)) (table 1 funcref) (func (export "run") (call_indirect (type $v) (i32.const 0))))',
  },
  {
    rule: 'ASY230',
    fires: '(module (import "env" "x" (func)) (func (export "run")))',
    silent: '(module (import "env" "x" (func $x)) (func (export "run") (call $x)))',
  },
  { rule: 'ASY240', fires: '(module (memory 1))', silent: '(module (memory 1 2))' },
  {
    rule: 'ASY241',
    fires: '(module (memory 1))',
    silent: '(module (memory 1 2))',
    policy: 'limits: { maximumMemoryPages: 10 }\n',
  },
  {
    rule: 'ASY251',
    fires: '(module (memory 1 11))',
    silent: '(module (memory 1 10))',
    policy: 'limits: { maximumMemoryPages: 10 }\n',
  },
  {
    rule: 'ASY260',
    fires: '(module (memory 1) (func (export "run") (loop (drop (memory.grow (i32.const 1))) (br 0))))',
    silent: '(module (memory 1) (func (export "run") (drop (memory.grow (i32.const 1)))))',
  },
  {
    rule: 'ASY272',
    fires: withData('0123456789a'),
    silent: withData('0123456789'),
    policy: 'limits: { dataBytes: 10 }\n',
  },
  { rule: 'ASY280', fires: '(module (func (export "run") (loop (br 0))))', silent: PLAIN },
  { rule: 'ASY290', fires: withData('a'.repeat(200)), silent: PLAIN, policy: 'limits: { size: 100 }\n' },
  { rule: 'ASY291', fires: '(module (func) (func))', silent: '(module (func))', policy: 'limits: { functions: 1 }\n' },
  {
    rule: 'ASY292',
    fires: `(module (func ${repeated('nop', 100)}))`,
    silent: '(module (func nop))',
    policy: 'limits: { functionSize: 50 }\n',
  },
  {
    rule: 'ASY293',
    fires: '(module (import "e" "a1x" (func)) (import "e" "b1x" (func)))',
    silent: '(module (import "e" "a1x" (func)))',
    policy: 'limits: { imports: 1 }\n',
  },
  {
    rule: 'ASY294',
    fires: '(module (func (export "a") (export "b")))',
    silent: PLAIN,
    policy: 'limits: { exports: 1 }\n',
  },
  {
    rule: 'ASY295',
    fires: withSection('x', 'a'.repeat(500)),
    silent: PLAIN,
    policy: 'limits: { customSectionShare: 0.5 }\n',
  },
  {
    rule: 'ASY300',
    fires: '(module (func (export "run") (param f64) (result f64) (f64.sqrt (local.get 0))))',
    silent: '(module (func (export "run") (param f64) (result f64) (local.get 0)))',
  },
  {
    rule: 'ASY301',
    fires: '(module (memory 1 1 shared) (func (export "run") (drop (i32.atomic.load (i32.const 0)))))',
    silent: PLAIN,
  },
  {
    rule: 'ASY310',
    fires: withData(`postgres://app:${'hT7.qZ2k'}@db.internal/main`),
    silent: withData('postgres://user:password@host.name/db'),
  },
  {
    rule: 'ASY310',
    fires: withData(`-----BEGIN PRIVATE KEY-----\\0a${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(3)}`),
    silent: withData('-----BEGIN PRIVATE KEY-----\\00-----END PRIVATE KEY-----'),
  },
  {
    rule: 'ASY311',
    fires: withData('api_key=q8ZrT2xVb5NwL9cK3mHs7YdP'),
    silent: withData('api_key=your_api_key_goes_in_here'),
  },
  {
    rule: 'ASY320',
    fires: withData('https://telemetry.invalid.io/v1'),
    silent: withData('http://www.w3.org/2000/svg'),
  },
  {
    rule: 'ASY321',
    fires: withData('tcp://45.83.12.9:4444'),
    silent: withData('http://192.168.0.1:80 127.0.0.1:8080 1.2.3.4 999.1.1.1:80'),
  },
  {
    rule: 'ASY330',
    fires: withData('/home/ann/project/src/main.rs'),
    silent: withData('/rustc/9fc6b4312/library/core/src/fmt/mod.rs'),
  },
  { rule: 'ASY340', fires: withSection('.debug_info', 'x'), silent: PLAIN },
  {
    rule: 'ASY350',
    fires: async () =>
      Buffer.concat([
        await compile('(module (func (export "__new")))'),
        customSection('producers', producers('rustc')),
      ]),
    silent: async () => Buffer.concat([await compile(PLAIN), customSection('producers', producers('rustc'))]),
  },
  {
    rule: 'ASY390',
    fires: async () =>
      Buffer.concat([
        await compile(`(module ${repeated('(func)', 12)})`),
        customSection('producers', producers('clang')),
      ]),
    silent: `(module ${repeated('(func)', 12)})`,
  },
  { rule: 'ASY400', fires: '(module (func (export "strcpy")))', silent: '(module (func (export "strlcpy")))' },
  { rule: 'ASY410', fires: withData('cryptonight'), silent: withData('crypto, tonight') },
  {
    rule: 'ASY410',
    fires: `(module (memory 1 1) (data (i32.const 0) "\\98\\2f\\8a\\42\\91\\44\\37\\71\\08\\c9\\bc\\f3\\67\\e6\\09\\6a") (func (export "run") (param i32) (result i32) (local.get 0) ${repeated('i32.const 7 i32.xor i32.const 3 i32.rotl', 800)}))`,
    silent: `(module (func (export "run") (param i32) (result i32) (local.get 0) ${repeated('i32.const 7 i32.xor i32.const 3 i32.rotl', 800)}))`,
  },
  {
    rule: 'ASY420',
    fires: `(module ${repeated(`(func (param i32) ${repeated('(loop (block (br_table 0 1 (local.get 0))))', 100)})`, 15)})`,
    silent: `(module (func (param i32) (result i32) (local.get 0) ${repeated('i32.const 7 i32.add', 5000)}))`,
  },
];

async function rulesOn({ abi, policy, declares }: Trigger, source: Trigger['fires']): Promise<Set<string>> {
  const used: Abi = abi ?? { kind: 'custom' };
  const report = typeof source === 'string' ? await auditText(source, used) : await auditBytes(await source(), used);
  const verdict = decideOn(report, {
    manifest: manifestWith(used.kind, declares),
    ...(policy === undefined ? {} : { policy }),
  });
  return new Set([
    ...report.findings.map((finding) => finding.rule),
    ...verdict.decision.reasons.map((reason) => reason.rule),
  ]);
}

describe('each rule speaks when it should and not otherwise', () => {
  it.each(TRIGGERS)('$rule', async (trigger) => {
    expect(await rulesOn(trigger, trigger.fires)).toContain(trigger.rule);
    expect(await rulesOn(trigger, trigger.silent)).not.toContain(trigger.rule);
  });
});

describe('the catalogue', () => {
  it('numbers every rule by its row, once', () => {
    const ids = RULES.map((info) => info.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const info of RULES) expect(Math.floor(Number(info.id.slice(3)) / 10)).toBe(info.row);
  });

  it('has no heuristic that rejects by default', () => {
    expect(RULES.filter((info) => info.certainty === 'heuristic' && info.level === 'error')).toEqual([]);
  });

  it('finds a rule however its number is padded', () => {
    expect(findRule('asy010')?.id).toBe('ASY10');
    expect(findRule('ASY9999')).toBeUndefined();
  });
});
