import type { ByteReader } from './byte-reader.ts';
import type { ComponentDefinitions, CoreArgument, NamedItem } from './component-definitions.ts';
import type { ComponentIndexSpaces } from './component-index-spaces.ts';
import { readExternName } from './component-names.ts';
import { type CoreSort, readCoreSort, readSort, type Sort } from './component-sorts.ts';
import { type ExternDescription, UNKNOWN_TYPE, withMembers } from './component-types.ts';
import { readEach } from './component-vectors.ts';
import { malformed } from './failures.ts';
import { LIMITS } from './limits.ts';

/** A core instance: of a module, or put together from items. */
export function readCoreInstance(reader: ByteReader, definitions: ComponentDefinitions): void {
  const start = reader.position;
  const form = reader.byte('the form of a core instance');
  if (form === 0) {
    const module = reader.u32('a module');
    const args: CoreArgument[] = [];
    readEach(reader, 'arguments', () => {
      const name = reader.name('the name of an argument');
      const at = reader.position;
      if (reader.byte('a sort') !== 0x12) throw malformed(at, 'Malformed argument', '0x12 (instance)');
      const instance = reader.u32('an instance');
      if (args.length <= LIMITS.recordedDefinitions) args.push({ name, instance });
    });
    definitions.add({ kind: 'core-instance', module, args }, args.length);
  } else if (form === 1) {
    const items: NamedItem[] = [];
    readEach(reader, 'exports', () => {
      const name = reader.name('the name of an export');
      const core = readCoreSort(reader);
      const index = reader.u32('an index');
      if (items.length <= LIMITS.recordedDefinitions) items.push({ name, sort: 'core', core, index });
    });
    definitions.add({ kind: 'core-exports', items }, items.length);
  } else throw malformed(start, `Malformed core instance 0x${form.toString(16)}`, '0 or 1');
}

/** An instance, of a component or put together from items; it joins the instances of `spaces`. */
export function readInstance(
  reader: ByteReader,
  spaces: ComponentIndexSpaces,
  definitions: ComponentDefinitions,
): void {
  const items: NamedItem[] = [];
  const item = (name: string, sort: Sort, core: CoreSort | undefined, index: number) => {
    if (items.length <= LIMITS.recordedDefinitions) items.push({ name, sort, core, index });
  };
  const start = reader.position;
  const form = reader.byte('the form of an instance');
  if (form === 0) {
    const index = reader.u32('a component');
    const component = spaces.item(spaces.components, index);
    readEach(reader, 'arguments', () => {
      const name = reader.name('the name of an argument');
      const { sort, core } = readSort(reader);
      item(name, sort, core, reader.u32('an index'));
    });
    definitions.add({ kind: 'instance', component: index, args: items }, items.length);
    spaces.addInstance({ ...component, text: 'instance' }, start);
  } else if (form === 1) {
    const members = new Map<string, ExternDescription>();
    readEach(reader, 'exports', () => {
      const name = readExternName(reader, spaces.scope.features);
      const { sort, core } = readSort(reader);
      const index = reader.u32('an index');
      const described = spaces.describe(sort, index);
      item(name, sort, core, index);
      if (members.size < LIMITS.instanceMembers) members.set(name, described);
    });
    definitions.add({ kind: 'exports', items }, items.length);
    spaces.addInstance(withMembers('instance', members), start);
  } else throw malformed(start, `Malformed instance 0x${form.toString(16)}`, '0 or 1');
}

const OUTER_SORTS: ReadonlySet<Sort> = new Set(['type', 'component']);
const OUTER_CORE_SORTS: ReadonlySet<CoreSort> = new Set(['type', 'module']);

/** An alias of an instance's export or of an item further out; it joins the space of its sort. */
export function readAlias(reader: ByteReader, spaces: ComponentIndexSpaces, definitions: ComponentDefinitions): void {
  const at = reader.position;
  const { sort, core } = readSort(reader);
  const start = reader.position;
  const target = reader.byte('the target of an alias');
  if (target === 2 && !(core === undefined ? OUTER_SORTS.has(sort) : OUTER_CORE_SORTS.has(core))) {
    throw malformed(at, `Malformed sort of an outer alias: ${core ?? sort}`, 'a type, component or core module');
  }
  if (target === 0) {
    const index = reader.u32('an instance');
    const instance = spaces.item(spaces.instances, index);
    const name = reader.name('a name');
    definitions.add({ kind: 'alias', of: { sort, core }, instance: index, name });
    const member = instance.members?.get(name);
    const kind = sort === 'core' ? 'core-module' : sort;
    spaces.enter({ ...(member ?? { text: name, callable: true, members: undefined }), sort: kind }, at);
  } else if (target === 1) {
    const instance = reader.u32('a core instance');
    definitions.add({ kind: 'core-alias', of: core, instance, name: reader.name('a name') });
  } else if (target === 2) {
    const outward = reader.u32('a number of enclosing components');
    const index = reader.u32('an index');
    definitions.add({ kind: 'outer-alias', of: { sort, core }, outward, index });
    const type = spaces.adrift ? undefined : spaces.scope.ancestor(Math.min(outward, 1_000))?.type(index);
    if (sort === 'type') spaces.scope.types.push(type ?? UNKNOWN_TYPE);
    else if (sort === 'component') spaces.components.push(UNKNOWN_TYPE);
  } else throw malformed(start, `Malformed alias 0x${target.toString(16)}`, 'a number from 0 to 2');
}
