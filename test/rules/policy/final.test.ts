import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { type EffectivePolicy, LEVELS, type Policy } from '#model/policy';
import { OUTCOMES } from '#model/verdict';
import { readPolicy } from '#rules/policy/document';
import { flattenPolicy } from '#rules/policy/flatten';
import { weigh } from '#stages/decide/decide';
import { auditText, manifestWith } from '../audited.ts';

function flatten(text: string, files: Readonly<Record<string, string>>): EffectivePolicy {
  return flattenPolicy(readPolicy(text, 'policy.yaml'), { readFile: (path) => files[path] ?? '' });
}

function refusal(text: string, files: Readonly<Record<string, string>>): string {
  try {
    flatten(text, files);
  } catch (error) {
    if (isAssayError(error) && error.code === 'POLICY_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

const SIGNED = '{ name: env.f, type: { params: [i32], results: [] } }';

describe('what a parent marks final', () => {
  it.each([
    [
      'a default level',
      'final: [rules]\n',
      'rules: { ASY120: note }\n',
      'policy.yaml:2: sets rules.ASY120 to note, weaker than error',
    ],
    [
      'what is assumed by default',
      'final: [assume]\n',
      'assume: { hostWritesTables: false }\n',
      'policy.yaml:2: sets assume.hostWritesTables to false, weaker than true',
    ],
    [
      'a denied import, by a signature',
      'imports: { deny: [env.f] }\nfinal: [imports.deny]\n',
      `imports: { deny: [${SIGNED}] }\n`,
      'policy.yaml:2: gives another signature for env.f in imports.deny',
    ],
    [
      'the signature of an allowed import',
      `imports: { allow: [${SIGNED}] }\nfinal: [imports.allow]\n`,
      'imports: { allow: [env.f] }\n',
      'policy.yaml:2: gives another signature for env.f in imports.allow',
    ],
    [
      'a required export, by denying it',
      'exports: { require: [init] }\nfinal: [exports]\n',
      'exports: { deny: [init] }\n',
      'policy.yaml:2: moves init from require to deny',
    ],
    [
      'what may be allowed, by granting it without a declaration',
      'capabilities: { allow: [fs] }\nfinal: [capabilities.allow]\n',
      'capabilities: { imply: [net] }\n',
      'policy.yaml:2: adds net to capabilities.imply',
    ],
  ])('holds for %s', (_what, parent, child, message) => {
    expect(refusal(`extends: [parent.yaml]\n${child}`, { 'parent.yaml': parent })).toBe(
      `${message}, which parent.yaml marked final`,
    );
  });

  it('holds for documents that are extended before it', () => {
    const files = {
      'parent.yaml': 'capabilities: { allow: [fs] }\nfinal: [capabilities.allow]\n',
      'other.yaml': 'capabilities: { allow: [net] }\n',
    };
    expect(refusal('extends: [other.yaml, parent.yaml]\n', files)).toBe(
      'other.yaml:1: adds net to capabilities.allow, which parent.yaml marked final',
    );
  });

  it('may be narrowed', () => {
    const files = {
      'parent.yaml': `imports: { allow: [env.f], deny: [${SIGNED}] }\nexports: { require: [run] }\ncapabilities: { imply: [clock], allow: [fs, net] }\nfinal: [imports, exports, capabilities]\n`,
    };
    const child =
      'exports: { require: [{ name: run, type: { params: [], results: [] } }] }\ncapabilities: { allow: [clock], review: [net], deny: [fs] }\n';
    expect(flatten(`extends: [parent.yaml]\n${child}`, files).flat.capabilities).toEqual({
      allow: ['clock'],
      review: ['net'],
      deny: ['fs'],
    });
  });
});

const typed = (names: readonly string[]) => {
  const name = fc.constantFrom(...names);
  const params = fc.constantFrom<string[]>([], ['i32']);
  const type = params.map((list) => ({ params: list, results: [] }));
  return fc.uniqueArray(fc.oneof(name, fc.record({ name, type })), {
    maxLength: 3,
    selector: (item) => JSON.stringify(item),
  });
};
const some = <T>(...values: T[]) => fc.subarray(values);
const heuristic = fc.constantFrom(...LEVELS.slice(1));

const PARTS = ['capabilities', 'imports', 'exports', 'features', 'limits', 'rules', 'outcome', 'assume'] as const;

/**
 * Policies over a few names, so that two of them often speak of the same thing. None takes lightly what is denied, or
 * what an import list lacks: then denying or listing more would let more pass.
 */
const policies: fc.Arbitrary<Policy> = fc.record(
  {
    capabilities: fc.record(
      {
        imply: some('clock', 'host:env.*' as const),
        allow: some('fs', 'net', 'host:env.log' as const, '*' as const),
        review: some('net', 'fs'),
        deny: some('net', 'host:env.send' as const),
      },
      { requiredKeys: [] },
    ),
    imports: fc.record(
      { allow: typed(['env.log', 'env.*', 'wasi_snapshot_preview1.*']), deny: typed(['env.log', 'env.send']) },
      { requiredKeys: [] },
    ),
    exports: fc.record({ require: typed(['run', 'init']), deny: typed(['run', 'table']) }, { requiredKeys: [] }),
    features: fc.record(
      { allow: some('simd', 'sign-ext', 'mutable-globals'), deny: some('simd') },
      { requiredKeys: [] },
    ),
    limits: fc.record(
      { imports: fc.integer({ min: 1, max: 3 }), functions: fc.integer({ min: 1, max: 3 }) },
      { requiredKeys: [] },
    ),
    rules: fc.record(
      {
        ASY122: fc.constantFrom(...LEVELS),
        ASY180: fc.constantFrom(...LEVELS),
        ASY190: fc.constantFrom(...LEVELS),
        ASY240: fc.constantFrom(...LEVELS),
        ASY311: heuristic,
      },
      { requiredKeys: [] },
    ),
    outcome: fc.record({ flag: fc.constantFrom('warning' as const, 'note' as const) }, { requiredKeys: [] }),
    assume: fc.record({ hostWritesTables: fc.boolean() }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** The same with one or two sections, as what a child adds. */
const additions = fc
  .tuple(policies, fc.subarray([...PARTS], { minLength: 1, maxLength: 2 }))
  .map(([policy, parts]): Policy => Object.fromEntries(parts.map((part) => [part, policy[part] ?? {}])));

const WASI = 'wasi_snapshot_preview1';
const MODULES = [
  '(module (func (export "run")))',
  '(module (import "env" "log" (func $f)) (func (export "run") call $f))',
  '(module (import "env" "log" (func $f (param i32))) (func (export "run") i32.const 0 call $f) (func (export "init")))',
  '(module (import "env" "send" (func $f)) (import "env" "log" (func)) (func (export "run") call $f))',
  `(module (import "${WASI}" "sock_shutdown" (func $f (param i32 i32) (result i32))) (memory (export "memory") 1)
    (func (export "run") i32.const 0 i32.const 0 call $f drop))`,
  `(module (import "${WASI}" "path_unlink_file" (func $f (param i32 i32 i32) (result i32))) (memory (export "memory") 1 2)
    (table (export "table") 1 funcref) (elem (i32.const 0) $f) (func (export "init")))`,
  '(module (func (export "run") (param i32) local.get 0 i32.extend8_s drop) (func) (func))',
];

describe('a child of a parent that marks everything final', () => {
  it('is refused, or lets nothing pass that the parent would not', async () => {
    const reports = await Promise.all(MODULES.map((text) => auditText(text)));
    const outcomes = (policy: EffectivePolicy) =>
      reports.map((report) => {
        const manifest = manifestWith(report.abi.kind, ['fs']);
        const { decision } = weigh({ reports: [{ report, build: '' }], manifest, policy, date: new Date(0) });
        return OUTCOMES.indexOf(decision.outcome);
      });
    let [accepted, stricter] = [0, 0];
    fc.assert(
      fc.property(policies, additions, additions, fc.boolean(), (parent, other, child, otherFirst) => {
        const files = {
          'parent.yaml': JSON.stringify({ ...parent, final: PARTS }),
          'other.yaml': JSON.stringify(other),
        };
        const order = otherFirst ? ['other.yaml', 'parent.yaml'] : ['parent.yaml', 'other.yaml'];
        const text = JSON.stringify({ ...child, extends: order });
        if (refusal(text, files) !== 'accepted') return;
        const [before, after] = [flatten(files['parent.yaml'], {}), flatten(text, files)].map(outcomes);
        after?.forEach((outcome, index) => expect(outcome).toBeGreaterThanOrEqual(before?.[index] ?? 0));
        accepted += 1;
        if (after?.some((outcome, index) => outcome > (before?.[index] ?? 0)) === true) stricter += 1;
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(200);
    expect(stricter).toBeGreaterThan(50);
  });
});
