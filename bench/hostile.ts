/**
 * What hostile files cost: processor time and memory of a whole audit in a process of its own, for every bomb of
 * test/wasm/bombs at about 6 MB. The aim is 50 ms a megabyte beside an audit of an empty module or component, and
 * 200 MB with four times the file. Files that the limits keep below a megabyte are held to what one would cost.
 */
import { component, module } from '../test/binary.ts';
import { BOMBS } from '../test/wasm/bombs/catalogue.ts';
import { auditInChild } from '../test/wasm/bombs/run-child.ts';
import type { Row } from './bench.ts';

export const name = 'hostile';

const BYTES = 6_000_000;
const TIME = 50;
const MEMORY = 200;

export async function run(): Promise<readonly Row[]> {
  const least = { module: auditInChild(module()).ms, component: auditInChild(component()).ms };
  return BOMBS.flatMap(([what, bomb]): Row[] => {
    const bytes = bomb(BYTES);
    const size = bytes.length / 1e6;
    const { outcome, ms, megabytes } = auditInChild(bytes);
    const label = `${what}, ${size.toFixed(1)} MB: ${outcome}`;
    const cost = Math.max(0, ms - least[bytes[6] === 1 ? 'component' : 'module']);
    return [
      { what: label, value: cost, unit: 'ms', peer: { name: 'aim', value: TIME * Math.max(1, size) } },
      { what: label, value: megabytes, unit: 'MB', peer: { name: 'aim', value: MEMORY + 4 * size } },
    ];
  });
}
