import type { Capability, CapabilityUse } from '#model/capability';
import type { AbiKind } from '#model/manifest';
import type { Import, ModuleFacts } from '#model/module-facts';
import { ASSEMBLYSCRIPT } from './host-abi/assemblyscript.ts';
import { interfaceCapabilities } from './host-abi/component-interfaces.ts';
import { emscriptenCapability } from './host-abi/emscripten.ts';
import { EXTISM, EXTISM_MODULE } from './host-abi/extism.ts';
import type { HostFunctions } from './host-abi/host-function.ts';
import { PROXY_WASM } from './host-abi/proxy-wasm.ts';
import { parseSignature, sameSignature } from './host-abi/signature.ts';
import { WAPC, WAPC_MODULE } from './host-abi/wapc.ts';
import { bindgenCapability, boundFunction, isWasmBindgen, WASM_BINDGEN_MODULE } from './host-abi/wasm-bindgen.ts';
import { WASI_PREVIEW1, WASI_PREVIEW1_MODULES, WASI_THREADS } from './host-abi/wasi-preview1.ts';
import { hostCapability } from './host-capability.ts';
import { importKey, isOfComponent } from '#model/import-key';
import { isMinified } from './import-names.ts';
import { usesCapability } from './reached-imports.ts';

const MAX_ROOTS = 20;

/**
 * The capabilities that one import stands for, by the published tables (docs/rules.md). Empty for what carries none:
 * memories, tables and globals, pure runtime functions, and names that a minifier shortened, which say nothing.
 */
export function capabilitiesOfImport(item: Import, abi: AbiKind): readonly Capability[] {
  if (isOfComponent(item)) return componentCapabilities(item);
  if (item.type.kind !== 'func') return [];
  const { module, name } = item;
  if ((WASI_PREVIEW1_MODULES as readonly string[]).includes(module)) return fromTable(WASI_PREVIEW1, module, name);
  if (module === 'wasi') return fromTable(WASI_THREADS, module, name);
  if (module === EXTISM_MODULE) return fromTable(EXTISM, module, name);
  if (module === WAPC_MODULE) return fromTable(WAPC, module, name);
  if (abi === 'wasm-bindgen' && isWasmBindgen(item)) {
    const bound = boundFunction(name);
    if (bound === undefined) return [];
    return [bindgenCapability(bound) ?? hostCapability(WASM_BINDGEN_MODULE, bound)];
  }
  if (abi === 'emscripten') {
    if (isMinified(item, abi)) return [];
    if (module === 'env') {
      const capability = emscriptenCapability(name);
      if (capability !== undefined) return capability === 'nothing' ? [] : [capability];
    }
  }
  if (module === 'env' && abi === 'proxy-wasm' && name.startsWith('proxy_')) return fromTable(PROXY_WASM, module, name);
  const script = module === 'env' ? ASSEMBLYSCRIPT[name] : undefined;
  if (script !== undefined && sameSignature(item.type.type, parseSignature(script.signature))) {
    return script.capability === undefined ? [] : [script.capability];
  }
  return isMinified(item, abi) ? [] : [hostCapability(module, name)];
}

function fromTable(table: HostFunctions, module: string, name: string): readonly Capability[] {
  const known = table[name];
  if (known === undefined) return [hostCapability(module, name)];
  return known.capability === undefined ? [] : [known.capability];
}

function componentCapabilities(item: Import): readonly Capability[] {
  if (item.type.kind === 'component-type') return [];
  const known = interfaceCapabilities(item.name);
  if (known !== undefined) return known;
  const path = item.name.replace(/@[^@]*$/, '');
  const slash = path.lastIndexOf('/');
  return [slash === -1 ? hostCapability('$root', path) : hostCapability(path.slice(0, slash), path.slice(slash + 1))];
}

/**
 * Every capability that the bytes need, each with the imports behind it and whether an export or the start function
 * can reach one of them.
 */
export function capabilityUses(facts: ModuleFacts, abi: AbiKind): CapabilityUse[] {
  const byCapability = new Map<Capability, number[]>();
  const addresses = facts.kind === 'module' ? foreignAddresses(facts) : undefined;
  for (const [index, item] of facts.imports.entries()) {
    for (const capability of capabilitiesOfImport(addresses?.get(index) ?? item, abi)) {
      const indices = byCapability.get(capability);
      if (indices === undefined) byCapability.set(capability, [index]);
      else if (indices.at(-1) !== index) indices.push(index);
    }
  }
  const rootsReaching = reachingRoots(facts);
  const uses: CapabilityUse[] = [];
  for (const [capability, indices] of byCapability) {
    const from = rootsReaching(indices);
    const imports: string[] = [];
    for (const index of indices) {
      const item = facts.imports[index];
      if (item !== undefined) imports.push(importKey(item));
    }
    // The address of a function is called through the table that the module shares with its loader.
    const reachable = from.length > 0 || indices.some((index) => addresses?.has(index) === true);
    uses.push({ capability, imports: imports.toSorted(), reachable, from });
  }
  return uses.sort((a, b) => (a.capability < b.capability ? -1 : 1));
}

/**
 * Gives for a list of imports the first MAX_ROOTS exports (and `(start)`) in alphabetical order that can reach one of
 * them. A module may have tens of thousands of exports and hundreds of imports, so each class is sorted once, if at all.
 */
function reachingRoots(facts: ModuleFacts): (imports: readonly number[]) => string[] {
  const { classes } = facts.reachability;
  const firsts = new Map<number, readonly string[]>();
  const firstOf = (group: number): readonly string[] => {
    const roots: readonly string[] = classes[group]?.roots ?? [];
    if (roots.length === 1) return roots;
    const first = firsts.get(group) ?? roots.toSorted().slice(0, MAX_ROOTS);
    firsts.set(group, first);
    return first;
  };
  const classesOf = classesByImport(facts);
  return (wanted) => {
    const [only = -1] = wanted;
    const groups = wanted.length === 1 ? classesOf(only) : [...new Set(wanted.flatMap((index) => classesOf(index)))];
    const [group] = groups;
    if (group !== undefined && groups.length === 1) return [...firstOf(group)];
    const first: string[] = [];
    for (const group of groups) mergeFirst(first, firstOf(group));
    return first;
  };
}

/**
 * Gives classes that use an import: all of them, or those whose first roots come first in alphabetical order, as many as
 * roots are kept. All of them stand in one array, since there may be as many as imports.
 */
function classesByImport(facts: ModuleFacts): (index: number) => readonly number[] {
  const { classes } = facts.reachability;
  /** For each import, where its latest entry is in `entries`, plus one; entries are a class and the entry before. */
  const heads = new Uint32Array(facts.imports.length);
  const counts = new Uint8Array(facts.imports.length);
  const entries: number[] = [];
  for (const place of inOrder(classes, facts.imports.length)) {
    const group = classes[place];
    if (group === undefined) continue;
    for (const index of group.imports) {
      if (counts[index] === MAX_ROOTS) continue;
      if (facts.kind === 'component' && !usesCapability(facts, group, index)) continue;
      const before = heads[index] ?? 0;
      heads[index] = entries.push(place, before) - 1;
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  return (index) => {
    const found: number[] = [];
    for (let at = heads[index] ?? 0; at > 0; at = entries[at] ?? 0) found.push(entries[at - 1] ?? 0);
    return found.reverse();
  };
}

/** Places of classes; by the first of their roots, where an import is reached by more of them than roots are kept. */
function inOrder(classes: ModuleFacts['reachability']['classes'], imports: number): number[] {
  const places = [...classes.keys()];
  if (classes.length <= MAX_ROOTS) return places;
  const counts = new Uint32Array(imports);
  for (const group of classes) for (const index of group.imports) counts[index] = (counts[index] ?? 0) + 1;
  if (counts.every((count) => count <= MAX_ROOTS)) return places;
  const firsts = classes.map(({ roots }) =>
    roots.reduce((least, root) => (root < least ? root : least), roots[0] ?? ''),
  );
  const byName = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0);
  return places.sort((a, b) => byName(firsts[a], firsts[b]));
}

/** Puts into `first` what comes before its last entry, or finds room; both are sorted. */
function mergeFirst(first: string[], more: readonly string[]): void {
  for (const name of more) {
    if (first.length === MAX_ROOTS && name >= (first.at(-1) ?? '')) return;
    const place = first.findIndex((known) => name < known);
    first.splice(place === -1 ? first.length : place, 0, name);
    if (first.length > MAX_ROOTS) first.pop();
  }
}

/**
 * Imports of the table address of a function (`GOT.func`, dynamic linking) that the module does not define itself, each
 * as the import of the function that it stands for.
 */
function foreignAddresses(facts: ModuleFacts): Map<number, Import> {
  const found = new Map<number, Import>();
  if (facts.imports.every((item) => item.module !== 'GOT.func')) return found;
  const own = new Set(facts.exports.filter(({ type }) => type.kind === 'func').map((item) => item.name));
  for (const [index, item] of facts.imports.entries()) {
    if (item.module !== 'GOT.func' || own.has(item.name)) continue;
    found.set(index, { ...item, module: 'env', type: { kind: 'func', type: { params: [], results: [] } } });
  }
  return found;
}

/** Every capability in the list, once, in order. */
export function capabilitiesIn(uses: readonly CapabilityUse[], only?: 'reachable'): Capability[] {
  return uses.filter((use) => only === undefined || use.reachable).map((use) => use.capability);
}
