import { parse } from 'smol-toml';
import { AssayError } from '#model/errors';
import { readCapped } from '../fs/capped-read.ts';

/** A table of TOML. */
export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

const MAX_BYTES = 1024 * 1024;

/**
 * Reads a TOML file, which errors call `shown`; undefined where there is none. Throws DOCUMENT_MALFORMED, and
 * FILE_TOO_LARGE above `maxBytes`.
 */
export async function readToml(path: string, shown = path, maxBytes = MAX_BYTES): Promise<Table | undefined> {
  const bytes = await readCapped(path, maxBytes);
  if (bytes === undefined) return undefined;
  try {
    return parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new AssayError('DOCUMENT_MALFORMED', `${shown} is not TOML: ${why}`, {
      cause,
      hint: 'Correct the file; cargo would not read it either.',
    });
  }
}
