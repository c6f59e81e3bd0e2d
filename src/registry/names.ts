const CONFUSABLE_DIGITS: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', '5': 's' };

/**
 * What remains of a name or logical path when case, hyphens, underscores and digits that look like letters are
 * taken away. Two names that fold alike cannot both exist in a registry. Slashes stay.
 */
export function foldName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[-_]/g, '')
    .replace(/[015]/g, (digit) => CONFUSABLE_DIGITS[digit] ?? digit);
}

/**
 * Damerau-Levenshtein distance (adjacent transpositions count once), or undefined once it exceeds `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return undefined;
    beforeLast = last;
    last = current;
  }
  const distance = last[b.length] ?? 0;
  return distance <= limit ? distance : undefined;
}

/** Up to three of the known names that `wanted` may have meant, the nearest first. */
export function nearMisses(wanted: string, known: Iterable<string>): string[] {
  const limit = wanted.length <= 5 ? 1 : 2;
  const found: { name: string; distance: number }[] = [];
  for (const name of known) {
    const distance = foldName(name) === foldName(wanted) ? 0 : editDistance(name, wanted, limit);
    if (distance !== undefined) found.push({ name, distance });
  }
  return found
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name, 'en'))
    .slice(0, 3)
    .map(({ name }) => name);
}
