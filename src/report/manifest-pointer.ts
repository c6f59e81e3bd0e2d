import type { Fix } from '#model/audit-report';

/** The JSON pointer of the manifest line that a finding is best shown at: where its fix goes, else the top. */
export function manifestPointer(fix: Fix | undefined): string {
  const path = fix?.kind === 'manifest' ? fix.edits[0]?.path : undefined;
  return path === undefined ? '' : path.replace(/\/-$/, '');
}
