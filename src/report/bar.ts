const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of `cells` character cells, filled to the share of the whole, in eighths of a cell. */
export function bar(part: number, whole: number, cells: number): string {
  const eighths = whole === 0 ? 0 : Math.round((part / whole) * cells * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
