import type { BuildJob } from '#model/build-record';
import { AssayError } from '#model/errors';

type OptionValue = BuildJob['options'][string];

/**
 * Reads a build's `options` strictly: a toolchain asks for each one it knows by its kind, and `finish` refuses what
 * nobody asked for. Throws MANIFEST_INVALID, naming the option and, for an unknown one, those that exist.
 */
export class OptionReader {
  readonly #job: BuildJob;
  readonly #known = new Set<string>();

  constructor(job: BuildJob) {
    this.#job = job;
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, 'a text');
  }

  /** Several texts, given as a list or as a single text. */
  texts(name: string): readonly string[] {
    const value = this.#take(name);
    if (value === undefined) return [];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value;
    throw this.#wrong(name, 'a list of texts');
  }

  flag(name: string, byDefault: boolean): boolean {
    const value = this.#take(name);
    if (value === undefined) return byDefault;
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, 'true or false');
  }

  /** A whole number from 0 up. */
  count(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#wrong(name, 'a whole number');
  }

  oneOf<T extends string>(name: string, values: readonly T[], byDefault: T): T {
    const text = this.text(name);
    if (text === undefined) return byDefault;
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw this.#wrong(name, `one of ${values.join(', ')}`);
  }

  /** Refuses options that were never asked for. */
  finish(): void {
    const unknown = Object.keys(this.#job.options).find((name) => !this.#known.has(name));
    if (unknown === undefined) return;
    throw new AssayError('MANIFEST_INVALID', `${this.#where()} has the option "${unknown}", which does not exist`, {
      hint: `Options of ${this.#job.toolchain}: ${[...this.#known].toSorted().join(', ')}.`,
    });
  }

  #take(name: string): OptionValue | undefined {
    this.#known.add(name);
    return this.#job.options[name];
  }

  #wrong(name: string, expected: string): AssayError {
    return new AssayError('MANIFEST_INVALID', `${this.#where()}: option "${name}" must be ${expected}`, {
      hint: `docs/toolchains.md shows the options of ${this.#job.toolchain}.`,
    });
  }

  #where(): string {
    return `the ${this.#job.toolchain} build of ${this.#job.plugin}`;
  }
}

/** The build's target, checked against those the toolchain has; the first one is the default. */
export function targetOf<T extends string>(job: BuildJob, targets: readonly [T, ...T[]]): T {
  if (job.target === undefined) return targets[0];
  const found = targets.find((target) => target === job.target);
  if (found !== undefined) return found;
  throw new AssayError('MANIFEST_INVALID', `${job.toolchain} has no target "${job.target}" (build of ${job.plugin})`, {
    hint: `Targets of ${job.toolchain}: ${targets.join(', ')}.`,
  });
}
