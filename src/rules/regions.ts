import type { ModuleFacts, Section } from '#model/module-facts';
import { type AnchorPositions, findAnchors } from './anchors.ts';

/**
 * Bytes of a module that hold data rather than code, as Latin-1 text: one character a byte, so that patterns can be
 * searched and positions map back to the file.
 */
export interface Region {
  readonly kind: 'data' | 'custom' | 'nested';
  /** Custom section's own name; `data`; or what is nested. */
  readonly name: string;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Where the anchors of anchors.ts stand in `text`; found on first use. */
  readonly anchors: AnchorPositions;
  /** Byte offset in the file of a position in `text`. */
  readonly offsetAt: (position: number) => number;
}

type Piece = ModuleFacts['data'][number];

/** Custom sections that are tables of symbols and debug data: long, regular and searched by their own rules. */
const SYMBOLIC =
  /^(?:name|producers|target_features|linking|dylink(?:\.0)?|reloc\..*|\.debug_.*|metadata\.code\..*|sourceMappingURL|external_debug_info|component-name)$/;

/**
 * Data segments (those that lie next to each other in memory joined, so that what was split is whole), custom sections
 * that are not symbol tables, and modules inside a component.
 */
export function regionsOf(bytes: Uint8Array, facts: ModuleFacts): Region[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const regions: Region[] = groupedSegments(facts).map((pieces) => dataRegion(buffer, pieces));
  for (const section of facts.sections) {
    if (section.custom === undefined || SYMBOLIC.test(section.custom)) continue;
    regions.push(flatRegion(buffer, 'custom', section.custom, section));
  }
  for (const inner of facts.nested.filter((candidate) => candidate.kind === 'module')) {
    regions.push(flatRegion(buffer, 'nested', `module at ${inner.offset}`, inner));
  }
  return regions;
}

/**
 * Active segments of one memory in the order of their addresses, and passive ones in the order of the file. Linkers
 * cut data at every run of zeros, so that a module can have a hundred thousand segments; each group is one text.
 */
function groupedSegments(facts: ModuleFacts): Piece[][] {
  const groups = new Map<number, Piece[]>();
  let known: { readonly key: number; readonly group: Piece[] } | undefined;
  for (const segment of facts.data) {
    if (segment.size === 0) continue;
    const key = addressOf(segment) === undefined ? -1 : segment.memory;
    if (known?.key !== key) {
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      known = { key, group };
    }
    known.group.push(segment);
  }
  for (const group of groups.values()) {
    // Linkers write them in order.
    let last = 0;
    const rises = group.every((piece) => {
      const before = last;
      last = addressOf(piece) ?? 0;
      return before <= last;
    });
    if (!rises) group.sort((a, b) => (addressOf(a) ?? 0) - (addressOf(b) ?? 0));
  }
  return [...groups.values()];
}

function addressOf({ mode, at }: Piece): number | undefined {
  return mode === 'active' && at !== undefined ? Number(at) : undefined;
}

/** Zeros written where segments do not touch: enough that no text joins over a gap. */
const GAP = 16;

function dataRegion(buffer: Buffer, pieces: readonly Piece[]): Region {
  const starts: number[] = [];
  let length = 0;
  let end: number | undefined;
  for (const piece of pieces) {
    const at = addressOf(piece);
    const { size } = piece;
    const gap = at === undefined || end === undefined ? GAP : Math.min(GAP, Math.max(0, at - end));
    if (starts.length > 0) length += gap;
    starts.push(length);
    length += size;
    end = at === undefined ? undefined : at + size;
  }
  const joined = Buffer.alloc(length);
  pieces.forEach(({ offset, size }, index) => {
    buffer.copy(joined, starts[index] ?? 0, offset, offset + size);
  });
  return region('data', 'data', joined, (position) => {
    const index = Math.max(
      0,
      starts.findLastIndex((start) => start <= position),
    );
    return (pieces[index]?.offset ?? 0) + position - (starts[index] ?? 0);
  });
}

function flatRegion(
  buffer: Buffer,
  kind: Region['kind'],
  name: string,
  place: Pick<Section, 'offset' | 'size'>,
): Region {
  return region(
    kind,
    name,
    buffer.subarray(place.offset, place.offset + place.size),
    (position) => place.offset + position,
  );
}

function region(kind: Region['kind'], name: string, bytes: Buffer, offsetAt: Region['offsetAt']): Region {
  let anchors: AnchorPositions | undefined;
  return {
    kind,
    name,
    text: bytes.toString('latin1'),
    bytes,
    offsetAt,
    get anchors() {
      anchors ??= findAnchors(bytes);
      return anchors;
    },
  };
}

const WIDE_RUN = 12;
const STRIDE = 16;

/** Text that stands in a region as UTF-16 (AssemblyScript, Windows and .NET strings), and where each run begins. */
export function* wideText({ bytes, text }: Region): Generator<{ text: string; position: number }> {
  const isWide = (at: number) => {
    const low = bytes[at] ?? 0;
    return low >= 0x20 && low < 0x7f && bytes[at + 1] === 0;
  };
  // Twelve characters take 24 bytes: whole ones stand at each sixteenth byte among them, or one byte further.
  for (let probe = 0; probe < bytes.length; probe += STRIDE) {
    const inside = bytes[probe + 1] === 0 ? probe : probe + 1;
    if (bytes[inside + 3] !== 0 || !isWide(inside) || !isWide(inside + 2)) continue;
    let start = inside;
    while (start >= 2 && isWide(start - 2)) start -= 2;
    let end = inside + 4;
    while (isWide(end)) end += 2;
    if (end - start >= 2 * WIDE_RUN) yield { text: text.slice(start, end).replaceAll('\0', ''), position: start };
    probe = Math.max(probe, end - (end % STRIDE));
  }
}
