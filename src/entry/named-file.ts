import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCapped } from '#adapters/fs/capped-read';
import { AssayError } from '#model/errors';

export const MAX_MODULE_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of a file that a person named; `hint` is what to do where there is none. Throws FILE_MISSING,
 * FILE_UNREADABLE or FILE_TOO_LARGE.
 */
export async function readNamedFile(
  cwd: string,
  path: string,
  maxBytes: number,
  hint = 'Check the path; it is relative to where you stand.',
): Promise<Uint8Array> {
  const full = resolve(cwd, path);
  const bytes = await readCapped(full, maxBytes).catch((cause: unknown) => {
    throw isFolder(full) ? folderNamed(full, path, cause) : cause;
  });
  if (bytes !== undefined) return bytes;
  throw new AssayError('FILE_MISSING', `${path} does not exist`, { hint });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function folderNamed(full: string, path: string, cause: unknown): AssayError {
  const isPlugin = existsSync(join(full, 'plugin.yaml'));
  return new AssayError('FILE_UNREADABLE', `${path} is a folder, not a file`, {
    cause,
    hint: isPlugin
      ? `\`assay check ${path}\` builds the plugin and leaves modules and reports in its .assay; name one of those.`
      : 'Name a file in it.',
  });
}
