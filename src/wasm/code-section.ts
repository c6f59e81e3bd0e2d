import type { ByteReader } from './byte-reader.ts';
import { CodeFacts } from './code-facts.ts';
import type { CoreIndexSpaces } from './core-index-spaces.ts';
import { malformed, overLimit } from './failures.ts';
import type { InstructionWalk } from './function-body.ts';
import { beginKernelWalk } from './instruction-kernel.ts';
import { LIMITS } from './limits.ts';

/** Bytes of code from which on starting the kernel is cheaper than doing without. */
const KERNEL_PAYS = 4096;

/** `never` leaves every body to the reference walk, which tests compare the kernel with. */
export type KernelUse = 'where it pays' | 'never';

/** Reads a code section (section 5.5.13) of a module whose functions are all declared; `fileSize` bounds the work. */
export function readCodeSection(
  reader: ByteReader,
  spaces: CoreIndexSpaces,
  definedFunctions: number,
  fileSize: number,
  kernelUse: KernelUse,
): CodeFacts {
  const start = reader.position;
  const count = reader.count('function bodies', 1, LIMITS.functions);
  checkBodyCount(start, definedFunctions, count);
  const code = emptyCode(spaces, count, fileSize);
  const walk = spaces.codeWalk();
  const reference = () => readBody(reader, walk, code);
  const pays = kernelUse !== 'never' && reader.remaining >= KERNEL_PAYS;
  const kernel = pays ? beginKernelWalk({ bytes: reader.bytes, sizes: spaces.sizes(), code, reference }) : undefined;
  for (let index = 0; index < count; index++) {
    if (kernel !== undefined) {
      index += kernel.walk(reader, count - index);
      if (index >= count) break;
    }
    reference();
  }
  kernel?.finish(walk);
  code.orderWideConstants();
  return code;
}

/** The facts of a module that has no code section. Throws where it should have one. */
export function withoutCodeSection(
  offset: number,
  spaces: CoreIndexSpaces,
  definedFunctions: number,
  fileSize: number,
): CodeFacts {
  checkBodyCount(offset, definedFunctions, 0);
  return emptyCode(spaces, 0, fileSize);
}

/** One body, by the reference walk. */
function readBody(reader: ByteReader, walk: InstructionWalk, code: CodeFacts): void {
  const at = reader.position;
  const size = reader.u32('the size of a function body');
  if (size > LIMITS.functionBytes && size <= reader.remaining) {
    throw overLimit(at, `A function of ${size} bytes`, LIMITS.functionBytes);
  }
  const offset = reader.position;
  const body = reader.window(size, 'function body');
  body.onPadded = undefined;
  walk.body(body);
  code.add(offset, size, walk, walk.trace, 0, walk.trace.length);
  code.addWideConstants(walk.wideConstants);
}

function emptyCode({ functions, types, tags }: CoreIndexSpaces, bodies: number, fileSize: number): CodeFacts {
  let tagWeight = 0;
  for (const tag of tags) tagWeight = Math.max(tagWeight, types.weights[tag] ?? 0);
  return new CodeFacts(bodies, functions.all(), types, tagWeight, fileSize);
}

function checkBodyCount(offset: number, functions: number, bodies: number): void {
  if (functions === bodies) return;
  throw malformed(
    offset,
    `Function and code section have inconsistent lengths: ${functions} functions, ${bodies} bodies`,
    'a body for every function',
  );
}
