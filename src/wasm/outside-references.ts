import type { CoreModule } from './core-module.ts';
import { OPERATOR } from './operators.ts';
import { mayCarryFunction, valueTypeText } from './value-types.ts';

/**
 * Why function references may come in from outside, or get there, other than as entries of a table; undefined when they
 * cannot. What is converted to an external reference leaves as one that any other module can convert back. `taken` is 1
 * for each function whose reference is taken.
 */
export function outsideReferences(module: CoreModule, taken: Uint8Array): string | undefined {
  const { histogram } = module;
  if ((histogram[OPERATOR.externToAny] ?? 0) > 0) return 'external references are converted to internal ones';
  if ((histogram[OPERATOR.anyToExtern] ?? 0) > 0) return 'internal references are converted to external ones';
  const shared = sharedTable(module);
  const carries = signatures(module);
  return (
    importedGlobal(module) ??
    readTable(module, shared) ??
    importedFunction(module, carries) ??
    exportedItem(module, carries) ??
    calledThroughTable(module, shared, carries, taken) ??
    importedTag(module)
  );
}

function importedGlobal({ globals }: CoreModule): string | undefined {
  for (const [index, { value, imported }] of globals.entries()) {
    // They stand first.
    if (!imported) return undefined;
    if (mayCarryFunction(value)) return `global ${index} of type ${valueTypeText(value)} is imported`;
  }
  return undefined;
}

/** A table of functions that code outside reads and writes as well. */
function sharedTable({ imports, exports, tables }: CoreModule): string | undefined {
  const holdsFunctions = (index: number) => mayCarryFunction(tables[index]?.element ?? 0);
  let tableIndex = 0;
  for (const { module, name, type } of imports) {
    if (type.kind === 'table' && holdsFunctions(tableIndex++)) return `the table imported as ${module}.${name}`;
  }
  const exported = exports.find(({ type, index }) => type.kind === 'table' && holdsFunctions(index));
  return exported === undefined ? undefined : `the table exported as ${exported.name}`;
}

function readTable({ histogram }: CoreModule, shared: string | undefined): string | undefined {
  const read = shared !== undefined && (histogram[OPERATOR.tableGet] ?? 0) > 0;
  return read ? `${shared} is read` : undefined;
}

/** Whether values of a signature may carry functions; each type is looked into once. */
function signatures({ types }: CoreModule): (type: number) => boolean {
  const [unknown, carries, inert] = [0, 1, 2];
  const answers = new Uint8Array(types.size);
  return (type) => {
    if (answers[type] === unknown) answers[type] = types.carriesFunction(type) ? carries : inert;
    return answers[type] === carries;
  };
}

function importedFunction(module: CoreModule, carries: (type: number) => boolean): string | undefined {
  for (let index = 0; index < module.importedFunctions; index++) {
    if (!carries(module.functionTypes[index] ?? 0)) continue;
    const item = module.imports[module.functionImports[index] ?? 0];
    return `the import ${item?.module}.${item?.name} exchanges references`;
  }
  return undefined;
}

function exportedItem(module: CoreModule, carries: (type: number) => boolean): string | undefined {
  for (const { name, type, index } of module.exports) {
    if (type.kind === 'func') {
      if (carries(module.functionTypes[index] ?? 0)) return `the export ${name} exchanges references`;
    } else if (type.kind === 'global') {
      if (mayCarryFunction(module.globals[index]?.value ?? 0)) return `the global ${name} is exported`;
    } else if (type.kind === 'tag' && carries(module.tags[index] ?? 0)) return `the exception tag ${name} is exported`;
  }
  return undefined;
}

/**
 * Functions that stand in a shared table are called from outside, and those that code outside puts there from inside;
 * where a call takes or gives references, they go over. What is copied from table to table can stand in any of them.
 */
function calledThroughTable(
  { functionTypes, code }: CoreModule,
  shared: string | undefined,
  carries: (type: number) => boolean,
  taken: Uint8Array,
): string | undefined {
  if (shared === undefined) return undefined;
  const exchanged =
    code.sites.some(({ type, table }) => table >= 0 && carries(type)) ||
    functionTypes.some((type, target) => taken[target] === 1 && carries(type));
  return exchanged ? `functions in ${shared} exchange references` : undefined;
}

function importedTag({ imports }: CoreModule): string | undefined {
  for (const { module, name, type } of imports) {
    if (type.kind !== 'tag') continue;
    if (type.type.params.some((param) => param.includes('ref'))) {
      return `the exception tag ${module}.${name} is imported`;
    }
  }
  return undefined;
}
