import type { ExternType } from '#model/module-facts';
import type { Sort } from './component-sorts.ts';
import { type ComponentType, type ExternDescription, type TypeScope, UNKNOWN_TYPE } from './component-types.ts';
import { overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';

/** What the indices of one component stand for, as far as facts need it. */
export class ComponentIndexSpaces {
  readonly scope: TypeScope;
  readonly functions: ComponentType[] = [];
  readonly instances: ComponentType[] = [];
  readonly components: ComponentType[] = [];
  /** Set once something was skipped, after which indices may be off and types are not looked up any more. */
  adrift = false;

  constructor(scope: TypeScope) {
    this.scope = scope;
  }

  /** How many items all spaces hold together. */
  get size(): number {
    return this.functions.length + this.instances.length + this.components.length + this.scope.types.length;
  }

  /** The item at `index` of one of these spaces. */
  item(space: readonly ComponentType[], index: number): ComponentType {
    return this.adrift ? UNKNOWN_TYPE : (space[index] ?? UNKNOWN_TYPE);
  }

  /** The description of the item that a sort and an index name. */
  describe(sort: Sort, index: number): ExternDescription {
    const spaces: Partial<Record<Sort, readonly ComponentType[]>> = {
      func: this.functions,
      type: this.scope.types,
      component: this.components,
      instance: this.instances,
    };
    const { text, callable, members } = this.item(spaces[sort] ?? [], index);
    if (sort === 'core') return { sort: 'core-module', text: 'module', callable, members };
    return { sort, text, callable: sort !== 'type' && callable, members };
  }

  /** Throws MODULE_LIMIT where there are too many. */
  addInstance(type: ComponentType, offset: number): void {
    if (this.instances.length >= LIMITS.instances) throw overLimit(offset, 'Too many instances', LIMITS.instances);
    this.instances.push(type);
  }

  /** Gives an item the next index of its sort. */
  enter({ sort, text, callable, members }: ExternDescription, offset: number): void {
    const type: ComponentType = members === undefined ? { text, callable } : { text, callable, members };
    if (sort === 'func') this.functions.push(type);
    else if (sort === 'type') this.scope.types.push(type);
    else if (sort === 'component') this.components.push(type);
    else if (sort === 'instance') this.addInstance(type, offset);
  }
}

/** A description the way facts have it. */
export function externType({ sort, text }: ExternDescription): ExternType {
  const kinds = {
    func: 'component-func',
    value: 'component-value',
    type: 'component-type',
    component: 'component',
    instance: 'instance',
    'core-module': 'core-module',
  } as const;
  return { kind: kinds[sort], text };
}
