import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { decodeFacts } from '#wasm/facts';
import { START_ROOT } from '#wasm/root-names';
import { attempt, CallingProgram, CARRIERS, FUEL, IMPORTS, someWays } from './calling-program.ts';
import { generator, type Random } from './random.ts';

const COMPONENTS = Number(process.env['ASSAY_FUZZ_CASES'] ?? 2_000) / 20;
const SEED = Number(process.env['ASSAY_FUZZ_SEED'] ?? 1);

const INSTANCES = 3;

/** What an import of a core instance is: a function of the host, or an export of an earlier instance. */
type Supply = { readonly host: number } | { readonly instance: number; readonly name: string };

interface Part {
  readonly program: CallingProgram;
  readonly text: string;
  readonly supplies: Readonly<Record<string, Supply>>;
}

/** Core instances that are given functions, tables, globals and tags of those before them. */
function parts(random: Random): Part[] {
  const made: Part[] = [];
  const ways = someWays(random);
  for (let place = 0; place < INSTANCES; place++) {
    const supplies: Record<string, Supply> = {};
    const types: string[] = [];
    for (let index = 0; index < IMPORTS; index++) {
      const instance = random(place + 1);
      const earlier = made[instance]?.program.types;
      const chosen = random(earlier?.length ?? 1);
      supplies[index] = earlier === undefined ? { host: random(IMPORTS) } : { instance, name: `$f${chosen}` };
      types.push(earlier?.[chosen] ?? '$plain');
    }
    const carriers = place === 0 ? [] : CARRIERS;
    const program = new CallingProgram(random, { functions: types, carriers, exports: 'all', starts: 3, ways });
    for (const carrier of program.imported) supplies[carrier] = { instance: random(place), name: `(${carrier})` };
    made.push({ program, text: program.text(), supplies });
  }
  return made;
}

function sortOf(name: string): string {
  return (CARRIERS as readonly string[]).includes(name) ? name : 'func';
}

/** The parts as a component, and the names of what it exports: functions of core instances, by their names there. */
function componentOf(made: readonly Part[], random: Random): { text: string; exported: Map<string, [number, string]> } {
  const host = Array.from({ length: IMPORTS }, (_, index) => index);
  const exported = new Map<string, [number, string]>();
  const lines = [
    ...host.map((index) => `(import "host${index}" (func $host${index}))`),
    ...host.map((index) => `(core func $lowered${index} (canon lower (func $host${index})))`),
  ];
  for (const [place, { program, text, supplies }] of made.entries()) {
    const given = Object.entries(supplies).map(([name, supply]) => {
      const from = 'host' in supply ? `$lowered${supply.host}` : `$instance${supply.instance} "${supply.name}"`;
      return `(export "${name}" (${sortOf(name)} ${from}))`;
    });
    lines.push(
      `(core ${text.replace('(module', `(module $module${place}`).slice(1)}`,
      `(core instance $given${place} ${given.join(' ')})`,
      `(core instance $instance${place} (instantiate $module${place} (with "h" (instance $given${place}))))`,
    );
    for (const [index, type] of program.types.entries()) {
      if (type !== '$plain' || random(2) > 0) continue;
      const name = `from${place}-at${index}`;
      exported.set(name, [place, `$f${index}`]);
      lines.push(
        `(func $${name} (canon lift (core func $instance${place} "$f${index}"))) (export "${name}" (func $${name}))`,
      );
    }
  }
  return { text: `(component ${lines.join('\n')})`, exported };
}

/** Puts the parts together as a component is put together, and calls its exports. */
async function run(
  made: readonly Part[],
  exported: ReadonlyMap<string, readonly [number, string]>,
): Promise<{ root: string; imported: number }[]> {
  const calls: { root: string; imported: number }[] = [];
  let root = START_ROOT;
  const host = Array.from({ length: IMPORTS }, (_, imported) => () => void calls.push({ root, imported }));
  const instances: WebAssembly.Exports[] = [];
  const supplied = (supply: Supply): unknown =>
    'host' in supply ? host[supply.host] : instances[supply.instance]?.[supply.name];
  for (const { text, supplies } of made) {
    const module = new WebAssembly.Module(Uint8Array.from(await parse(text)));
    const h = Object.fromEntries(Object.entries(supplies).map(([name, supply]) => [name, supplied(supply)]));
    const instance = attempt(
      () => new WebAssembly.Instance(module, { h: h as Record<string, WebAssembly.ImportValue> }),
    );
    if (instance === undefined) return calls;
    instances.push(instance.exports);
  }
  for (let step = 0; step < 3; step++) {
    for (const [name, [place, inner]] of exported) {
      for (const { '(fuel)': fuel } of instances) if (fuel instanceof WebAssembly.Global) fuel.value = FUEL;
      root = name;
      const callee = instances[place]?.[inner];
      attempt(() => typeof callee === 'function' && callee());
    }
  }
  return calls;
}

describe(`what the core modules of ${COMPONENTS} made-up components call when they run, from seed ${SEED}`, () => {
  it('is within what each export and instantiating it is said to reach', async () => {
    let [called, shared, bounded] = [0, 0, 0];
    for (let component = 0; component < COMPONENTS; component++) {
      const random = generator(SEED * 1_000_003 + component);
      const made = parts(random);
      const { text, exported } = componentOf(made, random);
      const { reachability } = decodeFacts(Uint8Array.from(await parse(text)));
      const reach = new Map(
        reachability.classes.flatMap(({ roots, imports }) => roots.map((root) => [root, new Set(imports)])),
      );
      const lowered = new Set([...reach.values()].flatMap((imports) => [...imports])).size;
      for (const { root, imported } of await run(made, exported)) {
        const reached = reach.get(root);
        if (reached?.has(imported) !== true) {
          throw new Error(
            `component ${component}: ${root} called import ${imported}, which it does not reach\n${text}`,
          );
        }
        called += 1;
        if (reached.size < lowered) bounded += 1;
      }
      if (made.some(({ program }) => program.imported.length > 0)) shared += 1;
    }
    expect(called).toBeGreaterThan(10 * COMPONENTS);
    expect(shared).toBeGreaterThan(COMPONENTS / 4);
    expect(bounded).toBeGreaterThan(called / 10);
  }, 3_600_000);
});
