import type { ByteReader } from './byte-reader.ts';
import { LIMITS } from './limits.ts';

/** A vector of a component: its length, then `read` for each item. `what` names the items in errors. */
export function readEach(reader: ByteReader, what: string, read: () => void): void {
  const count = reader.count(what, 1, LIMITS.componentItems);
  for (let index = 0; index < count; index++) read();
}
