import type { CoreSort, Sort } from './component-sorts.ts';
import type { ExternDescription } from './component-types.ts';
import type { CoreModule } from './core-module.ts';
import { LIMITS } from './limits.ts';

/** An item by its sort and index; `core` says which of the core sorts. */
export interface ItemRef {
  readonly sort: Sort;
  readonly core: CoreSort | undefined;
  readonly index: number;
}

export interface NamedItem extends ItemRef {
  readonly name: string;
}

/**
 * One definition of a component, as far as it says who can call whom. Each gives its item the next index of its sort
 * (component model, Explainer.md: index spaces), so none may be left out.
 */
export type Definition =
  | { readonly kind: 'core-module'; readonly module: CoreModule }
  | { readonly kind: 'core-instance'; readonly module: number; readonly args: readonly CoreArgument[] }
  | { readonly kind: 'core-exports'; readonly items: readonly NamedItem[] }
  | { readonly kind: 'core-type' }
  | { readonly kind: 'component'; readonly component: ComponentDefinitions }
  | { readonly kind: 'instance'; readonly component: number; readonly args: readonly NamedItem[] }
  | { readonly kind: 'exports'; readonly items: readonly NamedItem[] }
  | { readonly kind: 'alias'; readonly of: Omit<ItemRef, 'index'>; readonly instance: number; readonly name: string }
  | { readonly kind: 'core-alias'; readonly of: CoreSort | undefined; readonly instance: number; readonly name: string }
  | {
      readonly kind: 'outer-alias';
      readonly of: Omit<ItemRef, 'index'>;
      readonly outward: number;
      readonly index: number;
    }
  /** A type; of a resource defined here, the function that destroys it. */
  | { readonly kind: 'type'; readonly resource: boolean; readonly destructor: number | undefined }
  /** A component function from a core function. `calls`: the core functions that its options name. */
  | { readonly kind: 'lift'; readonly function: number; readonly calls: readonly number[] }
  /** A core function from a component function. */
  | { readonly kind: 'lower'; readonly function: number; readonly calls: readonly number[] }
  | { readonly kind: 'resource-drop'; readonly type: number }
  /** A core function that begins a thread at whatever entry of a table it is told to. */
  | { readonly kind: 'thread-start' }
  /** Any other core function of the canonical ABI: it calls no more than its options name. */
  | { readonly kind: 'builtin'; readonly calls: readonly number[] }
  | { readonly kind: 'import'; readonly name: string; readonly description: ExternDescription }
  | { readonly kind: 'export'; readonly item: NamedItem }
  | { readonly kind: 'start'; readonly function: number };

export interface CoreArgument {
  readonly name: string;
  readonly instance: number;
}

/** The definitions of one component in file order. */
export class ComponentDefinitions {
  readonly list: Definition[] = [];
  private readonly shared: RecordedDefinitions;

  constructor(shared: RecordedDefinitions) {
    this.shared = shared;
  }

  /** Adds one; `parts` says how many items it lists. */
  add(definition: Definition, parts = 0): void {
    if (this.shared.take(1 + parts)) this.list.push(definition);
  }
}

/** Over all components of a file: how many were recorded, and why some are missing. */
export class RecordedDefinitions {
  /** Why the definitions do not tell everything; undefined when they do. */
  missing: string | undefined;
  private count = 0;

  take(many: number): boolean {
    this.count += many;
    if (this.count > LIMITS.recordedDefinitions) {
      this.missing ??= `it has more than ${LIMITS.recordedDefinitions} definitions`;
    }
    return this.missing === undefined;
  }
}
