/** Runs the measurements of this folder and prints one table: `npm run bench [-- NAME…]`. */
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Bench, Row } from './bench.ts';

function isBench(module: unknown): module is Bench {
  return (
    typeof module === 'object' &&
    module !== null &&
    'name' in module &&
    typeof module.name === 'string' &&
    'run' in module &&
    typeof module.run === 'function'
  );
}

async function benches(): Promise<Bench[]> {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !['run.ts', 'bench.ts', 'warm.ts'].includes(file))
    .toSorted();
  const modules: unknown[] = [];
  for (const file of files) modules.push(await import(join(import.meta.dirname, file)));
  return modules.filter(isBench);
}

function cells(bench: string, row: Row): string[] {
  const amount = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ${row.unit}`;
  const { peer } = row;
  return [
    bench,
    row.what,
    amount(row.value),
    peer === undefined ? '' : `${peer.name}: ${amount(peer.value)}`,
    peer === undefined ? '' : `${(row.value / peer.value).toFixed(2)}×`,
  ];
}

function print(table: readonly (readonly string[])[]): void {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

const wanted = process.argv.slice(2);
const all = await benches();
const unknown = wanted.filter((name) => all.every((bench) => bench.name !== name));
if (unknown.length > 0) {
  console.error(`no measurement is called ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const rows: string[][] = [['measurement', 'what', 'value', 'beside', 'ratio']];
  for (const bench of all) {
    if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
    for (const row of await bench.run()) rows.push(cells(bench.name, row));
  }
  print(rows);
  console.log(
    `\nNode ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model}`,
  );
}
