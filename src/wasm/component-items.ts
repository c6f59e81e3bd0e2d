import type { ExternDescription } from './component-types.ts';
import type { CoreModule } from './core-module.ts';
import { LIMITS } from './limits.ts';
import { type Callee, type LinkedProgram, Unlinkable } from './linked-program.ts';

/** Something at an index of a component. What comes from the host is known by its import alone. */
export type Item =
  | { readonly sort: 'func'; readonly callee: Callee }
  | { readonly sort: 'instance'; readonly members: ReadonlyMap<string, Item> }
  | { readonly sort: 'host-instance'; readonly place: number; readonly path: string; readonly members: Members }
  /** Something that can be instantiated: gives its exports for what its imports are given. */
  | { readonly sort: 'component'; readonly instantiate: (args: Items, depth: number) => Items }
  | { readonly sort: 'core-module'; readonly module: CoreModule }
  /** A resource that is defined inside, and the function that destroys it. */
  | { readonly sort: 'resource'; readonly destructor: Callee | undefined }
  | { readonly sort: 'host-type'; readonly place: number; readonly path: string }
  /** Code of the host's own. */
  | { readonly sort: 'unknown-code'; readonly what: string }
  | { readonly sort: 'nothing' };

export type Items = ReadonlyMap<string, Item>;
type Members = ReadonlyMap<string, ExternDescription> | undefined;

export const NOTHING: Item = { sort: 'nothing' };

/**
 * Functions that the host can call (exported ones, those of exported instances, and what drops a resource), and code
 * that it can instantiate.
 */
export function addRoots(program: LinkedProgram, name: string, item: Item): void {
  const add = (root: string, callee: Callee) => {
    if (program.roots.length >= LIMITS.linkedRoots) {
      throw new Unlinkable(`it exports more than ${LIMITS.linkedRoots} functions`);
    }
    program.text(root);
    program.roots.push({ name: root, callee });
  };
  program.step();
  if (item.sort === 'component' || item.sort === 'core-module') {
    program.text(name);
    program.instantiable.push(name);
  }
  if (item.sort === 'func') add(name, item.callee);
  else if (item.sort === 'resource' && item.destructor !== undefined) add(dropOf(name), item.destructor);
  else if (item.sort === 'instance') {
    for (const [member, inner] of item.members) addRoots(program, join(name, member), inner);
  } else if (item.sort === 'host-instance') {
    const { members, place } = item;
    if (members === undefined) add(name, program.hostFunction(place, item.path));
    for (const [member, description] of members ?? []) {
      addRoots(program, join(name, member), hostItem(program, place, join(item.path, member), description));
    }
  }
}

export function join(path: string, member: string): string {
  return path === '' ? member : `${path}#${member}`;
}

/** Something that the host gives under an import, or in an instance that it gives. */
export function hostItem(program: LinkedProgram, place: number, path: string, description: ExternDescription): Item {
  switch (description.sort) {
    case 'func':
      return { sort: 'func', callee: program.hostFunction(place, path) };
    case 'instance':
      return { sort: 'host-instance', place, path, members: description.members };
    case 'type':
      return { sort: 'host-type', place, path };
    case 'component':
      return { sort: 'unknown-code', what: 'component' };
    case 'core-module':
      return { sort: 'unknown-code', what: 'module' };
    default:
      return NOTHING;
  }
}

/** As WIT names the function that drops a resource. */
export function dropOf(path: string): string {
  const at = path.lastIndexOf('#') + 1;
  return `${path.slice(0, at)}[resource-drop]${path.slice(at)}`;
}
