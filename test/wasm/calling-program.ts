import type { Random } from './random.ts';

export const IMPORTS = 8;
/** Calls that one call from the host may lead to. */
export const FUEL = 60;
/** Entries of each table. */
export const ENTRIES = 4;

const FUNCTIONS = 24;

/** Without parameters and results, yet different: one by itself, and a chain of subtypes. */
const CHAIN = ['$top', '$middle', '$low'] as const;
const PLAIN_TYPES = ['$plain', ...CHAIN] as const;
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
  'segment',
  'global',
  'heap',
  'reference',
  'throw',
] as const;
type Way = (typeof WAYS)[number];

/** How code outside gets at the first table. */
const SHARED = ['by nobody', 'by nobody', 'exported', 'imported'] as const;

/**
 * The text of a valid module whose calls only show when it runs. Functions `$f0` and on are its imports, named by their
 * number; exports are named as the functions are. A mutable global `(fuel)` counts calls down. Depending on the seed
 * there are a shared table `(table)`, a global `(global)` and an exception tag `(tag)` that carry functions out or in,
 * and imports of them from `h`.
 */
export function callingProgram(random: Random): string {
  return new Program(random).text();
}

class Program {
  private readonly random: Random;
  private readonly ways: Set<Way>;
  private readonly types: string[];
  /** Those whose references code takes. */
  private readonly taken: string[];
  private readonly givenGlobal: boolean;

  constructor(random: Random) {
    this.random = random;
    this.ways = new Set(WAYS.filter(() => random(2) === 0));
    this.types = Array.from({ length: IMPORTS + FUNCTIONS }, (_, index) => this.typeAt(index));
    this.taken = this.types.map((_, index) => `$f${index}`).filter(() => random(4) === 0);
    this.taken.push('$f0', `$f${IMPORTS}`);
    this.givenGlobal = random(6) === 0;
  }

  private typeAt(index: number): string {
    if (index < IMPORTS) return index === IMPORTS - 1 && this.random(4) === 0 ? '$takes' : this.pick(PLAIN_TYPES);
    // One of each at least, for there has to be something to choose from.
    return ['$gives', '$takes', '$top'][(index - IMPORTS) % 6] ?? this.pick(PLAIN_TYPES);
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
  private readonly global = (): string => this.pick(['$one', '$two']);
  private readonly taking = (): string => `(ref.func ${this.pick(this.taken)})`;
  private readonly plainCall = (): string => `(call ${this.functionOf(...PLAIN_TYPES)})`;

  /** An expression that leaves a function, or null. */
  private reference(depth: number): string {
    if (depth > 3) return this.taking();
    if (this.chance('table', 3)) return `(table.get ${this.anyTable()} ${this.entry()})`;
    if (this.givenGlobal && this.random(3) === 0) return '(global.get $given)';
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
    if (this.chance('segment', 3)) return `(table.init ${table()} $spare ${entry()} ${entry()} (i32.const 1))`;
    if (this.chance('segment', 6))
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

  private exports(): string {
    const plain = [...this.types.keys()].filter((index) => PLAIN_TYPES.some((type) => type === this.types[index]));
    const names = plain.filter(() => this.random(4) === 0).map((index) => `$f${index}`);
    if (this.random(4) === 0) names.push(this.functionOf('$gives'), this.functionOf('$takes'));
    return [...new Set(names)].map((name) => `(export "${name}" (func ${name}))`).join(' ');
  }

  text(): string {
    const { types } = this;
    const shared = this.pick(SHARED);
    const imports = types.slice(0, IMPORTS).map((type, at) => `(import "h" "${at}" (func $f${at} (type ${type})))`);
    const bodies = types.slice(IMPORTS).map((_, at) => this.body(IMPORTS + at));
    const exported = (name: string) => (this.random(6) === 0 ? `(export "(${name})")` : '');
    const limits = `${ENTRIES} ${2 * ENTRIES} funcref`;
    return `(module ${TYPES} ${imports.join(' ')}
      ${this.givenGlobal ? '(import "h" "global" (global $given funcref))' : ''}
      ${shared === 'imported' ? `(import "h" "table" (table $first ${limits}))` : ''}
      ${shared === 'imported' ? '' : `(table $first ${shared === 'exported' ? '(export "(table)")' : ''} ${limits})`}
      (table $second ${limits} (ref.func ${this.functionOf(...PLAIN_TYPES)}))
      (table $third ${ENTRIES} ${ENTRIES} (ref null $top))
      (tag $thrown ${exported('tag')} (param funcref))
      (global $fuel (export "(fuel)") (mut i32) (i32.const ${FUEL}))
      (global $one ${exported('global')} (mut funcref) ${this.taking()}) (global $two (mut funcref) (ref.null func))
      (global $kept (mut (ref $struct)) (struct.new $struct ${this.taking()}))
      (global $row (mut (ref $array)) (array.new_default $array (i32.const ${ENTRIES})))
      (elem (table $first) (i32.const 0) func ${this.functions(3)})
      (elem (table $third) (i32.const 1) (ref null $top) (ref.func ${this.functionOf(...CHAIN)}))
      (elem $spare func ${this.functions(ENTRIES)}) (elem declare func ${this.taken.join(' ')})
      ${bodies.join('\n')} ${this.exports()}
      ${this.random(3) === 0 ? `(start ${this.functionOf(...PLAIN_TYPES)})` : ''})`;
  }
}
