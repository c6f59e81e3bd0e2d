import type { CoreModule } from './core-module.ts';
import { OPERATOR } from './operators.ts';
import { mayCarryFunction, valueTypeText } from './value-types.ts';

/** Why function references may come in from outside other than through a table; undefined when they cannot. */
export function outsideReferences(module: CoreModule): string | undefined {
  if ((module.histogram[OPERATOR.externToAny] ?? 0) > 0) return 'external references are converted to internal ones';
  return (
    importedGlobal(module) ??
    readTable(module) ??
    importedFunction(module) ??
    exportedItem(module) ??
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

/** A table of functions that code outside may write as well, where one is read. */
function readTable({ histogram, imports, exports, tables }: CoreModule): string | undefined {
  if ((histogram[OPERATOR.tableGet] ?? 0) === 0) return undefined;
  const holdsFunctions = (index: number) => mayCarryFunction(tables[index]?.element ?? 0);
  let tableIndex = 0;
  for (const { module, name, type } of imports) {
    if (type.kind === 'table' && holdsFunctions(tableIndex++)) return `the table imported as ${module}.${name} is read`;
  }
  const exported = exports.find(({ type, index }) => type.kind === 'table' && holdsFunctions(index));
  return exported === undefined ? undefined : `the table exported as ${exported.name} is read`;
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

function importedFunction(module: CoreModule): string | undefined {
  const carries = signatures(module);
  for (let index = 0; index < module.importedFunctions; index++) {
    if (!carries(module.functionTypes[index] ?? 0)) continue;
    const item = module.imports[module.functionImports[index] ?? 0];
    return `the import ${item?.module}.${item?.name} exchanges references`;
  }
  return undefined;
}

function exportedItem(module: CoreModule): string | undefined {
  const carries = signatures(module);
  for (const { name, type, index } of module.exports) {
    if (type.kind === 'func') {
      if (carries(module.functionTypes[index] ?? 0)) return `the export ${name} exchanges references`;
    } else if (type.kind === 'global') {
      if (mayCarryFunction(module.globals[index]?.value ?? 0)) return `the global ${name} is exported`;
    } else if (type.kind === 'tag' && carries(module.tags[index] ?? 0)) return `the exception tag ${name} is exported`;
  }
  return undefined;
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
