import {
  type ComponentType,
  type ExternDescription,
  type Sort,
  type TypeScope,
  UNKNOWN_TYPE,
} from './component-types.ts';

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
    return { sort: sort === 'core' ? 'core-module' : sort, text, callable: sort !== 'type' && callable, members };
  }

  /** Gives an item the next index of its sort. */
  enter({ sort, text, callable, members }: ExternDescription): void {
    const type: ComponentType = members === undefined ? { text, callable } : { text, callable, members };
    if (sort === 'func') this.functions.push(type);
    else if (sort === 'type') this.scope.types.push(type);
    else if (sort === 'component') this.components.push(type);
    else if (sort === 'instance') this.instances.push(type);
  }
}
