const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

interface Scale {
  readonly divisor: number;
  readonly unit: string;
}

function scaleOf(bytes: number): Scale {
  let divisor = 1;
  let index = 0;
  // 999.5 kB and more would round to 1000 kB, so it is written in the next unit.
  while (index < UNITS.length - 1 && Math.abs(bytes) / divisor >= (index === 0 ? 1000 : 999.5)) {
    divisor *= 1000;
    index += 1;
  }
  return { divisor, unit: UNITS[index] ?? 'B' };
}

function round(value: number): string {
  const digits = Math.abs(value) >= 99.95 || Number.isInteger(value) ? 0 : 1;
  return value.toFixed(digits).replace(/\.0$/, '');
}

/** A size in bytes for people, in decimal units: `968 B`, `2.3 kB`, `212 kB`, `1.8 MB`. */
export function showSize(bytes: number): string {
  const { divisor, unit } = scaleOf(bytes);
  return `${round(bytes / divisor)} ${unit}`;
}

/** How a size changed, in the unit of the new size: `+3`, `−12.5`, `unchanged`; in its own unit when it is too small for that. */
export function showSizeChange(before: number, after: number): string {
  const change = after - before;
  if (change === 0) return 'unchanged';
  const sign = change > 0 ? '+' : '−';
  const { divisor } = scaleOf(after);
  const amount = round(Math.abs(change) / divisor);
  return amount === '0' ? `${sign}${showSize(Math.abs(change))}` : `${sign}${amount}`;
}

/** `1 import`, `3 imports`. */
export function showCount(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${groupDigits(count)} ${count === 1 ? noun : plural}`;
}

/** Whole numbers with thin grouping that no locale changes: `12,345`. */
export function groupDigits(value: number | string): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A share of a whole as whole per cent; what is there but small is `<1 %`. */
export function showShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = Math.round((part / whole) * 100);
  return percent === 0 ? '<1 %' : `${percent} %`;
}
