import wabtFactory from 'wabt';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { type CoreModule, decodeCoreModule, type KernelUse } from '#wasm/core-module';
import { coreModuleFacts } from '#wasm/core-module-facts';
import { module as moduleOf, section, vector, VOID_TYPE } from '../binary.ts';
import { CORPUS, corpusName, readCorpus } from '../corpus.ts';

const wabt = await wabtFactory();

/** Everything that the walk over the code of a module leaves behind. */
function traces(bytes: Uint8Array, use: KernelUse): unknown {
  const module: CoreModule = decodeCoreModule(bytes, 0, bytes.length, use);
  const { code, histogram, features } = module;
  return {
    facts: coreModuleFacts(module, { functions: 'largest' }),
    histogram: Buffer.from(histogram.buffer).toString('base64'),
    edges: Buffer.from(code.edges.buffer, 0, 4 * code.edgeCount).toString('base64'),
    starts: Buffer.from(code.edgeStarts.buffer).toString('base64'),
    counts: [code.operators, code.calls, code.indirectCalls, code.loopDepths, code.locals].map((column) =>
      Buffer.from(column.buffer).toString('base64'),
    ),
    sites: code.sites,
    features: [...features].sort(),
  };
}

describe('the kernel finds what the reference walk finds', () => {
  it.each(CORPUS.filter((module) => module.path !== 'esbuild.wasm').map((module) => [corpusName(module), module]))(
    'in %s',
    (_name, module) => {
      const bytes = readCorpus(module);
      expect(traces(bytes, 'where it pays')).toEqual(traces(bytes, 'never'));
    },
  );
});

/** One function with these instructions, so often that the kernel is worth starting. */
async function repeated(instructions: string, { locals = '', memory = '1' } = {}): Promise<Uint8Array> {
  const body = `(func (param i32) (result i32) ${locals} ${instructions} local.get 0)`;
  return parse(`(module (type $f (func (param i32) (result i32))) (tag $e (param i32)) (table $t 4 4 funcref)
    (table $u 4 4 funcref) (memory ${memory}) (elem declare func 0) ${body.repeat(400)})`);
}

describe('the kernel finds what the reference walk finds', () => {
  it.each([
    [
      'try_table',
      '(block $b (result i32) (try_table (catch $e $b) (catch_all 0) (throw $e (local.get 0))) i32.const 1) drop',
    ],
    [
      'try_table with a reference',
      '(block $b (result exnref) (try_table (catch_all_ref $b) nop) unreachable) throw_ref',
    ],
    ['call_ref', '(drop (call_ref $f (local.get 0) (ref.func 0)))'],
    ['calls through two tables', '(drop (call_indirect $u (type $f) (local.get 0) (i32.const 0)))'],
    ['atomics', '(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))) atomic.fence', '1 1 shared'],
    ['branch tables', '(block (block (br_table 0 1 0 (local.get 0))))'],
    ['memory.grow in a loop', '(loop (drop (memory.grow (i32.const 1))))'],
  ])('in functions of %s', async (_what, instructions, memory = '1') => {
    const bytes = await repeated(instructions, { memory });
    expect(traces(bytes, 'where it pays')).toEqual(traces(bytes, 'never'));
  });

  it('in legacy exception handling', async () => {
    const text = `(module (tag $e (param i32)) ${'(func try throw $e catch $e drop catch_all rethrow 0 end try nop delegate 0)'.replace('try throw', 'try i32.const 1 throw').repeat(400)})`;
    const module = wabt.parseWat('legacy.wat', text, { exceptions: true });
    const bytes = Uint8Array.from(module.toBinary({}).buffer);
    module.destroy();
    expect(traces(bytes, 'where it pays')).toEqual(traces(bytes, 'never'));
  });

  it('where a branch table announces more targets than its body has bytes', () => {
    const body = [0, 0x0e, ...[0xf0, 0xff, 0x03], 0x0b];
    const many = 700;
    const bytes = moduleOf(
      section(1, [1], VOID_TYPE),
      section(
        3,
        vector(many, () => [0]),
      ),
      section(
        10,
        vector(many, () => [body.length, ...body]),
      ),
    );
    const failure = (use: KernelUse): unknown => {
      try {
        return decodeCoreModule(bytes, 0, bytes.length, use);
      } catch (error) {
        return error;
      }
    };
    expect(failure('where it pays')).toEqual(failure('never'));
    expect(failure('where it pays')).toMatchObject({ code: 'MODULE_MALFORMED' });
  });
});
