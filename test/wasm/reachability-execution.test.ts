import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { decodeFacts } from '#wasm/facts';
import { REFERENCES_ROOT, START_ROOT, tableRoot } from '#wasm/root-names';
import { CallingProgram, ENTRIES, FUEL, IMPORTS } from './calling-program.ts';
import { generator, type Random } from './random.ts';

const PROGRAMS = Number(process.env['ASSAY_FUZZ_CASES'] ?? 2_000) / 10;
const SEED = Number(process.env['ASSAY_FUZZ_SEED'] ?? 1);

interface Reach {
  readonly imports: ReadonlySet<number>;
  readonly direct: ReadonlySet<number>;
}

/** What each root reaches, as indices among the function imports, which stand first. */
function reachOf(bytes: Uint8Array): Map<string, Reach> {
  const { classes } = decodeFacts(bytes).reachability;
  return new Map(
    classes.flatMap(({ roots, imports, direct }) =>
      roots.map((root): [string, Reach] => [root, { imports: new Set(imports), direct: new Set(direct) }]),
    ),
  );
}

type Callable = (...values: unknown[]) => unknown;

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}

/** A function of another module, as only those can stand in tables and globals. */
function functionOutside(called: () => void): unknown {
  const bytes = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 4, 1, 0x60, 0, 0],
    [2, 7, 1, 1, 0x68, 1, 0x66, 0, 0],
    [7, 5, 1, 1, 0x66, 0, 0],
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes.flat())), { h: { f: called } }).exports[
    'f'
  ];
}

/** A host that calls whatever a module exports or lets out, hands on what it was given, and notes what is called back. */
class Host {
  readonly calls: { readonly root: string; readonly imported: number }[] = [];
  private readonly random: Random;
  /** What runs just now was called by these names, the innermost last. */
  private readonly roots: string[] = [START_ROOT];
  /** Functions of the module that reached the host by value. */
  private readonly given: Callable[] = [];
  private exported: readonly (readonly [string, Callable])[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  run(module: WebAssembly.Module): void {
    const outside = functionOutside(() => this.callGiven());
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: ENTRIES, maximum: 2 * ENTRIES });
    table.set(this.random(ENTRIES), outside);
    const imports: Record<string, WebAssembly.ImportValue> = {
      table,
      global: new WebAssembly.Global({ value: 'anyfunc', mutable: true }, outside),
      tag: new WebAssembly.Tag({ parameters: ['anyfunc'] }),
    };
    for (let imported = 0; imported < IMPORTS; imported++) {
      imports[imported] = (value: unknown) => {
        this.calls.push({ root: this.roots.at(-1) ?? '', imported });
        this.take(value);
        this.callGiven();
      };
    }
    let exports: WebAssembly.Exports;
    try {
      ({ exports } = new WebAssembly.Instance(module, { h: imports }));
    } catch (failure) {
      // The start function met a trap, or threw.
      if (failure instanceof WebAssembly.LinkError) throw failure;
      return;
    }
    this.exported = Object.entries(exports).filter((item): item is [string, Callable] => isCallable(item[1]));
    const taken = WebAssembly.Module.imports(module).map(({ name }) => name);
    const { '(tag)': tag = taken.includes('tag') ? imports['tag'] : undefined } = exports;
    for (let step = 0; step < 4; step++) {
      for (const [name, callee] of this.exported) {
        if (exports['(fuel)'] instanceof WebAssembly.Global) exports['(fuel)'].value = FUEL;
        this.call(name, callee, tag as WebAssembly.Tag | undefined);
        this.callGiven();
        if (taken.includes('table')) this.useTable(table, tableRoot('h.table'));
        else if (exports['(table)'] instanceof WebAssembly.Table) {
          this.useTable(exports['(table)'], tableRoot('(table)'));
        }
        if (exports['(global)'] instanceof WebAssembly.Global) this.useGlobal(exports['(global)']);
      }
    }
  }

  private call(root: string, callee: Callable, tag?: WebAssembly.Tag): void {
    if (this.roots.length > 3) return;
    this.roots.push(root);
    try {
      this.take(callee(this.random(2) === 0 ? null : (this.given[this.random(this.given.length)] ?? null)));
    } catch (failure) {
      const { Exception, RuntimeError } = WebAssembly;
      if (failure instanceof Exception) {
        if (tag !== undefined && failure.is(tag)) this.take(failure.getArg(tag, 0));
      } else if (!(failure instanceof RuntimeError || failure instanceof RangeError)) throw failure;
    } finally {
      this.roots.pop();
    }
  }

  private take(value: unknown): void {
    if (isCallable(value)) this.given.push(value);
  }

  private callGiven(): void {
    const callee = this.given[this.random(this.given.length)];
    if (callee !== undefined) this.call(REFERENCES_ROOT, callee);
  }

  /** An export, or nothing: what a host may hand back at any time. */
  private some(): Callable | null {
    return this.exported[this.random(2 * this.exported.length)]?.[1] ?? null;
  }

  private useTable(table: WebAssembly.Table, root: string): void {
    const entry = table.get(this.random(ENTRIES));
    // It may be one that the host itself has put there.
    const [name = root] = this.exported.find(([, callee]) => callee === entry) ?? [];
    if (isCallable(entry)) this.call(name, entry);
    const put = this.some();
    if (put !== null) table.set(this.random(ENTRIES), put);
  }

  private useGlobal(global: WebAssembly.Global): void {
    this.take(global.value);
    global.value = this.some();
  }
}

describe(`what ${PROGRAMS} made-up modules call when they run, from seed ${SEED}`, () => {
  it('is within what each export, table and start function is said to reach', async () => {
    let [called, throughTables, bounded] = [0, 0, 0];
    for (let program = 0; program < PROGRAMS; program++) {
      const random = generator(SEED * 1_000_003 + program);
      const text = new CallingProgram(random).text();
      const bytes = Uint8Array.from(await parse(text));
      const reach = reachOf(bytes);
      const host = new Host(random);
      host.run(new WebAssembly.Module(bytes));
      for (const { root, imported } of host.calls) {
        const reached = reach.get(root);
        if (reached?.imports.has(imported) !== true) {
          throw new Error(`program ${program}: ${root} called import ${imported}, which it does not reach\n${text}`);
        }
        called += 1;
        if (!reached.direct.has(imported)) throughTables += 1;
        if (reached.imports.size < IMPORTS) bounded += 1;
      }
    }
    // Programs that call nothing would pass, and so would an analysis that says everything.
    expect(called).toBeGreaterThan(10 * PROGRAMS);
    expect(throughTables).toBeGreaterThan(PROGRAMS);
    expect(bounded).toBeGreaterThan(called / 10);
  }, 3_600_000);
});
