import type { Region } from './regions.ts';

/** Where a program's parts are described: how many, how far apart, and how one tells where its bytes end. */
interface Parts {
  readonly first: number;
  readonly count: number;
  readonly stride: number;
  readonly end: (part: number) => number;
}

/**
 * Where an ELF, Windows or Mach-O program ends: behind the last byte that its headers speak about. Undefined where they
 * do not fit into the region, or speak about nothing.
 */
export function executableEnd({ bytes }: Region, start: number): number | undefined {
  const program = bytes.subarray(start);
  try {
    const ends = partsOf(program).flatMap(({ first, count, stride, end }) => [
      count === 0 ? 0 : first + count * stride,
      ...Array.from({ length: count }, (_, index) => end(first + index * stride)),
    ]);
    const last = ends.reduce((most, end) => Math.max(most, end), 0);
    return last === 0 ? undefined : start + last;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function partsOf(program: Buffer): readonly Parts[] {
  if (program[0] === 0x7f) return elfParts(program);
  return program[0] === 0x4d ? windowsParts(program) : machParts(program);
}

/** Segments and sections of an ELF file, of 32 or 64 bits and of either byte order. */
function elfParts(program: Buffer): readonly Parts[] {
  const wide = program[4] === 2;
  const little = program[5] === 1;
  const short = (at: number) => (little ? program.readUInt16LE(at) : program.readUInt16BE(at));
  const word = (at: number) => (little ? program.readUInt32LE(at) : program.readUInt32BE(at));
  const long = (at: number) => Number(little ? program.readBigUInt64LE(at) : program.readBigUInt64BE(at));
  const address = wide ? long : word;
  const counts = wide ? 54 : 42;
  const held = (offset: number, size: number) => (size === 0 ? 0 : offset + size);
  return [
    {
      first: address(wide ? 32 : 28),
      stride: short(counts),
      count: short(counts + 2),
      end: (at) => held(address(at + (wide ? 8 : 4)), address(at + (wide ? 32 : 16))),
    },
    {
      first: address(wide ? 40 : 32),
      stride: short(counts + 4),
      count: short(counts + 6),
      // A section without bits (.bss) takes no place in the file.
      end: (at) => (word(at + 4) === 8 ? 0 : held(address(at + (wide ? 24 : 16)), address(at + (wide ? 32 : 20)))),
    },
  ];
}

function windowsParts(program: Buffer): readonly Parts[] {
  const head = program.readUInt32LE(0x3c);
  return [
    {
      first: head + 24 + program.readUInt16LE(head + 20),
      stride: 40,
      count: program.readUInt16LE(head + 6),
      end: (at) => program.readUInt32LE(at + 16) + program.readUInt32LE(at + 20),
    },
  ];
}

const LC_SEGMENT_64 = 0x19;
const MAX_COMMANDS = 10_000;

function machParts(program: Buffer): readonly Parts[] {
  const count = Math.min(program.readUInt32LE(16), MAX_COMMANDS);
  const parts: Parts[] = [];
  let at = 32;
  for (let index = 0; index < count; index++) {
    const size = program.readUInt32LE(at + 4);
    const end = (part: number): number =>
      program.readUInt32LE(part) === LC_SEGMENT_64
        ? Number(program.readBigUInt64LE(part + 40)) + Number(program.readBigUInt64LE(part + 48))
        : 0;
    parts.push({ first: at, count: 1, stride: size, end });
    at += size;
  }
  return parts;
}
