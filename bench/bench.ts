/** One line of the table. Values of a row and its peer share the unit and were taken in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB/s' | 'MB' | 'per s';
  /** What it is compared with: another tool on the same work, or the least that is possible. */
  readonly peer?: { readonly name: string; readonly value: number };
}

/** A measurement: a module of this folder that exports these two. */
export interface Bench {
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

/** The middle of the values; of an even number the upper one. Throws for none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('no values to take the median of');
  return middle;
}

/**
 * Runs each of several pieces of work in turn, `rounds` times over, so that a busy moment of the machine hits all of
 * them. The first round warms up and does not count. Gives the median milliseconds of each.
 */
export function medians<K extends string>(work: Readonly<Record<K, () => void>>, rounds: number): Record<K, number> {
  const names = Object.keys(work).filter((name): name is K => name in work);
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const begun = performance.now();
      work[name]();
      if (round > 0) times.get(name)?.push(performance.now() - begun);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<K, number>;
}
