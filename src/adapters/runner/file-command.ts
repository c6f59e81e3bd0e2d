import { randomUUID } from 'node:crypto';
import { AssayError } from '#model/errors';

/** The files that a step appends to, by the variable that names each (GitHub Docs, "Environment files"). */
export type FileCommand = 'GITHUB_OUTPUT' | 'GITHUB_ENV' | 'GITHUB_STATE' | 'GITHUB_STEP_SUMMARY';

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * One `name<<delimiter` entry for GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE. The delimiter is drawn anew for each
 * entry, so that no value can end it early and add entries of its own.
 */
export function heredoc(name: string, value: string, draw: () => string = randomUUID): string {
  if (!NAME.test(name)) throw new AssayError('INTERNAL', `"${name}" cannot be the name of an output`);
  const delimiter = `assay_${draw()}`;
  if (value.includes(delimiter)) throw new AssayError('INTERNAL', `the value of "${name}" contains its delimiter`);
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}
