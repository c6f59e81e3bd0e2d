import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { CallingProgram, FUEL, IMPORTS } from './calling-program.ts';
import type { Random } from './random.ts';

export const EXPORTS = 3;

const DEPTH = 3;

type Call = () => void;
/** Functions at hand while a component is instantiated, by their names in its text. */
type Scope = Map<string, Call>;

/** Core modules as the engine has them, by their text, and the fuel of those that were instantiated. */
export class Engine {
  private readonly compiled = new Map<string, WebAssembly.Module>();
  private readonly fuel: WebAssembly.Global[] = [];

  async compile(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      this.compiled.set(text, new WebAssembly.Module(Uint8Array.from(await parse(text))));
    }
  }

  instantiate(text: string, h: Record<string, Call>): WebAssembly.Exports {
    const module = this.compiled.get(text);
    if (module === undefined) throw new Error('the module was not compiled');
    const { exports } = new WebAssembly.Instance(module, { h });
    if (exports['(fuel)'] instanceof WebAssembly.Global) this.fuel.push(exports['(fuel)']);
    return exports;
  }

  refuel(): void {
    for (const global of this.fuel) global.value = FUEL;
  }
}

/**
 * A component whose functions go through core modules, other components inside it, instances and aliases before they
 * come out again, with what instantiating it does step by step. It imports functions, and unless it is the outermost
 * an instance `i` of functions `f0` and `f1`; it exports `e0` and on. No function has parameters or results.
 */
export class NestedComponent {
  readonly text: string;
  /** Texts of all core modules, those of components inside included. */
  readonly coreModules: string[] = [];
  private readonly random: Random;
  private readonly depth: number;
  private readonly lines: string[] = [];
  private readonly steps: ((scope: Scope, engine: Engine) => void)[] = [];
  /** Functions at hand, by their names in the text. */
  private readonly functions: string[] = [];
  private readonly exported: string[] = [];
  private names = 0;

  constructor(random: Random, imports: readonly string[], depth = 0) {
    this.random = random;
    this.depth = depth;
    for (const name of imports) {
      this.lines.push(`(import "${name}" (func ${this.define(`import ${name}`)}))`);
    }
    if (depth > 0) {
      const instance = this.name();
      this.lines.push(`(import "i" (instance ${instance} (export "f0" (func)) (export "f1" (func))))`);
      for (const member of ['f0', 'f1']) {
        this.lines.push(`(alias export ${instance} "${member}" (func ${this.define(`import ${member}`)}))`);
      }
    }
    for (let step = 2 + random(3); step > 0; step--) {
      if (depth < DEPTH && random(2) === 0) this.addComponent();
      else this.addModule();
    }
    for (let index = 0; index < EXPORTS; index++) {
      const exported = this.some();
      this.exported.push(exported);
      this.lines.push(`(export "e${index}" (func ${exported}))`);
    }
    this.text = `(component ${this.lines.join('\n')})`;
  }

  /** What instantiating it leaves: its exports. Throws what code throws that runs then. */
  instantiate(imports: ReadonlyMap<string, Call>, engine: Engine): Map<string, Call> {
    const scope: Scope = new Map([...imports].map(([name, call]) => [`import ${name}`, call]));
    for (const step of this.steps) step(scope, engine);
    return new Map(this.exported.map((name, index) => [`e${index}`, callIn(scope, name)]));
  }

  private name(): string {
    return `$n${this.depth}-${this.names++}`;
  }

  private some(): string {
    // The newest ones more often, so that calls go through much.
    const from = this.random(2) === 0 ? Math.max(0, this.functions.length - 4) : 0;
    return this.functions[from + this.random(this.functions.length - from)] ?? '';
  }

  /** A further function: what another name in scope stands for. */
  private define(source: string): string {
    const id = this.name();
    this.functions.push(id);
    this.steps.push((scope) => scope.set(id, callIn(scope, source)));
    return id;
  }

  private addModule(): void {
    const functions = Array.from({ length: IMPORTS }, () => '$plain');
    const program = new CallingProgram(this.random, { functions, carriers: [], exports: 'all', starts: 20 });
    const text = program.text();
    this.coreModules.push(text);
    const [module, given, instance] = [this.name(), this.name(), this.name()];
    this.lines.push(`(core ${text.replace('(module', `(module ${module}`).slice(1)}`);
    const lowered = functions.map(() => this.some());
    for (const [index, name] of lowered.entries()) {
      this.lines.push(`(core func ${given}-${index} (canon lower (func ${name})))`);
    }
    const items = lowered.map((_, index) => `(export "${index}" (func ${given}-${index}))`);
    this.lines.push(`(core instance ${given} ${items.join(' ')})`);
    this.lines.push(`(core instance ${instance} (instantiate ${module} (with "h" (instance ${given}))))`);
    this.steps.push((scope, engine) => {
      const h = Object.fromEntries(lowered.map((name, index) => [String(index), callIn(scope, name)]));
      for (const [name, value] of Object.entries(engine.instantiate(text, h))) {
        if (typeof value === 'function') scope.set(`${instance} ${name}`, () => void value());
      }
    });
    const plain = [...program.types.entries()].flatMap(([index, type]) => (type === '$plain' ? [`$f${index}`] : []));
    for (let count = 2 + this.random(3); count > 0; count--) {
      const lifted = plain[this.random(plain.length)] ?? '';
      const after = this.random(3) === 0 ? (plain[this.random(plain.length)] ?? '') : undefined;
      const option = after === undefined ? '' : `(post-return (core func ${instance} "${after}"))`;
      const id = this.define(`${instance} ${lifted}`);
      this.lines.push(`(func ${id} (canon lift (core func ${instance} "${lifted}") ${option}))`);
      if (after === undefined) continue;
      this.steps.push((scope) => {
        const [call, then] = [callIn(scope, id), callIn(scope, `${instance} ${after}`)];
        scope.set(id, () => {
          call();
          then();
        });
      });
    }
  }

  private addComponent(): void {
    const imports = ['a0', 'a1', 'a2'].slice(this.random(3));
    const inner = new NestedComponent(this.random, imports, this.depth + 1);
    this.coreModules.push(...inner.coreModules);
    const [component, given] = [this.name(), this.name()];
    this.lines.push(inner.text.replace('(component', `(component ${component}`));
    // Twice now and then: what one of them is given is not what the other is.
    for (let times = 1 + Math.floor(this.random(4) / 3); times > 0; times--) {
      const instance = this.name();
      const args = new Map([...imports, 'f0', 'f1'].map((name) => [name, this.some()]));
      const member = (name: string) => `(export "${name}" (func ${args.get(name)}))`;
      this.lines.push(`(instance ${given}-${times} ${member('f0')} ${member('f1')})`);
      const functions = imports.map((name) => `(with "${name}" (func ${args.get(name)}))`).join(' ');
      this.lines.push(
        `(instance ${instance} (instantiate ${component} ${functions} (with "i" (instance ${given}-${times}))))`,
      );
      this.steps.push((scope, engine) => {
        const supplied = new Map([...args].map(([name, source]) => [name, callIn(scope, source)]));
        for (const [name, call] of inner.instantiate(supplied, engine)) scope.set(`${instance} ${name}`, call);
      });
      for (let index = 0; index < EXPORTS; index++) {
        this.lines.push(`(alias export ${instance} "e${index}" (func ${this.define(`${instance} e${index}`)}))`);
      }
    }
  }
}

function callIn(scope: Scope, name: string): Call {
  const call = scope.get(name);
  if (call === undefined) throw new Error(`nothing is called ${name}`);
  return call;
}
