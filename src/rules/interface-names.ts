import type { ModuleFacts } from '#model/module-facts';
import type { CoreModule } from '#wasm/core-module';
import { findAnchors } from './anchors.ts';
import { regionOf, type Region } from './regions.ts';

type Interface = Pick<ModuleFacts, 'sections' | 'imports' | 'exports'>;

/**
 * What modules and components call their imports and exports, as text with a zero between names: in the file the length
 * of a name stands before it, and may look like a letter of it. Only of sections in which something may stand that is
 * searched for.
 */
export function interfaceNames(bytes: Uint8Array, facts: ModuleFacts, modules: readonly CoreModule[]): Region[] {
  const inner = facts.kind === 'component' ? modules : [];
  return [facts, ...inner].flatMap((unit: Interface) =>
    unit.sections.flatMap(({ name, offset, size }) => {
      if (name !== 'import' && name !== 'export') return [];
      const section = Buffer.from(bytes.buffer, bytes.byteOffset + offset, size);
      if (findAnchors(section).size === 0) return [];
      const names = name === 'export' ? unit.exports.map((item) => item.name) : unit.imports.flatMap(namesOf);
      const text = Buffer.from(names.join('\0'));
      return [regionOf('names', name, text, (position) => offset + Math.max(0, placeIn(section, text, position)))];
    }),
  );
}

function namesOf({ module, name }: ModuleFacts['imports'][number]): string[] {
  return [module, name];
}

/** Where the name that stands at a position of the text stands first in the section. */
function placeIn(section: Buffer, text: Buffer, position: number): number {
  const start = text.lastIndexOf(0, position) + 1;
  const end = text.indexOf(0, position);
  return section.indexOf(text.subarray(start, end === -1 ? text.length : end)) + position - start;
}
