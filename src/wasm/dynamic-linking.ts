import type { Section } from '#model/module-facts';
import { isAssayError } from '#model/errors';
import { contentOf } from './custom-sections.ts';

const MAX_LIBRARIES = 1000;
const NEEDED = 2;

/** A shared library that a module asks its loader for. */
export interface NeededLibrary {
  readonly name: string;
  /** Offset in the file of the section that names it. */
  readonly offset: number;
}

/**
 * The libraries that `dylink.0` (or the older `dylink`) lists as needed: whoever loads the module loads them too. A
 * section that does not decode lists none; no loader takes it.
 */
export function neededLibraries(bytes: Uint8Array, sections: readonly Section[]): NeededLibrary[] {
  return sections.flatMap((section) => {
    if (section.custom !== 'dylink.0' && section.custom !== 'dylink') return [];
    try {
      const names = section.custom === 'dylink' ? oldNeeded(bytes, section) : newNeeded(bytes, section);
      return [...new Set(names)].map((name) => ({ name, offset: section.offset }));
    } catch (failure) {
      if (!isAssayError(failure)) throw failure;
      return [];
    }
  });
}

function newNeeded(bytes: Uint8Array, section: Section): string[] {
  const reader = contentOf(bytes, section);
  const names: string[] = [];
  while (!reader.done) {
    const id = reader.byte('a subsection id');
    const inner = reader.window(reader.u32('the size of a subsection'), 'dylink.0');
    if (id === NEEDED) names.push(...readNames(inner));
  }
  return names;
}

function oldNeeded(bytes: Uint8Array, section: Section): string[] {
  const reader = contentOf(bytes, section);
  for (const what of ['a memory size', 'a memory alignment', 'a table size', 'a table alignment']) reader.u32(what);
  return readNames(reader);
}

function readNames(reader: ReturnType<typeof contentOf>): string[] {
  const count = reader.count('libraries', 1, MAX_LIBRARIES);
  return Array.from({ length: count }, () => reader.name('the name of a library'));
}
