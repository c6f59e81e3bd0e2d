/** Place of the last of ascending numbers that is not above a limit; 0 where all are. */
export function lastUpTo(ascending: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
