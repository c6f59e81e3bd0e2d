/** The name that reachability gives the start section. An export may have it too; then the name stands for both. */
export const START_ROOT = '(start)';

/** The functions whose reference may get to code outside other than through a table. */
export const REFERENCES_ROOT = '(references)';

/** The functions of a table that code outside shares. */
export function tableRoot(table: string): string {
  return `(table ${table})`;
}
