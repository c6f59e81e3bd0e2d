import { describe, expect, it } from 'vitest';
import { type CoreModule, decodeCoreModule, type KernelUse } from '#wasm/core-module';
import { coreModuleFacts } from '#wasm/core-module-facts';
import { CORPUS, corpusName, readCorpus } from '../corpus.ts';

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
