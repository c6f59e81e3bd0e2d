import type { CallPath, CallStep } from '#model/call-path';
import type { Reachability } from '#model/module-facts';
import { type FoundPath, shortestPaths } from './call-paths.ts';
import type { Component } from './component.ts';
import { linkComponent } from './component-linking.ts';
import type { CoreModule, Oddity } from './core-module.ts';
import { readFunctionNames } from './custom-sections.ts';
import { type LinkedGraph, linkedGraph } from './linked-graph.ts';
import { Unlinkable } from './linked-program.ts';
import { functionStep, withinText } from './module-paths.ts';
import { reachabilityOf } from './reachability.ts';
import { START_ROOT } from './root-names.ts';

/** Names in a reason are the component's own, and may be long. */
const SHOWN_REASON = 300;
/** Characters of the functions of imported instances that are listed, over all classes. */
const LISTED_MEMBERS = 1_000_000;

/**
 * Which exported functions of a component reach which of its imports, over everything that is instantiated in it.
 * Where linking cannot be followed every export counts as reaching every import that can be called, and is open.
 */
export function componentReachability(component: Component): Reachability {
  try {
    const { missing } = component.recorded;
    if (missing !== undefined) throw new Unlinkable(missing);
    const program = linkComponent(component.definitions, component.bytes.length);
    return { ...preciseReachability(component, linkedGraph(program)), ...instantiableFact(program.instantiable) };
  } catch (failure) {
    if (!(failure instanceof Unlinkable)) throw failure;
    return coarseReachability(component, failure.message);
  }
}

function instantiableFact(names: readonly string[]): Pick<Reachability, 'instantiable'> {
  return names.length === 0 ? {} : { instantiable: [...names] };
}

function coarseReachability(
  { imports, exports, modules, definitions, recorded }: Component,
  why: string,
): Reachability {
  const reached = imports.flatMap(({ callable }, index) => (callable ? [index] : []));
  const roots = exports
    .filter(({ type }) => type.kind === 'component-func' || type.kind === 'instance')
    .map(({ name }) => name);
  const starts = definitions.list.some(({ kind }) => kind === 'start') || recorded.missing !== undefined;
  if (starts || modules.some(({ startFunction }) => startFunction !== undefined)) roots.push(START_ROOT);
  const classes = roots.length === 0 ? [] : [{ roots, imports: reached, direct: [], open: true }];
  const code = exports.filter(({ type }) => type.kind === 'component' || type.kind === 'core-module');
  return {
    ...instantiableFact(code.map(({ name }) => name)),
    open: true,
    openReasons: [`how the component is linked cannot be followed: ${why.slice(0, SHOWN_REASON)}`],
    classes,
  };
}

function preciseReachability(component: Component, linked: LinkedGraph): Reachability {
  const { graph, host } = linked;
  const { classes } = reachabilityOf(graph, [...host.keys()], component.bytes.length);
  const importsOf = (functions: readonly number[]): number[] => {
    return [...new Set(functions.map((index) => host[index]?.import ?? 0))].toSorted((a, b) => a - b);
  };
  let listed = 0;
  const spelled = classes.map(({ imports, direct, ...group }) => {
    const members = imports.flatMap((index) => {
      const { import: place, member } = host[index] ?? { import: 0, member: '' };
      const name = component.imports[place]?.name ?? '';
      if (member !== '') listed += name.length + member.length;
      return member === '' || listed > LISTED_MEMBERS ? [] : [`${name}#${member}`];
    });
    return {
      ...group,
      imports: importsOf(imports),
      direct: importsOf(direct),
      ...(members.length === 0 || listed > LISTED_MEMBERS ? {} : { members }),
    };
  });
  const paths = spellPaths(component, linked);
  return { open: false, openReasons: [], classes: spelled, ...(paths.length === 0 ? {} : { paths }) };
}

/** A path to every function of the host that is reached, and one from the start section. */
function spellPaths(component: Component, linked: LinkedGraph): NonNullable<Reachability['paths']> {
  const found = shortestPaths(linked.graph, (node) => linked.functionAt(node) !== undefined);
  const names = new Map<CoreModule, ReadonlyMap<number, string>>();
  const wanted = new Map<CoreModule, Set<number>>();
  for (const { steps } of found) {
    for (const { node } of steps) {
      const at = linked.functionAt(node);
      if (at === undefined) continue;
      const { module } = at.instance;
      wanted.set(module, (wanted.get(module) ?? new Set()).add(at.index));
    }
  }
  const unread: Oddity[] = [];
  for (const [module, indices] of wanted) {
    names.set(module, readFunctionNames(module.bytes, module.sections, indices, unread));
  }
  return withinText(found.map((path) => spellPath(component, linked, path, names)));
}

function spellPath(
  component: Component,
  { graph, host, functionAt }: LinkedGraph,
  { root, steps, omitted, by, target }: FoundPath,
  names: ReadonlyMap<CoreModule, ReadonlyMap<number, string>>,
): CallPath & { import: number } {
  const { import: place, member } = host[target] ?? { import: 0, member: '' };
  const shown = steps.flatMap(({ node, by: entry }): CallStep[] => {
    const at = functionAt(node);
    if (at === undefined) return [];
    const { module } = at.instance;
    const step = functionStep(module, at.index, names.get(module) ?? new Map<number, string>());
    return [{ ...step, module: component.modules.indexOf(module), by: entry }];
  });
  // A lifted function stands before the core function that it is made of, which is the root's own to a reader.
  const [own] = shown;
  const lifted = graph.targets[graph.starts[graph.roots.nodes[root] ?? 0] ?? 0];
  if (own?.by === 'call' && steps[0]?.node === lifted) shown[0] = { ...own, by: 'root' };
  return {
    import: place,
    root: graph.roots.names[root] ?? '',
    steps: shown,
    ...(omitted === 0 ? {} : { omitted }),
    by,
    ...(member === '' ? {} : { member }),
  };
}
