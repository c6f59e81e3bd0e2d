/** One line that a change takes away or brings. */
export interface LineChange {
  readonly sign: '+' | '-';
  readonly text: string;
}

/** The lines that differ between two texts, in order: a common beginning and end, and lines that both hold, are left out. */
export function lineChanges(before: string, after: string): LineChange[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const removed = old.slice(start, old.length - end);
  const added = fresh.slice(start, fresh.length - end);
  return [
    ...without(removed, added).map((text): LineChange => ({ sign: '-', text })),
    ...without(added, removed).map((text): LineChange => ({ sign: '+', text })),
  ];
}

/** Lines of one list that the other has no equal of, each equal counted once. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const many = left.get(line) ?? 0;
    if (many > 0) left.set(line, many - 1);
    return many === 0;
  });
}
