import { AssayError } from '#model/errors';
import type { PolicyDocument } from './document.ts';

/** Where a line of policy comes from, for people: `policy.yaml:7`, or the preset's name. */
export function originOf(document: PolicyDocument, path: readonly PropertyKey[]): string {
  const place = document.locate(path);
  return place === undefined ? document.source : `${document.source}:${place.line}`;
}

/** Something that a document says, and where. */
interface Line<V> {
  readonly value: V;
  readonly document: PolicyDocument;
  readonly path: readonly PropertyKey[];
}

/** What a document marks final. */
export class Finals {
  private readonly paths: ReadonlySet<string>;
  private readonly source: string;

  constructor({ policy, source }: PolicyDocument) {
    this.paths = new Set(policy.final);
    this.source = source;
  }

  /** Whether this path, or a parent of it, is final. */
  has(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
      if (this.paths.has(path.slice(0, end))) return true;
    }
    return false;
  }

  /** The error of a line that undoes what is final. */
  weakened({ document, path }: Line<unknown>, what: string): AssayError {
    const place = document.locate(path);
    const message = `${what}, which ${this.source} marked final`;
    return new AssayError('POLICY_INVALID', `${originOf(document, path)}: ${message}`, {
      problems: [{ message, file: document.source, path: path.map(String).join('.'), ...place }],
      hint: `Remove that line, or ask whoever keeps ${this.source}.`,
    });
  }
}

/** How entries in several buckets, such as allow, review and deny, relate. */
export interface BucketKind<B extends string, V> {
  readonly path: string;
  /** From weakest to strictest; within a document the strictest wins. */
  readonly order: readonly B[];
  /** Buckets that widen what is allowed. */
  readonly grants: readonly B[];
  /** Whether an entry of a stricter bucket holds back all that one of a weaker bucket does. */
  readonly ordered: boolean;
  /** A bucket that lets nothing pass which it does not list, once any document has such a list. */
  readonly exclusive?: B;
  /** Buckets in which an entry is the stricter the less it covers. */
  readonly narrow?: readonly B[];
  /** What an entry is about. A document that names it replaces all that was said of it before. */
  readonly name: (value: V) => string;
  /** Tells entries of one name apart that may stand side by side, such as signatures; default: there is only one. */
  readonly detail?: (value: V) => string;
  /** Whether an entry covers all that another one of the same name does. */
  readonly covers?: (wide: V, narrow: V) => boolean;
}

interface Entry<B extends string, V> extends Line<V> {
  readonly bucket: B;
}

/** Entries that lie in one of several buckets. Between documents the later one wins. */
export class Buckets<B extends string, V> {
  private readonly kind: BucketKind<B, V>;
  /** By name. */
  private readonly entries = new Map<string, readonly Entry<B, V>[]>();
  /** Where each bucket was listed last. */
  private readonly listed = new Map<B, string>();

  constructor(kind: BucketKind<B, V>) {
    this.kind = kind;
  }

  merge(document: PolicyDocument, lists: Readonly<Partial<Record<B, readonly V[] | undefined>>> | undefined): void {
    const { order, path, name, detail = () => '' } = this.kind;
    const own = new Map<string, Map<string, Entry<B, V>>>();
    for (const bucket of order.toReversed()) {
      if (lists?.[bucket] !== undefined) this.listed.set(bucket, originOf(document, [...path.split('.'), bucket]));
      lists?.[bucket]?.forEach((value, index) => {
        const named = own.get(name(value)) ?? new Map<string, Entry<B, V>>();
        own.set(name(value), named);
        if (!named.has(detail(value))) {
          named.set(detail(value), { bucket, value, document, path: [...path.split('.'), bucket, index] });
        }
      });
    }
    for (const [about, named] of own) this.entries.set(about, [...named.values()]);
  }

  /** Throws POLICY_INVALID where an entry is weaker than what a parent, with all that it extends, says and marks final. */
  check(parent: Buckets<B, V>, finals: Finals): void {
    const { grants, path } = this.kind;
    for (const [name, entries] of parent.entries) {
      for (const held of entries) {
        if (grants.includes(held.bucket) || !finals.has(`${path}.${held.bucket}`)) continue;
        const now = this.entries.get(name) ?? [];
        if (!now.some((entry) => this.holdsBack(entry, held))) throw this.undone(name, now[0] ?? held, held, finals);
      }
    }
    for (const [name, entries] of this.entries) {
      for (const now of entries) {
        if (!this.isBounded(now.bucket, finals)) continue;
        const held = parent.entries.get(name) ?? [];
        if (!held.some((entry) => this.holdsBack(now, entry))) throw this.undone(name, now, held[0], finals);
      }
    }
  }

  /** Whether a bucket grants, and it or a stricter one that grants is final: a weaker grant would undo that one. */
  private isBounded(bucket: B, finals: Finals): boolean {
    const { grants, path } = this.kind;
    const bounds = grants.filter((grant) => this.rank(grant) >= this.rank(bucket));
    return grants.includes(bucket) && bounds.some((grant) => finals.has(`${path}.${grant}`));
  }

  /** Whether one entry lets nothing pass that another one of the same name would not. */
  private holdsBack(now: Entry<B, V>, held: Entry<B, V>): boolean {
    const { ordered, narrow = [], covers = () => true } = this.kind;
    if (now.bucket !== held.bucket) return ordered && this.rank(now.bucket) > this.rank(held.bucket);
    return narrow.includes(now.bucket) ? covers(held.value, now.value) : covers(now.value, held.value);
  }

  private undone(name: string, now: Entry<B, V>, held: Entry<B, V> | undefined, finals: Finals): AssayError {
    const place = `${this.kind.path}.${now.bucket}`;
    if (held === undefined) return finals.weakened(now, `adds ${name} to ${place}`);
    if (held.bucket === now.bucket) return finals.weakened(now, `gives another signature for ${name} in ${place}`);
    return finals.weakened(now, `moves ${name} from ${held.bucket} to ${now.bucket}`);
  }

  private rank(bucket: B): number {
    return this.kind.order.indexOf(bucket);
  }

  /** The lists of each bucket that anything was said about, sorted, with the origin of every line. */
  flat(origins: Record<string, string>): Partial<Record<B, V[]>> {
    const { order, exclusive, path, name, detail = () => '' } = this.kind;
    const all = [...this.entries.values()]
      .flat()
      .map((entry) => ({ ...entry, key: `${name(entry.value)}\0${detail(entry.value)}` }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const lists: Partial<Record<B, V[]>> = {};
    for (const bucket of order) {
      const held = all.filter((entry) => entry.bucket === bucket);
      const origin = bucket === exclusive ? this.listed.get(bucket) : undefined;
      if (held.length === 0 && origin === undefined) continue;
      lists[bucket] = held.map(({ value }) => value);
      if (held.length === 0 && origin !== undefined) origins[`${path}.${bucket}`] = origin;
      held.forEach((entry, index) => {
        origins[`${path}.${bucket}[${index}]`] = originOf(entry.document, entry.path);
      });
    }
    return lists;
  }
}

/** How single values by key, such as limits, relate. */
export interface SettingKind<V> {
  readonly path: string;
  readonly weaker: (value: V, held: V) => boolean;
  /** What holds where no document sets a key; undefined where nothing does. */
  readonly unset?: (key: string) => V | undefined;
}

/** Single values by key. Between documents the later one wins. */
export class Settings<V extends string | number | boolean> {
  private readonly kind: SettingKind<V>;
  private readonly values = new Map<string, Line<V>>();

  constructor(kind: SettingKind<V>) {
    this.kind = kind;
  }

  merge(document: PolicyDocument, values: Readonly<Record<string, V | undefined>> = {}): void {
    for (const [key, value] of Object.entries(values)) {
      if (value !== undefined) this.values.set(key, { value, document, path: [this.kind.path, key] });
    }
  }

  /** Throws POLICY_INVALID where a value is weaker than what a parent, with all that it extends, says and marks final. */
  check(parent: Settings<V>, finals: Finals): void {
    const { path, weaker, unset } = this.kind;
    for (const [key, now] of this.values) {
      if (!finals.has(`${path}.${key}`)) continue;
      const held = parent.values.get(key)?.value ?? unset?.(key);
      if (held === undefined || !weaker(now.value, held)) continue;
      throw finals.weakened(now, `sets ${path}.${key} to ${now.value}, weaker than ${held}`);
    }
  }

  flat(origins: Record<string, string>): Record<string, V> | undefined {
    if (this.values.size === 0) return undefined;
    const flat: Record<string, V> = {};
    for (const [key, { value, document, path }] of [...this.values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      flat[key] = value;
      origins[`${this.kind.path}.${key}`] = originOf(document, path);
    }
    return flat;
  }
}
