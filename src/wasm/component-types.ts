import type { ByteReader } from './byte-reader.ts';
import { skipCoreType } from './component-core-types.ts';
import { readExternName } from './component-names.ts';
import { readSort, type Sort } from './component-sorts.ts';
import { cutText, joined, type TypeBudget } from './component-type-budget.ts';
import { malformed, NotUnderstood, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { LIMITS } from './limits.ts';
import { readValueType } from './value-types.ts';

/** What an instance or component has, by name. */
type Members = ReadonlyMap<string, ExternDescription>;

/** What an import or export is declared to be. `text` is WIT-like and cut where it grows long. */
export interface ExternDescription {
  readonly sort: Exclude<Sort, 'core'> | 'core-module';
  readonly text: string;
  /** Whether it is, or holds, a function that can be called. */
  readonly callable: boolean;
  /** The members of an instance, by name. */
  readonly members: Members | undefined;
  /** The index of the type that a type is declared to be. */
  readonly equals?: number;
}

/** A defined type as far as facts need it. */
export interface ComponentType {
  readonly text: string;
  readonly callable: boolean;
  readonly members?: Members;
  /** Of a resource that is defined here: the core function that destroys it, if any. */
  readonly resource?: { readonly destructor: number | undefined };
}

export const UNKNOWN_TYPE: ComponentType = { text: '_', callable: true };

const ERROR_CONTEXT = 0x64;
const PRIMITIVES = new Map<number, string>([
  [0x7f, 'bool'],
  [0x7e, 's8'],
  [0x7d, 'u8'],
  [0x7c, 's16'],
  [0x7b, 'u16'],
  [0x7a, 's32'],
  [0x79, 'u32'],
  [0x78, 's64'],
  [0x77, 'u64'],
  [0x76, 'f32'],
  [0x75, 'f64'],
  [0x74, 'char'],
  [0x73, 'string'],
  [ERROR_CONTEXT, 'error-context'],
]);

const NO_MEMBERS: Members = new Map();
const ITEMS = 10_000;

const SHOWN_MEMBERS = 20;

/** The type of what has these members, an instance or component. */
export function withMembers(kind: 'component' | 'instance', members: Members): ComponentType {
  const parts = [...members].slice(0, SHOWN_MEMBERS).map(([name, { text }]) => `${name}: ${text}`);
  const callable = [...members.values()].some((member) => member.callable);
  return { text: cutText(`${kind} { ${parts.join('; ')} }`), callable, members };
}

/** Reads the types of one component or instance type scope. `outer` gives types of enclosing scopes. */
export class TypeScope {
  readonly types: ComponentType[] = [];
  readonly features: FeatureSet;
  private readonly outer: TypeScope | undefined;
  private readonly depth: number;
  private readonly budget: TypeBudget;

  constructor(features: FeatureSet, budget: TypeBudget, outer?: TypeScope) {
    this.features = features;
    this.budget = budget;
    this.outer = outer;
    this.depth = outer === undefined ? 0 : outer.depth + 1;
  }

  type(index: number): ComponentType {
    return this.types[index] ?? UNKNOWN_TYPE;
  }

  ancestor(count: number): TypeScope | undefined {
    return count === 0 ? this : this.outer?.ancestor(count - 1);
  }

  /** One entry of a type section. */
  readDefinedType(reader: ByteReader): ComponentType {
    const start = reader.position;
    const byte = reader.peek();
    switch (byte) {
      case 0x40:
      case 0x43:
        reader.position++;
        if (byte === 0x43) this.features.add('component-model-async');
        return { text: this.readFunction(reader, byte === 0x43), callable: true };
      case 0x41:
      case 0x42:
        reader.position++;
        return this.readScope(reader, byte === 0x41, start);
      case 0x3f:
      case 0x3e:
        reader.position++;
        return { text: 'resource', callable: false, resource: this.readResource(reader, byte === 0x3e) };
      default:
        return { text: this.readValue(reader), callable: false };
    }
  }

  private readResource(reader: ByteReader, async: boolean): { readonly destructor: number | undefined } {
    readValueType(reader, this.features);
    const destructor = reader.flag('option') ? reader.u32('a destructor') : undefined;
    if (async && reader.flag('option')) reader.u32('a callback');
    return { destructor };
  }

  private readFunction(reader: ByteReader, async: boolean): string {
    const count = reader.count('parameters', 2, LIMITS.parameters);
    const params = joined(count, () => `${this.budget.label(reader)}: ${this.readTypeUse(reader)}`);
    const start = reader.position;
    const form = reader.byte('the form of a result');
    let result = '';
    if (form === 0) result = ` -> ${this.readTypeUse(reader)}`;
    else if (form === 1) {
      if (reader.byte('a zero byte') !== 0) throw malformed(start, 'Malformed result list', 'no named results');
    } else throw malformed(start, `Malformed result list 0x${form.toString(16)}`, '0 or 1');
    return this.budget.kept(`${async ? 'async ' : ''}func(${params})${result}`);
  }

  /** A primitive type, or the index of a defined one. */
  readTypeUse(reader: ByteReader): string {
    const byte = reader.peek();
    if (byte >= 0x40 && byte < 0x80) {
      const primitive = PRIMITIVES.get(byte);
      if (primitive === undefined) throw new NotUnderstood(`a value type 0x${byte.toString(16)}`, reader.position);
      reader.position++;
      return this.primitive(byte, primitive);
    }
    const start = reader.position;
    const index = reader.s33('a type index');
    if (index < 0) throw malformed(start, 'Malformed value type', 'a primitive type or a type index');
    return this.type(index).text;
  }

  private primitive(byte: number, text: string): string {
    if (byte === ERROR_CONTEXT) this.features.add('component-model-error-context');
    return text;
  }

  private readValue(reader: ByteReader): string {
    const start = reader.position;
    const byte = reader.byte('a type');
    const primitive = PRIMITIVES.get(byte);
    if (primitive !== undefined) return this.primitive(byte, primitive);
    const many = (what: string, each: () => string) => joined(reader.count(what, 1, ITEMS), each);
    const label = () => this.budget.label(reader);
    const optional = () => (reader.flag('option') ? this.readTypeUse(reader) : '_');
    switch (byte) {
      case 0x72:
        return this.budget.kept(`record { ${many('fields', () => `${label()}: ${this.readTypeUse(reader)}`)} }`);
      case 0x71:
        return this.budget.kept(`variant { ${many('cases', () => this.readCase(reader))} }`);
      case 0x70:
        return this.budget.kept(`list<${this.readTypeUse(reader)}>`);
      case 0x67: {
        this.features.add('component-model-fixed-length-lists');
        const element = this.readTypeUse(reader);
        return this.budget.kept(`list<${element}, ${reader.u32('the length of a list')}>`);
      }
      case 0x6f:
        return this.budget.kept(`tuple<${many('types', () => this.readTypeUse(reader))}>`);
      case 0x6e:
        return this.budget.kept(`flags { ${many('flags', label)} }`);
      case 0x6d:
        return this.budget.kept(`enum { ${many('cases', label)} }`);
      case 0x6b:
        return this.budget.kept(`option<${this.readTypeUse(reader)}>`);
      case 0x6a: {
        const ok = optional();
        const error = optional();
        if (ok === '_' && error === '_') return 'result';
        return this.budget.kept(error === '_' ? `result<${ok}>` : `result<${ok}, ${error}>`);
      }
      case 0x69:
      case 0x68: {
        const resource = this.type(reader.u32('a type index')).text;
        return this.budget.kept(byte === 0x69 ? `own<${resource}>` : `borrow<${resource}>`);
      }
      case 0x66:
      case 0x65:
        this.features.add('component-model-async');
        return this.budget.kept(`${byte === 0x66 ? 'stream' : 'future'}<${optional()}>`);
      case 0x63: {
        this.features.add('component-model-map');
        const key = this.readTypeUse(reader);
        return this.budget.kept(`map<${key}, ${this.readTypeUse(reader)}>`);
      }
      default:
        throw new NotUnderstood(`a type 0x${byte.toString(16)}`, start);
    }
  }

  private readCase(reader: ByteReader): string {
    const label = this.budget.label(reader);
    const payload = reader.flag('option') ? `(${this.readTypeUse(reader)})` : '';
    const start = reader.position;
    const refines = reader.byte('a zero byte');
    if (refines === 1) reader.u32('a case');
    else if (refines !== 0) throw malformed(start, 'Malformed variant case', 'a zero byte');
    return label + payload;
  }

  /** A component type or instance type: declarations in a scope of their own. */
  private readScope(reader: ByteReader, component: boolean, start: number): ComponentType {
    if (this.depth >= LIMITS.nestingDepth) {
      throw overLimit(start, 'Component and instance types inside each other', LIMITS.nestingDepth);
    }
    this.budget.scope(start);
    const scope = new TypeScope(this.features, this.budget, this);
    let members: Map<string, ExternDescription> | undefined;
    const count = reader.count('declarations', 1, LIMITS.componentItems);
    for (let index = 0; index < count; index++) {
      const at = reader.position;
      const kind = reader.byte('a declaration');
      if (kind === 0x00) skipCoreType(reader, this.features);
      else if (kind === 0x01) scope.types.push(scope.readDefinedType(reader));
      else if (kind === 0x02) scope.readAlias(reader);
      else if (kind === 0x03 && component) {
        readExternName(reader, this.features);
        scope.enter(scope.readExternDescription(reader));
      } else if (kind === 0x04) {
        const name = readExternName(reader, this.features);
        const description = scope.readExternDescription(reader);
        scope.enter(description);
        members ??= new Map();
        members.set(name, description);
      } else throw malformed(at, `Malformed declaration 0x${kind.toString(16)}`, 'a type, alias, import or export');
    }
    const kind = component ? 'component' : 'instance';
    const { text, ...type } = withMembers(kind, members ?? NO_MEMBERS);
    return { ...type, text: this.budget.kept(text) };
  }

  /** Types that are imported or exported join the scope's types. */
  private enter({ sort, text, callable }: ExternDescription): void {
    if (sort === 'type') this.types.push({ text, callable });
  }

  private readAlias(reader: ByteReader): void {
    const { sort, core } = readSort(reader);
    const start = reader.position;
    const target = reader.byte('the target of an alias');
    if (target === 0 || target === 1) {
      reader.u32('an instance');
      const name = reader.name('a name');
      if (sort === 'type') this.types.push({ text: name, callable: false });
    } else if (target === 2) {
      const outward = reader.u32('a number of enclosing scopes');
      const index = reader.u32('an index');
      if (sort === 'type') this.types.push(this.ancestor(Math.min(outward, 1_000))?.type(index) ?? UNKNOWN_TYPE);
    } else throw malformed(start, `Malformed alias 0x${target.toString(16)}`, 'a number from 0 to 2');
    if (sort === 'core' && core === undefined) throw malformed(start, 'Malformed alias', 'a core sort');
  }

  /** The type of an import or export (`externdesc`). */
  readExternDescription(reader: ByteReader): ExternDescription {
    const start = reader.position;
    const kind = reader.byte('the kind of an import or export');
    const describe = (sort: ExternDescription['sort'], type: ComponentType): ExternDescription => {
      return { sort, text: type.text, callable: type.callable, members: type.members };
    };
    switch (kind) {
      case 0x00:
        if (reader.byte('a core sort') !== 0x11) throw malformed(start, 'Malformed core import', '0x11 (module)');
        reader.u32('a type index');
        return describe('core-module', { text: 'module', callable: true });
      case 0x01:
        return describe('func', this.type(reader.u32('a type index')));
      case 0x02: {
        this.features.add('component-model-values');
        return describe('value', { text: this.readTypeUse(reader), callable: false });
      }
      case 0x03: {
        const bound = reader.byte('the bound of a type');
        if (bound === 0x00) {
          const equals = reader.u32('a type index');
          return { ...describe('type', { ...this.type(equals), callable: false }), equals };
        }
        if (bound === 0x01) return describe('type', { text: 'resource', callable: false });
        throw malformed(start, `Malformed bound of a type 0x${bound.toString(16)}`, '0 (eq) or 1 (sub resource)');
      }
      case 0x04:
        return describe('component', this.type(reader.u32('a type index')));
      case 0x05:
        return describe('instance', this.type(reader.u32('a type index')));
      default:
        throw malformed(start, `Malformed kind of an import or export 0x${kind.toString(16)}`, 'a number from 0 to 5');
    }
  }
}
