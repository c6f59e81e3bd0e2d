import { AssayError } from '#model/errors';
import type { PolicyDocument } from './document.ts';

/** Where a line of policy comes from, for people: `policy.yaml:7`, or the preset's name. */
export function originOf(document: PolicyDocument, path: readonly PropertyKey[]): string {
  const place = document.locate(path);
  return place === undefined ? document.source : `${document.source}:${place.line}`;
}

/** The error of a document that undoes what a parent marked final. */
export function weakened(
  document: PolicyDocument,
  path: readonly PropertyKey[],
  what: string,
  parent: string,
): AssayError {
  const place = document.locate(path);
  const message = `${what}, which ${parent} marked final`;
  return new AssayError('POLICY_INVALID', `${originOf(document, path)}: ${message}`, {
    problems: [{ message, file: document.source, path: path.map(String).join('.'), ...place }],
    hint: `Remove that line, or ask whoever keeps ${parent}.`,
  });
}

/** What has been marked final so far, and by whom. */
export class Finals {
  readonly #paths = new Map<string, string>();

  add(path: string, origin: string): void {
    if (!this.#paths.has(path)) this.#paths.set(path, origin);
  }

  /** Who made this path, or a parent of it, final. */
  by(path: string): string | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
      const origin = this.#paths.get(path.slice(0, end));
      if (origin !== undefined) return origin;
    }
    return undefined;
  }
}

interface Entry<B extends string, V> {
  readonly bucket: B;
  readonly value: V;
  readonly origin: string;
}

/**
 * Entries that lie in one of several buckets, such as allow, review and deny. Within a document the strictest bucket
 * wins, between documents the later one does, except that an entry never leaves a final bucket for a weaker one and
 * nothing joins a final bucket that grants.
 */
export class Buckets<B extends string, V> {
  readonly #entries = new Map<string, Entry<B, V>>();
  readonly #path: string;
  readonly #order: readonly B[];
  readonly #grants: readonly B[];
  readonly #key: (value: V) => string;

  /** `order` goes from weakest to strictest; `grants` are the buckets that widen what is allowed. */
  constructor(path: string, order: readonly B[], grants: readonly B[], key: (value: V) => string) {
    this.#path = path;
    this.#order = order;
    this.#grants = grants;
    this.#key = key;
  }

  merge(document: PolicyDocument, lists: Readonly<Partial<Record<B, readonly V[] | undefined>>>, finals: Finals): void {
    const own = new Set<string>();
    for (const bucket of this.#order.toReversed()) {
      lists[bucket]?.forEach((value, index) => {
        const key = this.#key(value);
        if (own.has(key)) return;
        own.add(key);
        const path = [...this.#path.split('.'), bucket, index];
        this.#check(document, path, bucket, key, finals);
        this.#entries.set(key, { bucket, value, origin: originOf(document, path) });
      });
    }
  }

  #check(document: PolicyDocument, path: PropertyKey[], bucket: B, key: string, finals: Finals): void {
    const held = this.#entries.get(key);
    if (held !== undefined && this.#order.indexOf(bucket) < this.#order.indexOf(held.bucket)) {
      const parent = finals.by(`${this.#path}.${held.bucket}`);
      if (parent !== undefined) throw weakened(document, path, `moves ${key} from ${held.bucket} to ${bucket}`, parent);
    }
    if (held?.bucket !== bucket && this.#grants.includes(bucket)) {
      const parent = finals.by(`${this.#path}.${bucket}`);
      if (parent !== undefined) throw weakened(document, path, `adds ${key} to ${this.#path}.${bucket}`, parent);
    }
  }

  /** The lists of each bucket that anything was said about, sorted, with the origin of every line. */
  flat(origins: Record<string, string>): Partial<Record<B, V[]>> {
    const lists: Partial<Record<B, V[]>> = {};
    for (const bucket of this.#order) {
      const held = [...this.#entries]
        .filter(([, entry]) => entry.bucket === bucket)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      if (held.length === 0) continue;
      lists[bucket] = held.map(([, entry]) => entry.value);
      held.forEach(([, entry], index) => {
        origins[`${this.#path}.${bucket}[${index}]`] = entry.origin;
      });
    }
    return lists;
  }
}

/** Single values by key, such as limits: the later one wins unless the earlier is final and stricter. */
export class Settings<V extends string | number | boolean> {
  readonly #values = new Map<string, { value: V; origin: string }>();
  readonly #path: string;
  readonly #weaker: (key: string, value: V, held: V) => boolean;

  constructor(path: string, weaker: (key: string, value: V, held: V) => boolean) {
    this.#path = path;
    this.#weaker = weaker;
  }

  merge(document: PolicyDocument, values: Readonly<Record<string, V | undefined>> | undefined, finals: Finals): void {
    for (const [key, value] of Object.entries(values ?? {})) {
      if (value === undefined) continue;
      const path = [this.#path, key];
      const held = this.#values.get(key);
      const parent = finals.by(path.join('.'));
      if (parent !== undefined && held !== undefined && this.#weaker(key, value, held.value)) {
        throw weakened(document, path, `sets ${path.join('.')} to ${value}, weaker than ${held.value}`, parent);
      }
      this.#values.set(key, { value, origin: originOf(document, path) });
    }
  }

  flat(origins: Record<string, string>): Record<string, V> | undefined {
    if (this.#values.size === 0) return undefined;
    const flat: Record<string, V> = {};
    for (const [key, { value, origin }] of [...this.#values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      flat[key] = value;
      origins[`${this.#path}.${key}`] = origin;
    }
    return flat;
  }
}
