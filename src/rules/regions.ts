import type { ModuleFacts, Section } from '#model/module-facts';

/**
 * Bytes of a module that hold data rather than code, as Latin-1 text: one character a byte, so that patterns can be
 * searched and positions map back to the file.
 */
export interface Region {
  readonly kind: 'data' | 'custom' | 'nested';
  /** Custom section's own name; `data`; or what is nested. */
  readonly name: string;
  readonly text: string;
  /** Byte offset in the file of a position in `text`. */
  readonly offsetAt: (position: number) => number;
}

interface Piece {
  readonly at: number | undefined;
  readonly offset: number;
  readonly size: number;
}

/** Custom sections that are tables of symbols and debug data: long, regular and searched by their own rules. */
const SYMBOLIC =
  /^(?:name|producers|target_features|linking|dylink(?:\.0)?|reloc\..*|\.debug_.*|metadata\.code\..*|sourceMappingURL|external_debug_info|component-name)$/;

/**
 * Data segments (those that lie next to each other in memory joined, so that what was split is whole), custom sections
 * that are not symbol tables, and modules inside a component.
 */
export function regionsOf(bytes: Uint8Array, facts: ModuleFacts): Region[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const regions: Region[] = joinedSegments(facts).map((pieces) => dataRegion(buffer, pieces));
  for (const section of facts.sections) {
    if (section.custom === undefined || SYMBOLIC.test(section.custom)) continue;
    regions.push(flatRegion(buffer, 'custom', section.custom, section));
  }
  for (const inner of facts.nested.filter((candidate) => candidate.kind === 'module')) {
    regions.push(flatRegion(buffer, 'nested', `module at ${inner.offset}`, inner));
  }
  return regions;
}

function joinedSegments(facts: ModuleFacts): Piece[][] {
  const pieces = facts.data.map((segment): Piece & { memory: number } => ({
    at: segment.mode === 'active' && segment.at !== undefined ? Number(segment.at) : undefined,
    offset: segment.offset,
    size: segment.size,
    memory: segment.memory,
  }));
  const placed = pieces
    .filter((piece) => piece.at !== undefined && piece.size > 0)
    .toSorted((a, b) => a.memory - b.memory || (a.at ?? 0) - (b.at ?? 0));
  const groups: Piece[][] = pieces.filter((piece) => piece.at === undefined && piece.size > 0).map((piece) => [piece]);
  let last: (Piece & { memory: number }) | undefined;
  for (const piece of placed) {
    if (last !== undefined && last.memory === piece.memory && (last.at ?? 0) + last.size === piece.at)
      groups.at(-1)?.push(piece);
    else groups.push([piece]);
    last = piece;
  }
  return groups;
}

function dataRegion(buffer: Buffer, pieces: readonly Piece[]): Region {
  const starts: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    starts.push(length);
    length += piece.size;
  }
  const text = pieces.map((piece) => buffer.toString('latin1', piece.offset, piece.offset + piece.size)).join('');
  return {
    kind: 'data',
    name: 'data',
    text,
    offsetAt: (position) => {
      const index = Math.max(
        0,
        starts.findLastIndex((start) => start <= position),
      );
      return (pieces[index]?.offset ?? 0) + position - (starts[index] ?? 0);
    },
  };
}

function flatRegion(
  buffer: Buffer,
  kind: Region['kind'],
  name: string,
  place: Pick<Section, 'offset' | 'size'>,
): Region {
  return {
    kind,
    name,
    text: buffer.toString('latin1', place.offset, place.offset + place.size),
    offsetAt: (position) => place.offset + position,
  };
}

/** Text that stands in a region as UTF-16 (AssemblyScript, Windows and .NET strings), and where each run begins. */
export function* wideText(region: Region): Generator<{ text: string; position: number }> {
  for (const match of region.text.matchAll(/(?:[\x20-\x7E]\x00){12,}/g)) {
    yield { text: match[0].replaceAll('\0', ''), position: match.index };
  }
}
