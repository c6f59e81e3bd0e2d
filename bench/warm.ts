/**
 * What a piece of work takes, warm, on every module of the corpus above 1 MB, beside V8's validation of the same bytes.
 * V8 validates on every core that is free, so it is taken twice: so, and with one thread for each. Both run in a
 * process of their own: this file, with the name of the work.
 */
import { execFileSync } from 'node:child_process';
import type { Validator } from '#ports/validator';
import { audit } from '#stages/audit/audit';
import { decodeFacts } from '#wasm/facts';
import { CORPUS, corpusName, readCorpus } from '../test/corpus.ts';
import { median, type Row } from './bench.ts';

/** Rounds that do not count: an engine takes a while to compile its own best code, the kernel's and JavaScript's. */
const WARMING = 30;
const ROUNDS = 15;
const WARM_BYTES = 1_000_000;

/** The audit's own validation by the engine is left out: it is the peer. */
const unchecked: Validator = {
  engine: 'none',
  validateModule: () => undefined,
  reviewModule: async () => undefined,
  validateComponent: async () => undefined,
  lacksFeature: () => false,
  lacksComponentFeature: async () => false,
};

const WORK = {
  /** Decoding with facts and reachability. */
  facts: async (bytes: Uint8Array): Promise<unknown> => decodeFacts(bytes),
  /** The facts, and every rule that reads the bytes. */
  audit: async (bytes: Uint8Array): Promise<unknown> => audit({ bytes, name: 'plugin.wasm' }, { validator: unchecked }),
};
export type Work = keyof typeof WORK;

function isWork(name: string): name is Work {
  return name in WORK;
}

async function measure(work: Work): Promise<Row[]> {
  const rows: Row[] = [];
  for (const module of CORPUS) {
    const bytes = readCorpus(module);
    if (bytes.length <= WARM_BYTES) continue;
    const times: number[] = [];
    const validations: number[] = [];
    for (let round = 0; round < WARMING + ROUNDS; round += 1) {
      const begun = performance.now();
      await WORK[work](bytes);
      const middle = performance.now();
      WebAssembly.validate(bytes);
      if (round < WARMING) continue;
      times.push(middle - begun);
      validations.push(performance.now() - middle);
    }
    const peer = { name: 'V8 validate', value: median(validations) };
    rows.push({ what: corpusName(module).slice(-30), value: median(times), unit: 'ms', peer });
  }
  return rows;
}

/** The rows of both runs. */
export function warmRows(work: Work): Row[] {
  const run = (label: string, flags: readonly string[]): Row[] => {
    const printed = execFileSync(process.execPath, [...flags, import.meta.filename, work], { encoding: 'utf8' });
    return (JSON.parse(printed) as Row[]).map((row) => ({ ...row, what: `${label}, ${row.what}` }));
  };
  return [...run('one thread each', ['--single-threaded']), ...run('V8 on all cores', [])];
}

if (process.argv[1] === import.meta.filename) {
  const [, , work = ''] = process.argv;
  if (!isWork(work)) throw new Error(`no work is called ${work}; there is ${Object.keys(WORK).join(', ')}`);
  console.log(JSON.stringify(await measure(work)));
}
