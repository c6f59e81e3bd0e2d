import type { CallPath, CallStep } from '#model/call-path';
import type { CallGraph } from './call-graph.ts';
import type { FoundPath } from './call-paths.ts';
import type { CoreModule } from './core-module.ts';

const SHOWN_NAME = 200;
/** Of roots and members; what a path lists is cut, and the number of paths is limited. */
const KEPT_CHARACTERS = 500_000;

/** As many paths, from the first on, as keep names from making a report many times as large as the module. */
export function withinText<Path extends CallPath>(paths: readonly Path[]): Path[] {
  let characters = 0;
  return paths.filter(({ root, member = '' }) => {
    characters += root.length + member.length;
    return characters <= KEPT_CHARACTERS;
  });
}

/** Every function that a path lists. */
export function functionsOn(paths: readonly FoundPath[]): Set<number> {
  return new Set(paths.flatMap(({ steps }) => steps.map(({ node }) => node)));
}

/** A path with the names and places that a reader knows the functions by. */
export function spellPath(
  module: CoreModule,
  graph: CallGraph,
  { root, steps, omitted, by }: FoundPath,
  names: ReadonlyMap<number, string>,
): CallPath {
  return {
    root: graph.roots.names[root] ?? '',
    steps: steps.map((step) => ({ ...functionStep(module, step.node, names), by: step.by })),
    ...(omitted === 0 ? {} : { omitted }),
    by,
  };
}

/** A function as a step of a path, without how it is entered. */
export function functionStep(
  module: CoreModule,
  index: number,
  names: ReadonlyMap<number, string>,
): Omit<CallStep, 'by'> {
  const name = names.get(index);
  const offset = module.code.offsets[index - module.importedFunctions];
  return {
    function: index,
    ...(name === undefined ? {} : { name: cut(name) }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** No half of a surrogate pair is left over. */
function cut(name: string): string {
  return name.length <= SHOWN_NAME ? name : `${name.slice(0, SHOWN_NAME - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
