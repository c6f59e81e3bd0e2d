import type { Export, ExternType, Import, Section } from '#model/module-facts';
import { ByteReader } from './byte-reader.ts';
import {
  type ComponentType,
  type ExternDescription,
  NotUnderstood,
  readExternName,
  readSort,
  skipCoreType,
  type Sort,
  TypeScope,
  UNKNOWN_TYPE,
} from './component-types.ts';
import { type CoreModule, decodeCoreModule, type Oddity } from './core-module.ts';
import { malformed, notWebAssembly, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { LIMITS } from './limits.ts';

const SECTION_NAMES = [
  'custom',
  'core module',
  'core instance',
  'core type',
  'component',
  'instance',
  'alias',
  'type',
  'canon',
  'start',
  'import',
  'export',
  'value',
];

const SECTION = {
  custom: 0,
  coreModule: 1,
  coreInstance: 2,
  coreType: 3,
  component: 4,
  instance: 5,
  alias: 6,
  type: 7,
  canon: 8,
  start: 9,
  import: 10,
  export: 11,
  value: 12,
} as const;

/** Sections without which imports or exports would be missed; what is not understood there is an error. */
const ESSENTIAL: ReadonlySet<number> = new Set([SECTION.import, SECTION.export]);

export interface Nested {
  readonly kind: 'module' | 'component';
  readonly offset: number;
  readonly size: number;
  readonly depth: number;
}

/** A component as the file says it. Imports and exports are those of the outermost one. */
export interface Component {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly imports: readonly (Import & { readonly callable: boolean })[];
  readonly exports: readonly Export[];
  readonly features: FeatureSet;
  /** Core modules at any depth, in file order. */
  readonly modules: readonly CoreModule[];
  readonly nested: readonly Nested[];
  readonly hasStart: boolean;
  readonly oddities: readonly Oddity[];
}

/** What all levels of one file share. */
interface Shared {
  readonly features: FeatureSet;
  readonly modules: CoreModule[];
  readonly nested: Nested[];
  readonly oddities: Oddity[];
  sections: number;
}

/** Whether the eight leading bytes are those of a component. */
export function looksLikeComponent(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((byte, index) => bytes[index] === byte) && bytes[6] === 1 && bytes[7] === 0;
}

export function decodeComponent(bytes: Uint8Array): Component {
  if (bytes.length > LIMITS.moduleBytes) throw overLimit(0, `${bytes.length} bytes`, LIMITS.moduleBytes);
  const shared: Shared = {
    features: new Set(['component-model']),
    modules: [],
    nested: [],
    oddities: [],
    sections: 0,
  };
  const reader = new ComponentReader(bytes, 0, bytes.length, shared, undefined, 0);
  reader.read();
  return {
    bytes,
    ...shared,
    sections: reader.sections,
    imports: reader.imports,
    exports: reader.exports,
    hasStart: reader.hasStart,
  };
}

class ComponentReader {
  readonly sections: Section[] = [];
  readonly imports: (Import & { readonly callable: boolean })[] = [];
  readonly exports: Export[] = [];
  hasStart = false;

  private readonly bytes: Uint8Array;
  private readonly start: number;
  private readonly end: number;
  private readonly shared: Shared;
  private readonly scope: TypeScope;
  private readonly depth: number;
  private readonly functions: ComponentType[] = [];
  private readonly instances: ComponentType[] = [];
  private readonly components: ComponentType[] = [];
  /** Set once something was skipped, after which indices may be off and types are not looked up any more. */
  private adrift = false;

  constructor(
    bytes: Uint8Array,
    start: number,
    end: number,
    shared: Shared,
    outer: TypeScope | undefined,
    depth: number,
  ) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.shared = shared;
    this.scope = new TypeScope(shared.features, outer);
    this.depth = depth;
  }

  read(): void {
    const reader = new ByteReader(this.bytes, this.start, this.end, 'component');
    this.preamble(reader);
    while (!reader.done) this.section(reader);
  }

  private preamble(reader: ByteReader): void {
    const expected = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
    for (const [index, byte] of expected.entries()) {
      if (reader.remaining > 0 && reader.peek() === byte) {
        reader.position++;
        continue;
      }
      throw notWebAssembly(this.start + index, index < 4 ? 'Magic header not detected' : 'Unknown component version');
    }
  }

  private section(reader: ByteReader): void {
    const at = reader.position;
    const id = reader.byte('a section id');
    const name = SECTION_NAMES[id];
    if (name === undefined) throw malformed(at, `Malformed section id ${id}`, 'a section id from 0 to 12');
    const size = reader.u32('the size of a section');
    const offset = reader.position;
    const inner = reader.window(size, `${name} section`);
    if (++this.shared.sections > LIMITS.componentSections) {
      throw overLimit(at, 'Too many sections', LIMITS.componentSections);
    }
    if (id === SECTION.custom) {
      const custom = inner.name('the name of a custom section');
      if (this.sections.length < LIMITS.sections) this.sections.push({ id, name, custom, offset, size });
      return;
    }
    if (this.sections.length < LIMITS.sections) this.sections.push({ id, name, offset, size });
    try {
      this.known(id, inner);
      inner.finish();
    } catch (failure) {
      if (!(failure instanceof NotUnderstood)) throw failure;
      if (ESSENTIAL.has(id)) {
        throw malformed(failure.offset, `The ${name} section has ${failure.message}`, 'a construct that is known');
      }
      this.adrift = true;
      this.shared.oddities.push({
        what: 'not-understood',
        offset: failure.offset,
        detail: `${name}: ${failure.message}`,
      });
    }
  }

  private known(id: number, reader: ByteReader): void {
    switch (id) {
      case SECTION.coreModule:
        this.addModule(reader);
        return;
      case SECTION.component:
        this.addComponent(reader);
        return;
      case SECTION.coreInstance:
        return this.each(reader, 'core instances', () => this.coreInstance(reader));
      case SECTION.coreType:
        return this.each(reader, 'core types', () => skipCoreType(reader, this.shared.features, 0));
      case SECTION.instance:
        return this.each(reader, 'instances', () => this.instance(reader));
      case SECTION.alias:
        return this.each(reader, 'aliases', () => this.alias(reader));
      case SECTION.type:
        return this.each(reader, 'types', () => this.scope.types.push(this.scope.readDefinedType(reader)));
      case SECTION.import:
        return this.interface(reader, this.imports, () => this.import(reader));
      case SECTION.export:
        return this.interface(reader, this.exports, () => this.export(reader));
      case SECTION.canon:
        return this.each(reader, 'canonical functions', () => this.canon(reader));
      case SECTION.start:
        this.hasStart = true;
        reader.position = reader.end;
        return;
      case SECTION.value:
        this.shared.features.add('component-model-values');
        reader.position = reader.end;
        return;
    }
  }

  private each(reader: ByteReader, what: string, read: () => void): void {
    const count = reader.count(what, 1, LIMITS.componentItems);
    for (let index = 0; index < count; index++) read();
  }

  private interface(reader: ByteReader, items: readonly unknown[], read: () => void): void {
    this.each(reader, 'imports or exports', () => {
      if (items.length >= LIMITS.componentInterface) {
        throw overLimit(reader.position, 'Too many imports or exports of a component', LIMITS.componentInterface);
      }
      read();
    });
  }

  private nest(kind: Nested['kind'], reader: ByteReader): void {
    if (this.depth >= LIMITS.nestingDepth) {
      throw overLimit(this.start, 'Modules and components inside each other', LIMITS.nestingDepth);
    }
    if (this.shared.nested.length >= LIMITS.nestedModules) {
      throw overLimit(reader.position, 'Too many modules and components in one file', LIMITS.nestedModules);
    }
    this.shared.nested.push({ kind, offset: reader.position, size: reader.remaining, depth: this.depth + 1 });
  }

  private addModule(reader: ByteReader): void {
    this.nest('module', reader);
    const module = decodeCoreModule(this.bytes, reader.position, reader.end);
    this.shared.modules.push(module);
    for (const feature of module.features) this.shared.features.add(feature);
    reader.position = reader.end;
  }

  private addComponent(reader: ByteReader): void {
    this.nest('component', reader);
    const inner = new ComponentReader(this.bytes, reader.position, reader.end, this.shared, this.scope, this.depth + 1);
    inner.read();
    const members = new Map<string, ExternDescription>();
    for (const { name, type } of inner.exports) {
      members.set(name, {
        sort: 'func',
        text: 'text' in type ? (type.text ?? '_') : '_',
        callable: true,
        members: undefined,
      });
    }
    this.components.push({ text: 'component', callable: true, members });
    reader.position = reader.end;
  }

  private coreInstance(reader: ByteReader): void {
    const start = reader.position;
    const form = reader.byte('the form of a core instance');
    if (form === 0) {
      reader.u32('a module');
      this.each(reader, 'arguments', () => {
        reader.name('the name of an argument');
        const at = reader.position;
        if (reader.byte('a sort') !== 0x12) throw malformed(at, 'Malformed argument', '0x12 (instance)');
        reader.u32('an instance');
      });
    } else if (form === 1) {
      this.each(reader, 'exports', () => {
        reader.name('the name of an export');
        reader.byte('a core sort');
        reader.u32('an index');
      });
    } else throw malformed(start, `Malformed core instance 0x${form.toString(16)}`, '0 or 1');
  }

  private instance(reader: ByteReader): void {
    const start = reader.position;
    const form = reader.byte('the form of an instance');
    if (form === 0) {
      const component = this.item(this.components, reader.u32('a component'));
      this.each(reader, 'arguments', () => {
        reader.name('the name of an argument');
        readSort(reader);
        reader.u32('an index');
      });
      this.instances.push({ ...component, text: 'instance' });
    } else if (form === 1) {
      const members = new Map<string, ExternDescription>();
      this.each(reader, 'exports', () => {
        const name = readExternName(reader);
        const { sort } = readSort(reader);
        const described = this.describe(sort, reader.u32('an index'));
        if (members.size < LIMITS.instanceMembers) members.set(name, described);
      });
      const parts = [...members].slice(0, 20).map(([name, { text }]) => `${name}: ${text}`);
      const callable = [...members.values()].some((member) => member.callable);
      this.instances.push({ text: `instance { ${parts.join('; ')} }`.slice(0, 400), callable, members });
    } else throw malformed(start, `Malformed instance 0x${form.toString(16)}`, '0 or 1');
  }

  private item(space: readonly ComponentType[], index: number): ComponentType {
    return this.adrift ? UNKNOWN_TYPE : (space[index] ?? UNKNOWN_TYPE);
  }

  private describe(sort: Sort, index: number): ExternDescription {
    const spaces: Partial<Record<Sort, readonly ComponentType[]>> = {
      func: this.functions,
      type: this.scope.types,
      component: this.components,
      instance: this.instances,
    };
    const { text, callable, members } = this.item(spaces[sort] ?? [], index);
    return { sort: sort === 'core' ? 'core-module' : sort, text, callable: sort !== 'type' && callable, members };
  }

  private enter({ sort, text, callable, members }: ExternDescription): void {
    const type: ComponentType = members === undefined ? { text, callable } : { text, callable, members };
    if (sort === 'func') this.functions.push(type);
    else if (sort === 'type') this.scope.types.push(type);
    else if (sort === 'component') this.components.push(type);
    else if (sort === 'instance') this.instances.push(type);
  }

  private alias(reader: ByteReader): void {
    const { sort } = readSort(reader);
    const start = reader.position;
    const target = reader.byte('the target of an alias');
    if (target === 0) {
      const instance = this.item(this.instances, reader.u32('an instance'));
      const name = reader.name('a name');
      const member = instance.members?.get(name);
      const kind = sort === 'core' ? 'core-module' : sort;
      this.enter({ ...(member ?? { text: name, callable: true, members: undefined }), sort: kind });
    } else if (target === 1) {
      reader.u32('a core instance');
      reader.name('a name');
    } else if (target === 2) {
      const outward = reader.u32('a number of enclosing components');
      const index = reader.u32('an index');
      const type = this.adrift ? undefined : this.scope.ancestor(Math.min(outward, 1_000))?.type(index);
      if (sort === 'type') this.scope.types.push(type ?? UNKNOWN_TYPE);
      else if (sort === 'component') this.components.push(UNKNOWN_TYPE);
    } else throw malformed(start, `Malformed alias 0x${target.toString(16)}`, 'a number from 0 to 2');
  }

  private import(reader: ByteReader): void {
    const offset = reader.position;
    const name = readExternName(reader);
    const description = this.scope.readExternDescription(reader);
    const known = this.adrift ? { ...description, text: '_', callable: true } : description;
    this.enter(known);
    this.imports.push({ module: '', name, type: externType(known), offset, callable: known.callable });
  }

  private export(reader: ByteReader): void {
    const offset = reader.position;
    const name = readExternName(reader);
    const { sort } = readSort(reader);
    const index = reader.u32('an index');
    const own = this.describe(sort, index);
    const at = reader.position;
    const ascribed = reader.byte('0 or 1');
    if (ascribed > 1) throw malformed(at, `Malformed option 0x${ascribed.toString(16)}`, '0 or 1');
    const described = ascribed === 1 ? this.scope.readExternDescription(reader) : own;
    this.enter(described);
    this.exports.push({ name, type: externType(described), index, offset });
  }

  /** Only lifted functions join an index space that facts look at; the rest of the section is the validator's. */
  private canon(reader: ByteReader): void {
    const start = reader.position;
    const kind = reader.byte('a canonical function');
    if (kind === 0x00 || kind === 0x01) {
      if (reader.byte('a zero byte') !== 0) throw malformed(start, 'Malformed canonical function', 'a zero byte');
      reader.u32('a function');
      this.each(reader, 'options', () => this.canonOption(reader));
      if (kind === 0x00) this.functions.push(this.item(this.scope.types, reader.u32('a type index')));
      return;
    }
    if (kind >= 0x02 && kind <= 0x04) {
      reader.u32('a type index');
      return;
    }
    this.shared.features.add('component-model-async');
    this.asyncBuiltin(reader, kind, start);
  }

  private asyncBuiltin(reader: ByteReader, kind: number, start: number): void {
    if (kind === 0x05 || kind === 0x0d || kind === 0x1e || kind === 0x1f || (kind >= 0x22 && kind <= 0x26)) return;
    if (
      kind === 0x07 ||
      kind === 0x0e ||
      kind === 0x13 ||
      kind === 0x14 ||
      kind === 0x15 ||
      kind === 0x1a ||
      kind === 0x1b
    ) {
      reader.u32('a type index');
      return;
    }
    if (kind === 0x0a || kind === 0x0b) {
      reader.byte('a type');
      reader.u32('a slot');
      return;
    }
    if (kind === 0x06 || kind === 0x0c) {
      reader.byte('a flag');
      return;
    }
    if (kind === 0x0f || kind === 0x10 || kind === 0x16 || kind === 0x17) {
      reader.u32('a type index');
      this.each(reader, 'options', () => this.canonOption(reader));
      return;
    }
    if (kind === 0x11 || kind === 0x12 || kind === 0x18 || kind === 0x19) {
      reader.u32('a type index');
      reader.byte('a flag');
      return;
    }
    if (kind === 0x09) {
      if (reader.byte('the form of a result') === 0) this.scope.readTypeUse(reader);
      else reader.byte('a zero byte');
      this.each(reader, 'options', () => this.canonOption(reader));
      return;
    }
    if (kind === 0x1c || kind === 0x1d) {
      this.each(reader, 'options', () => this.canonOption(reader));
      return;
    }
    if (kind === 0x20 || kind === 0x21) {
      reader.byte('a flag');
      reader.u32('a memory');
      return;
    }
    throw new NotUnderstood(`a canonical function 0x${kind.toString(16)}`, start);
  }

  private canonOption(reader: ByteReader): void {
    const start = reader.position;
    const kind = reader.byte('an option');
    if (kind <= 0x02 || kind === 0x06) return;
    if (kind <= 0x08) {
      reader.u32('an index');
      return;
    }
    throw new NotUnderstood(`a canonical option 0x${kind.toString(16)}`, start);
  }
}

function externType({ sort, text }: ExternDescription): ExternType {
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
