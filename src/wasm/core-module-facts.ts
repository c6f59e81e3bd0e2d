import type { FunctionFacts, ModuleFacts } from '#model/module-facts';
import { buildCallGraph } from './call-graph.ts';
import { shortestPaths } from './call-paths.ts';
import type { CoreModule, Oddity } from './core-module.ts';
import { readCustomSections, readFunctionNames } from './custom-sections.ts';
import { count64 } from './extern-types.ts';
import { LIMITS } from './limits.ts';
import { digestOfRange, moduleDigests } from './module-digests.ts';
import { functionsOn, spellPath, withinText } from './module-paths.ts';
import { operatorMix } from './operator-mix.ts';
import { GROW_IN_LOOP, OPERATOR } from './operators.ts';
import { reachabilityOf } from './reachability.ts';
import { guessToolchain } from './toolchain.ts';
import { valueTypeText } from './value-types.ts';

export interface FactsOptions {
  /** `all` lists every function with its digest; otherwise the 20 largest are listed. */
  readonly functions?: 'largest' | 'all';
}

export const LARGEST = 20;

/** Facts of a decoded core module. */
export function coreModuleFacts(module: CoreModule, options: FactsOptions = {}): ModuleFacts {
  const graph = buildCallGraph(module);
  const reachability = reachabilityOf(graph, module.functionImports, module.end - module.start);
  const found = reachability.classes.some(({ imports }) => imports.length > 0) ? shortestPaths(graph) : [];
  const { names, facts } = factsAndNames(module, options, functionsOn(found));
  const paths = withinText(
    found.map((path) => ({
      import: module.functionImports[path.target] ?? 0,
      ...spellPath(module, graph, path, names),
    })),
  );
  const { kind, size, ...rest } = facts;
  const digests = moduleDigests(module.bytes, module.sections);
  return {
    kind,
    size,
    digests,
    ...rest,
    reachability: paths.length === 0 ? reachability : { ...reachability, paths },
  };
}

/** Facts that a core module has by itself, wherever it stands. */
type OwnFacts = Omit<ModuleFacts, 'digests' | 'reachability'>;

/** Facts of a core module that stands in a component. What it reaches depends on what it is linked with. */
export function innerModuleFacts(module: CoreModule, options: FactsOptions = {}): OwnFacts {
  return factsAndNames(module, options, []).facts;
}

/** The facts, and the names of the functions that they list and of those in `named`, from one walk over the names. */
function factsAndNames(
  module: CoreModule,
  options: FactsOptions,
  named: Iterable<number>,
): { names: ReadonlyMap<number, string>; facts: OwnFacts } {
  const { bytes, code, sections, features } = module;
  const oddities: Oddity[] = [...module.oddities];
  const custom = readCustomSections(bytes, sections, features, oddities);
  const listed = options.functions === 'all' ? [...code.sizes.keys()] : largest(code.sizes, LARGEST);
  const wanted = new Set(named);
  for (const body of listed) wanted.add(body + module.importedFunctions);
  const names = readFunctionNames(bytes, sections, wanted, oddities);
  const functions = listFunctions(module, listed, names);
  const { imports, exports } = module;
  const toolchain = guessToolchain({ producers: custom.producers, sections, imports, exports });
  const { writtenTables } = code;
  const facts: OwnFacts = {
    kind: 'module',
    size: module.end - module.start,
    sections,
    imports,
    exports,
    memories: module.memories.map(({ limits, imported }) => ({ ...limits, imported })),
    tables: module.tables.map(({ element, limits, imported }, index) => {
      return { element: valueTypeText(element), limits, imported, written: writtenTables.has(index) };
    }),
    globals: {
      total: module.globals.length,
      imported: countOf(module.globals, ({ imported }) => imported),
      mutable: countOf(module.globals, ({ mutable }) => mutable),
    },
    ...(module.startFunction === undefined ? {} : { start: module.startFunction }),
    counts: countsOf(module),
    elements: module.elements
      .slice(0, LIMITS.listedSegments)
      .map(({ mode, table, at, length, functions, offset, size }) => {
        return {
          mode,
          table,
          ...(at === undefined ? {} : { at: count64(at) }),
          length,
          functions: functions.length,
          offset,
          size,
        };
      }),
    data: module.data.listed(LIMITS.listedSegments),
    features: [...features].sort(),
    producers: custom.producers,
    debug: custom.debug,
    ...(toolchain === undefined ? {} : { toolchain }),
    functions,
    nested: [],
    oddities: oddities.slice(0, LIMITS.listedOddities),
  };
  return { names, facts };
}

function countsOf(module: CoreModule): ModuleFacts['counts'] {
  const { code, histogram } = module;
  return {
    types: module.types.size,
    functions: module.functionTypes.length,
    importedFunctions: module.importedFunctions,
    operators: sum(code.operators),
    directCalls: sum(code.calls),
    indirectCalls: sum(code.indirectCalls),
    memoryGrow: histogram[OPERATOR.memoryGrow] ?? 0,
    tableGrow: histogram[OPERATOR.tableGrow] ?? 0,
    growInLoops: histogram[GROW_IN_LOOP] ?? 0,
    tags: module.tags.length,
    elementSegments: module.elements.length,
    dataSegments: module.data.length,
    dataBytes: module.data.bytes,
    ...operatorMix(histogram),
  };
}

function countOf<T>(items: readonly T[], is: (item: T) => boolean): number {
  let count = 0;
  for (const item of items) if (is(item)) count++;
  return count;
}

function sum(values: Uint32Array): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index] ?? 0;
  return total;
}

function listFunctions(
  module: CoreModule,
  listed: readonly number[],
  names: ReadonlyMap<number, string>,
): FunctionFacts[] {
  const { code } = module;
  return listed.map((body) => {
    const index = body + module.importedFunctions;
    const name = names.get(index);
    const offset = code.offsets[body] ?? 0;
    const size = code.sizes[body] ?? 0;
    return {
      index,
      ...(name === undefined ? {} : { name }),
      offset,
      size,
      operators: code.operators[body] ?? 0,
      calls: code.calls[body] ?? 0,
      indirectCalls: code.indirectCalls[body] ?? 0,
      loopDepth: code.loopDepths[body] ?? 0,
      locals: code.locals[body] ?? 0,
      digest: digestOfRange(module.bytes, offset, size),
    };
  });
}

/** Indices of the largest values, largest first, earlier ones first among equals. */
function largest(values: Uint32Array, many: number): number[] {
  const best: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    const last = best[best.length - 1];
    if (best.length === many && last !== undefined && value <= (values[last] ?? 0)) continue;
    let at = best.length;
    while (at > 0 && (values[best[at - 1] ?? 0] ?? 0) < value) at--;
    best.splice(at, 0, index);
    if (best.length > many) best.pop();
  }
  return best;
}
