import type { Random } from './random.ts';

export const IMPORTS = 8;
/** Calls that one call from the host may lead to. */
export const FUEL = 60;
/** Entries of each table. */
export const ENTRIES = 4;

const FUNCTIONS = 24;
const GLOBALS = ['$one', '$two', '$given'] as const;

/** Without parameters and results, yet different: one by itself, and a chain of subtypes. */
const CHAIN = ['$top', '$middle', '$low'] as const;
const PLAIN_TYPES = ['$plain', '$plain', ...CHAIN] as const;
const TYPES = `(type $plain (func)) (type $top (sub (func))) (type $middle (sub $top (func)))
  (type $low (sub final $middle (func))) (type $gives (func (result funcref))) (type $takes (func (param funcref)))
  (type $struct (struct (field (mut funcref)))) (type $array (array (mut funcref)))`;

/** Ways in which functions move and are called; a program has some of them. */
const WAYS = [
  'direct',
  'tail',
  'indirect',
  'table',
  'copy',
  'move',
  'segment',
  'global',
  'heap',
  'reference',
  'throw',
] as const;
type Way = (typeof WAYS)[number];

/** With these alone a table holds what its segments put there, so that more is known about calls through it. */
const SETTLED: readonly Way[] = ['direct', 'tail', 'indirect', 'move'];

export function someWays(random: Random): ReadonlySet<Way> {
  const from = random(3) === 0 ? SETTLED : WAYS;
  return new Set(from.filter(() => random(3) > 0));
}

/** What carries functions from one module to another beside calls: a table, a global, an exception tag. */
export const CARRIERS = ['table', 'global', 'tag'] as const;
export type Carrier = (typeof CARRIERS)[number];

export interface Surroundings {
  /** The types of the imported functions; default: chosen by the seed. */
  readonly functions?: readonly string[];
  /** What can be imported. */
  readonly carriers: readonly Carrier[];
  /** Whether functions and carriers are all exported, or some. */
  readonly exports: 'all' | 'some';
  /** One in so many has a start function. */
  readonly starts: number;
  /** Default: chosen by the seed. */
  readonly ways?: ReadonlySet<Way>;
}

/**
 * A valid module whose calls only show when it runs. Functions `$f0` and on are its imports, named by their number in
 * `h`; exports are named as the functions are. A mutable global `(fuel)` counts calls down. Carriers are exported as
 * `(table)`, `(global)` and `(tag)`, and imported without brackets.
 */
export class CallingProgram {
  /** The type of each function, imported ones first. */
  readonly types: readonly string[];
  readonly imported: readonly Carrier[];
  private readonly random: Random;
  private readonly surroundings: Surroundings;
  private readonly ways: ReadonlySet<Way>;
  /** Functions whose references code takes. */
  private readonly taken: string[];

  constructor(random: Random, surroundings: Surroundings = { carriers: CARRIERS, exports: 'some', starts: 3 }) {
    this.random = random;
    this.surroundings = surroundings;
    this.ways = surroundings.ways ?? someWays(random);
    this.types = Array.from({ length: IMPORTS + FUNCTIONS }, (_, index) => this.typeAt(index));
    this.taken = this.types.map((_, index) => `$f${index}`).filter(() => random(4) === 0);
    this.taken.push('$f0', `$f${IMPORTS}`);
    this.imported = surroundings.carriers.filter((carrier) => this.carries(carrier) && random(3) === 0);
  }

  /** Whether there is such a carrier; a global that holds functions makes what a table holds uncertain. */
  private carries(carrier: Carrier): boolean {
    return carrier !== 'global' || this.ways.has('global');
  }

  private typeAt(index: number): string {
    const given = this.surroundings.functions?.[index];
    if (given !== undefined) return given;
    if (index < IMPORTS) return index === IMPORTS - 1 && this.random(4) === 0 ? '$takes' : this.pick(PLAIN_TYPES);
    // One of each at least, for there has to be something to choose from.
    return ['$gives', '$takes', '$top', '$plain'][(index - IMPORTS) % 6] ?? this.pick(PLAIN_TYPES);
  }

  private pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
    return from[this.random(from.length)] as T;
  }

  private chance(way: Way, outOf: number): boolean {
    return this.ways.has(way) && this.random(outOf) === 0;
  }

  private functionOf(...types: readonly string[]): string {
    return `$f${this.pick([...this.types.keys()].filter((index) => types.includes(this.types[index] ?? '')))}`;
  }

  private readonly entry = (): string => `(i32.const ${this.random(ENTRIES)})`;
  private readonly table = (): string => this.pick(['$first', '$second']);
  private readonly anyTable = (): string => this.pick(['$first', '$second', '$third']);
  private readonly global = (): string => this.pick(this.imported.includes('global') ? GLOBALS : GLOBALS.slice(0, 2));
  private readonly taking = (): string => `(ref.func ${this.pick(this.taken)})`;
  private readonly plainCall = (): string => `(call ${this.functionOf(...PLAIN_TYPES)})`;

  /** An expression that leaves a function, or null. */
  private reference(depth: number): string {
    if (depth > 3) return this.taking();
    if (this.chance('table', 3)) return `(table.get ${this.anyTable()} ${this.entry()})`;
    if (this.chance('global', 3)) return `(global.get ${this.global()})`;
    if (this.chance('heap', 4)) return '(struct.get $struct 0 (global.get $kept))';
    if (this.chance('heap', 4)) return `(array.get $array (global.get $row) ${this.entry()})`;
    if (this.chance('direct', 4)) return `(call ${this.functionOf('$gives')})`;
    if (this.chance('throw', 4)) {
      const inner = this.random(2) === 0 ? `(throw $thrown ${this.reference(depth + 1)})` : this.plainCall();
      return `(block $caught (result funcref) (try_table (catch $thrown $caught) ${inner}) (ref.null func))`;
    }
    if (this.chance('global', 4)) {
      const both = `${this.reference(depth + 1)} ${this.reference(depth + 1)}`;
      return `(select (result funcref) ${both} (i32.const ${this.random(2)}))`;
    }
    return this.random(3) === 0 ? '(local.get $held)' : this.taking();
  }

  private callByReference(): string {
    const type = this.pick([...PLAIN_TYPES, ...PLAIN_TYPES, '$gives', '$takes']);
    const callee = `(ref.cast (ref ${type}) (local.get $held))`;
    const argument = type === '$takes' ? this.reference(1) : '';
    const call = `(call_ref ${type} ${argument} ${callee})`;
    return `(local.set $held ${this.reference(0)}) (if (ref.test (ref ${type}) (local.get $held))
      (then ${type === '$gives' ? `(local.set $held ${call})` : call}))`;
  }

  private callThroughTable(): string {
    if (this.random(3) === 0) return `(call_indirect $third (type ${this.pick(CHAIN)}) ${this.entry()})`;
    if (this.random(6) === 0) return `(local.set $held (call_indirect ${this.table()} (type $gives) ${this.entry()}))`;
    const type = this.random(6) === 0 ? '$takes' : this.pick(PLAIN_TYPES);
    return `(call_indirect ${this.table()} (type ${type}) ${type === '$takes' ? this.reference(1) : ''} ${this.entry()})`;
  }

  private statement(): string {
    const { entry, table } = this;
    if (this.chance('direct', 3)) return this.plainCall();
    if (this.chance('direct', 8)) return `(call ${this.functionOf('$takes')} ${this.reference(0)})`;
    if (this.chance('indirect', 2)) return this.callThroughTable();
    if (this.chance('table', 3)) return `(table.set ${table()} ${entry()} ${this.reference(0)})`;
    if (this.chance('table', 8)) return `(table.fill ${table()} ${entry()} ${this.reference(0)} (i32.const 1))`;
    if (this.chance('table', 8)) return `(drop (table.grow ${table()} ${this.reference(0)} (i32.const 1)))`;
    if (this.chance('copy', 3)) return `(table.copy ${table()} ${this.anyTable()} ${entry()} ${entry()} (i32.const 1))`;
    if (this.chance('move', 3)) return `(table.copy ${entry()} ${entry()} (i32.const 1))`;
    if (this.chance('segment', 3)) return `(table.init ${table()} $spare ${entry()} ${entry()} (i32.const 1))`;
    if (this.ways.has('heap') && this.chance('segment', 6))
      return `(array.init_elem $array $spare (global.get $row) ${entry()} ${entry()} (i32.const 1))`;
    if (this.chance('global', 3)) return `(global.set ${this.global()} ${this.reference(0)})`;
    if (this.chance('heap', 3)) return `(struct.set $struct 0 (global.get $kept) ${this.reference(0)})`;
    if (this.chance('heap', 3)) return `(array.set $array (global.get $row) ${entry()} ${this.reference(0)})`;
    if (this.chance('reference', 2)) return this.callByReference();
    if (this.chance('throw', 10)) return `(throw $thrown ${this.reference(0)})`;
    return `(local.set $held ${this.reference(2)})`;
  }

  private last(type: string): string {
    if (type === '$gives') return this.reference(0);
    if (!this.chance('tail', 2)) return '';
    if (!this.chance('indirect', 2)) return `(return_call ${this.functionOf(...PLAIN_TYPES)})`;
    return `(return_call_indirect ${this.table()} (type ${this.pick(PLAIN_TYPES)}) ${this.entry()})`;
  }

  private body(index: number): string {
    const type = this.types[index] ?? '';
    // As linkers write a function that is filled in later.
    if (type !== '$gives' && this.chance('indirect', 3)) {
      const given = type === '$takes' ? '(local.get 0)' : '';
      return `(func $f${index} (type ${type}) (call_indirect ${this.table()} (type ${type}) ${given} ${this.entry()}))`;
    }
    const held = type === '$takes' ? '(param $held funcref)' : '(local $held funcref)';
    const parts = type === '$gives' ? `(result funcref) ${held}` : held;
    const statements = Array.from({ length: this.random(4) }, () => this.statement());
    return `(func $f${index} (type ${type}) ${parts}
      (if (i32.eqz (global.get $fuel)) (then (return ${type === '$gives' ? '(ref.null func)' : ''})))
      (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
      ${statements.join('\n')} ${this.last(type)})`;
  }

  private functions(count: number): string {
    return Array.from({ length: count }, () => this.pick([this.functionOf(...PLAIN_TYPES), ...this.taken])).join(' ');
  }

  private heap(): string {
    return `(global $kept (mut (ref $struct)) (struct.new $struct ${this.taking()}))
      (global $row (mut (ref $array)) (array.new_default $array (i32.const ${ENTRIES})))`;
  }

  private exports(): string {
    const all = this.surroundings.exports === 'all';
    const some = (outOf: number): boolean => all || this.random(outOf) === 0;
    const names = [...this.types.keys()]
      .filter((index) => all || (PLAIN_TYPES.some((type) => type === this.types[index]) && some(4)))
      .map((index) => `$f${index}`);
    if (!all && some(4)) names.push(this.functionOf('$gives'), this.functionOf('$takes'));
    return [
      ...[...new Set(names)].map((name) => `(export "${name}" (func ${name}))`),
      some(4) ? '(export "(table)" (table $first))' : '',
      this.carries('global') && some(6) ? '(export "(global)" (global $one))' : '',
      some(6) ? '(export "(tag)" (tag $thrown))' : '',
    ].join(' ');
  }

  text(): string {
    const { types, imported, surroundings } = this;
    const from = (carrier: Carrier): string => (imported.includes(carrier) ? `(import "h" "${carrier}")` : '');
    const functions = types.slice(0, IMPORTS).map((type, at) => `(import "h" "${at}" (func $f${at} (type ${type})))`);
    const bodies = types.slice(IMPORTS).map((_, at) => this.body(IMPORTS + at));
    const limits = `${ENTRIES} ${2 * ENTRIES} funcref`;
    const carriers = {
      table: `(table $first ${from('table')} ${limits})`,
      global: from('global') && `(global $given ${from('global')} (mut funcref))`,
      tag: `(tag $thrown ${from('tag')} (param funcref))`,
    };
    const own = CARRIERS.filter((carrier) => !imported.includes(carrier));
    return `(module ${TYPES} ${functions.join(' ')}
      ${[...imported, ...own].map((carrier) => carriers[carrier]).join(' ')}
      (table $second ${limits} (ref.func ${this.functionOf(...PLAIN_TYPES)}))
      (table $third ${ENTRIES} ${ENTRIES} (ref null $top))
      (global $fuel (export "(fuel)") (mut i32) (i32.const ${FUEL}))
      ${this.ways.has('global') ? `(global $one (mut funcref) ${this.taking()}) (global $two (mut funcref) (ref.null func))` : ''}
      ${this.ways.has('heap') ? this.heap() : ''}
      (elem (table $first) (i32.const 0) func ${this.functions(3)})
      (elem (table $third) (i32.const 1) (ref null $top) (ref.func ${this.functionOf(...CHAIN)}))
      (elem $spare func ${this.functions(ENTRIES)}) (elem declare func ${this.taken.join(' ')})
      ${bodies.join('\n')} ${this.exports()}
      ${this.random(surroundings.starts) === 0 ? `(start ${this.functionOf(...PLAIN_TYPES)})` : ''})`;
  }
}

/** What running code leaves; undefined where it met a trap, or threw. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (failure) {
    const { Exception, RuntimeError } = WebAssembly;
    if ([Exception, RuntimeError, RangeError].some((kind) => failure instanceof kind)) return undefined;
    throw failure;
  }
}
