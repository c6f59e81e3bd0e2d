import { AssayError, type ErrorCode, isAssayError } from '#model/errors';
import { digestOf, shortDigest } from '#model/digest';
import type { IndexEntry } from './shards.ts';

/** What reading a registry needs; the port of that purpose fits. */
export interface RegistryFiles {
  readonly location: string;
  /** The bytes, or undefined when there is no such file; throws FILE_TOO_LARGE rather than buffer more. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
}

/**
 * Reads a file whose digest and size are known and checks both. Throws `code` when it is missing, larger, shorter or
 * other bytes, and INDEX_INVALID when even the promised size is over the limit for its kind.
 */
export async function readChecked(
  files: RegistryFiles,
  path: string,
  entry: IndexEntry,
  limit: number,
  code: ErrorCode = 'INDEX_TAMPERED',
): Promise<Uint8Array> {
  const where = `${path} in ${files.location}`;
  if (entry.size > limit) {
    throw new AssayError('INDEX_INVALID', `${where} is announced with ${entry.size} bytes; ${limit} are allowed`);
  }
  const bytes = await readBounded(files, path, entry.size, code);
  if (bytes === undefined) throw damaged(code, `${where} is missing`);
  if (bytes.length !== entry.size) {
    throw damaged(code, `${where} has ${bytes.length} bytes where ${entry.size} were promised`);
  }
  const digest = digestOf(bytes);
  if (digest !== entry.digest) {
    throw damaged(
      code,
      `a file was changed: ${where} has the digest ${shortDigest(digest)}…, not the promised ${shortDigest(entry.digest)}…`,
    );
  }
  return bytes;
}

/** Reads at most `maxBytes`; a file that goes on is reported with `code`, since it is the registry's fault. */
export async function readBounded(
  files: RegistryFiles,
  path: string,
  maxBytes: number,
  code: ErrorCode,
): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path, maxBytes);
  } catch (cause) {
    if (!isAssayError(cause) || cause.code !== 'FILE_TOO_LARGE') throw cause;
    throw damaged(code, `${path} in ${files.location} is larger than the ${maxBytes} bytes it may have`, cause);
  }
}

function damaged(code: ErrorCode, message: string, cause?: unknown): AssayError {
  return new AssayError(code, message, {
    cause,
    hint: 'The copy is damaged or was changed. Nothing from it was used; try another mirror, or tell the registry.',
  });
}
