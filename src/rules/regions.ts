import type { ModuleFacts, Section } from '#model/module-facts';
import type { CoreModule } from '#wasm/core-module';
import { joinPieces } from '#wasm/data-scan';
import type { DataSegments } from '#wasm/data-segments';
import type { CustomSection } from '#wasm/facts';
import { type AnchorPositions, findAnchors } from './anchors.ts';
import { lastUpTo } from './last-up-to.ts';

/**
 * Bytes of a module that hold data rather than code, as Latin-1 text: one character a byte, so that patterns can be
 * searched and positions map back to the file.
 */
export interface Region {
  readonly kind: 'data' | 'custom' | 'nested' | 'symbols' | 'names' | 'code';
  /** Custom section's own name; `data`, `code`, `import` or `export`; or what is nested. */
  readonly name: string;
  readonly text: string;
  readonly bytes: Buffer;
  /** Where the anchors of anchors.ts stand in `text`; found on first use. */
  readonly anchors: AnchorPositions;
  /** Byte offset in the file of a position in `text`. */
  readonly offsetAt: (position: number) => number;
}

/** Custom sections that are tables of symbols and debug data: long, regular and searched by their own rules. */
const SYMBOLIC =
  /^(?:name|producers|target_features|linking|dylink(?:\.0)?|reloc\..*|\.debug_.*|metadata\.code\..*|sourceMappingURL|external_debug_info|component-name)$/;

/**
 * Data segments (those that lie next to each other in memory joined, so that what was split is whole), custom sections
 * that are not symbol tables, and modules inside a component.
 */
export function regionsOf(
  bytes: Uint8Array,
  facts: ModuleFacts,
  modules: readonly CoreModule[],
  sections: readonly CustomSection[],
): Region[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const regions: Region[] = modules.flatMap(({ data }) =>
    groupedSegments(data).map((indices) => dataRegion(buffer, data, indices)),
  );
  for (const section of sections) {
    if (!SYMBOLIC.test(section.custom)) regions.push(flatRegion(buffer, 'custom', section.custom, section));
  }
  for (const inner of facts.nested.filter((candidate) => candidate.kind === 'module')) {
    regions.push(flatRegion(buffer, 'nested', `module at ${inner.offset}`, inner));
  }
  return regions;
}

/**
 * Indices of the segments of one memory in the order of their addresses, and of passive ones and those at no constant
 * address in the order of the file. Each group is one text.
 */
function groupedSegments(data: DataSegments): Uint32Array[] {
  const adrift = data.adrift();
  return [...data.placed().values(), ...(adrift.length === 0 ? [] : [adrift])];
}

/**
 * Custom sections that are tables of symbols and debug data. They are no place for text of the author's, so that only
 * what must stand nowhere is looked for in them.
 */
export function symbolRegionsOf(bytes: Uint8Array, sections: readonly CustomSection[]): Region[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return sections
    .filter(({ custom }) => SYMBOLIC.test(custom))
    .map((section) => flatRegion(buffer, 'symbols', section.custom, section));
}

/** Zeros written where segments do not touch: enough that no text joins over a gap. */
const GAP = 16;
/**
 * Linkers cut data at every run of zeros. A run up to this long is written in full, as long as all of them together
 * are no more than the data, so that what was one payload in memory is one here.
 */
const CUT = 4096;

function dataRegion(buffer: Buffer, { offsets, sizes, addresses }: DataSegments, indices: Uint32Array): Region {
  const starts = new Uint32Array(indices.length);
  const froms = new Uint32Array(indices.length);
  const lengths = new Uint32Array(indices.length);
  let length = 0;
  let cuts = 0;
  for (let at = 0; at < indices.length; at += 1) cuts += sizes[indices[at] ?? 0] ?? 0;
  let end = Number.NaN;
  for (let at = 0; at < indices.length; at += 1) {
    const index = indices[at] ?? 0;
    const address = addresses[index] ?? Number.NaN;
    const size = sizes[index] ?? 0;
    const gap = address - end;
    // Where passive segments go is for code to say: they may well be laid side by side.
    if (at > 0 && gap > 0) {
      const whole = gap <= CUT && gap <= cuts;
      if (whole) cuts -= gap;
      length += whole ? gap : Math.min(GAP, gap);
    }
    starts[at] = length;
    froms[at] = offsets[index] ?? 0;
    lengths[at] = size;
    length += size;
    end = address + size;
  }
  return regionOf('data', 'data', joinPieces(buffer, { froms, lengths, starts }, length), (position) => {
    const at = lastUpTo(starts, position);
    return (froms[at] ?? 0) + position - (starts[at] ?? 0);
  });
}

function flatRegion(
  buffer: Buffer,
  kind: Region['kind'],
  name: string,
  place: Pick<Section, 'offset' | 'size'>,
): Region {
  return regionOf(
    kind,
    name,
    buffer.subarray(place.offset, place.offset + place.size),
    (position) => place.offset + position,
  );
}

/** A region over bytes, whose text and anchors are made on first use. */
export function regionOf(kind: Region['kind'], name: string, bytes: Buffer, offsetAt: Region['offsetAt']): Region {
  let anchors: AnchorPositions | undefined;
  let text: string | undefined;
  return {
    kind,
    name,
    bytes,
    offsetAt,
    get text() {
      text ??= bytes.toString('latin1');
      return text;
    },
    get anchors() {
      anchors ??= findAnchors(bytes);
      return anchors;
    },
  };
}
