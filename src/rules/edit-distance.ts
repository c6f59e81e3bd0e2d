/**
 * Optimal string alignment distance (insert, delete, replace, swap neighbours), given up above `limit`: the result is
 * then `limit + 1`. Takes at most text × limit steps of a fixed row.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (before[j - 2] ?? 0) + 1);
      row.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) return limit + 1;
    before = above;
    above = row;
  }
  return Math.min(above[b.length] ?? 0, limit + 1);
}

/** The candidate closest to a text, when it is close enough to be meant: at most a third of the text changed. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let limit = Math.max(1, Math.floor(text.length / 3));
  let found: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate, limit);
    if (distance > limit || (distance === limit && found !== undefined)) continue;
    found = candidate;
    limit = distance;
  }
  return found;
}

/** The question that a hint puts to whoever wrote a name that is none of these; undefined where none is close. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const close = nearest(text, candidates);
  return close === undefined ? undefined : `Did you mean ${close}?`;
}
