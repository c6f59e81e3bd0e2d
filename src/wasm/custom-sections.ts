import type { ModuleFacts, Section } from '#model/module-facts';
import { isAssayError } from '#model/errors';
import { ByteReader } from './byte-reader.ts';
import type { Oddity } from './core-module.ts';
import type { FeatureSet } from './features.ts';

type Producer = ModuleFacts['producers'][number];

const LISTED_PRODUCERS = 200;
const LISTED_FEATURES = 200;
const FUNCTION_NAMES = 1;

/** A reader of a custom section's content, behind its name. */
export function contentOf(bytes: Uint8Array, section: Section): ByteReader {
  const reader = new ByteReader(
    bytes,
    section.offset,
    section.offset + section.size,
    `custom section ${section.custom}`,
  );
  reader.name('the name of a custom section');
  return reader;
}

/** What custom sections tell. Their content binds nobody, so whatever breaks in one is an oddity, never an error. */
export interface CustomFacts {
  readonly producers: Producer[];
  readonly debug: string[];
  /** Names in `target_features` that the module says it uses. */
  readonly targetFeatures: string[];
}

export function readCustomSections(
  bytes: Uint8Array,
  sections: readonly Section[],
  features: FeatureSet,
  oddities: Oddity[],
): CustomFacts {
  const producers: Producer[] = [];
  const debug = new Set<string>();
  const targetFeatures: string[] = [];
  const seen = new Set<string>();
  for (const section of sections) {
    const name = section.custom;
    if (name === undefined) continue;
    if (seen.has(name)) {
      oddities.push({
        what: 'duplicate-custom-section',
        offset: section.offset,
        detail: `${name} stands more than once`,
      });
    }
    seen.add(name);
    if (isDebug(name)) debug.add(name);
    if (name === 'dylink' || name === 'dylink.0') features.add('dylink');
    if (name === 'metadata.code.branch_hint') features.add('branch-hinting');
    if (name === 'producers') attempt(section, oddities, () => readProducers(contentOf(bytes, section), producers));
    if (name === 'target_features') {
      attempt(section, oddities, () => readTargetFeatures(contentOf(bytes, section), targetFeatures));
    }
  }
  return { producers, debug: [...debug], targetFeatures };
}

function isDebug(name: string): boolean {
  return name === 'name' || name.startsWith('.debug_') || name === 'sourceMappingURL' || name === 'external_debug_info';
}

function attempt(section: Section, oddities: Oddity[], read: () => void): void {
  try {
    read();
  } catch (failure) {
    if (!isAssayError(failure)) throw failure;
    oddities.push({
      what: 'malformed-custom-section',
      offset: failure.offset ?? section.offset,
      detail: failure.message,
    });
  }
}

/** The producers section of the tool conventions: field, then pairs of tool and version. */
function readProducers(reader: ByteReader, producers: Producer[]): void {
  const fields = reader.count('fields', 2, LISTED_PRODUCERS);
  for (let index = 0; index < fields; index++) {
    const field = reader.name('a field');
    const values = reader.count('producers', 2, LISTED_PRODUCERS);
    for (let value = 0; value < values; value++) {
      const name = reader.name('the name of a tool');
      const version = reader.name('the version of a tool');
      if (producers.length < LISTED_PRODUCERS) producers.push({ field, name, version });
    }
  }
}

const USED = 0x2b;

function readTargetFeatures(reader: ByteReader, features: string[]): void {
  const count = reader.count('features', 2, LISTED_FEATURES);
  for (let index = 0; index < count; index++) {
    const prefix = reader.byte('a prefix');
    const name = reader.name('a feature');
    if (prefix === USED) features.push(name);
  }
}

/** Names of the functions in `wanted`, as the name section gives them. The last name section counts. */
export function readFunctionNames(
  bytes: Uint8Array,
  sections: readonly Section[],
  wanted: ReadonlySet<number>,
  oddities: Oddity[],
): Map<number, string> {
  const names = new Map<number, string>();
  const section = sections.findLast((candidate) => candidate.custom === 'name');
  if (section === undefined || wanted.size === 0) return names;
  attempt(section, oddities, () => {
    const reader = contentOf(bytes, section);
    while (!reader.done) {
      const id = reader.byte('a subsection id');
      const inner = reader.window(reader.u32('the size of a subsection'), 'name section');
      if (id !== FUNCTION_NAMES) continue;
      const count = inner.count('names', 2, Number.MAX_SAFE_INTEGER);
      for (let index = 0; index < count; index++) {
        const target = inner.u32('a function index');
        if (wanted.has(target)) names.set(target, inner.name('the name of a function'));
        else inner.skip(inner.u32('the length of a name'), 'the name of a function');
      }
      inner.finish();
    }
  });
  return names;
}
