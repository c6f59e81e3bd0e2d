import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { decodeFacts } from '#wasm/facts';
import { START_ROOT } from '#wasm/root-names';
import { attempt } from './calling-program.ts';
import { Engine, NestedComponent } from './nested-component.ts';
import { generator } from './random.ts';

const COMPONENTS = Number(process.env['ASSAY_FUZZ_CASES'] ?? 2_000) / 50;
const SEED = Number(process.env['ASSAY_FUZZ_SEED'] ?? 1);

const HOSTS = Array.from({ length: 6 }, (_, index) => `host${index}`);

describe(`what ${COMPONENTS} made-up components inside each other call when they run, from seed ${SEED}`, () => {
  it('is within what each export and instantiating them is said to reach', async () => {
    let [called, bounded] = [0, 0];
    for (let component = 0; component < COMPONENTS; component++) {
      const made = new NestedComponent(generator(SEED * 1_000_003 + component), HOSTS);
      const bytes = Uint8Array.from(await parse(made.text));
      const { imports, reachability } = decodeFacts(bytes);
      expect(reachability.open).toBe(false);
      const reach = new Map(
        reachability.classes.flatMap((group) =>
          group.roots.map((root) => [root, new Set(group.imports.map((index) => imports[index]?.name))]),
        ),
      );
      const engine = new Engine();
      await engine.compile(made.coreModules);
      let root = START_ROOT;
      const hosts = HOSTS.map((name): [string, () => void] => [
        name,
        () => {
          if (reach.get(root)?.has(name) !== true) {
            throw new Error(`component ${component}: ${root} called ${name}, which it does not reach\n${made.text}`);
          }
          called += 1;
          if ((reach.get(root)?.size ?? 0) < HOSTS.length) bounded += 1;
        },
      ]);
      const exported = attempt(() => made.instantiate(new Map(hosts), engine)) ?? new Map<string, () => void>();
      for (let step = 0; step < 2; step++) {
        for (const [name, call] of exported) {
          root = name;
          engine.refuel();
          attempt(call);
        }
      }
    }
    expect(called).toBeGreaterThan(COMPONENTS);
    expect(bounded).toBeGreaterThan(called / 10);
  }, 3_600_000);
});
