import { ByteReader } from './byte-reader.ts';
import type { CoreModule } from './core-module.ts';
import { OPERATOR } from './operators.ts';

/**
 * Where a function does nothing but hand its parameters to the table entry at a constant index, as linkers write them
 * for functions that they can fill in only later: the table and that index. Undefined for every other function.
 */
export function constantCall(module: CoreModule, index: number): { table: number; slot: number } | undefined {
  const body = index - module.importedFunctions;
  const start = module.code.offsets[body];
  if (start === undefined || (module.code.calls[body] ?? 0) > 0) return undefined;
  const reader = new ByteReader(module.bytes, start, start + (module.code.sizes[body] ?? 0), 'code section');
  if (reader.u32('the number of local groups') !== 0) return undefined;
  while (reader.peek() === OPERATOR.localGet) {
    reader.position++;
    reader.u32('a local');
  }
  if (reader.peek() !== OPERATOR.i32Const) return undefined;
  reader.position++;
  const slot = reader.s32('a constant') >>> 0;
  if (reader.peek() !== OPERATOR.callIndirect) return undefined;
  reader.position++;
  reader.u32('a type');
  const table = reader.u32('a table');
  return reader.peek() === OPERATOR.end && reader.remaining === 1 ? { table, slot } : undefined;
}
