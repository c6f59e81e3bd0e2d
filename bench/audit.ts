/**
 * What a whole audit costs: facts, reachability and every rule that reads the bytes, warm, against V8's validation. The
 * aim is one and a half times as long above 1 MB.
 */
import type { Row } from './bench.ts';
import { warmRows } from './warm.ts';

export const name = 'audit';

export async function run(): Promise<readonly Row[]> {
  return warmRows('audit');
}
