import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '#model/errors';

/** Most bytes of one artifact, packed or unpacked. */
export const MAX_ARTIFACT_BYTES = 1024 ** 3;
/** Most files of one artifact. */
export const MAX_ARTIFACT_FILES = 1_000;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,149}$/;

/** Names that every artifact store and every file system takes. Throws PATH_UNSAFE. */
export function checkArtifactName(name: string): void {
  if (NAME.test(name) && !name.endsWith('.')) return;
  throw new AssayError('PATH_UNSAFE', `"${name}" cannot be the name of an artifact`, {
    hint: 'Letters, digits, dots, hyphens and underscores, up to 150 characters.',
  });
}

/**
 * The files of a folder, which have to be plain ones directly in it: artifacts may come from a job that ran hostile
 * code. Throws PATH_UNSAFE or FILE_TOO_LARGE.
 */
export async function plainFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).toSorted();
  if (names.length > MAX_ARTIFACT_FILES) throw tooLarge(`${names.length} files`);
  let total = 0;
  for (const name of names) {
    const info = await lstat(join(folder, name));
    if (!info.isFile() || !NAME.test(name)) {
      throw new AssayError('PATH_UNSAFE', `the artifact holds "${name}", which is not a plain file`);
    }
    total += info.size;
  }
  if (total > MAX_ARTIFACT_BYTES) throw tooLarge(`${total} bytes`);
  return names;
}

export function tooLarge(what: string): AssayError {
  return new AssayError('FILE_TOO_LARGE', `the artifact has ${what}`, {
    hint: `At most ${MAX_ARTIFACT_FILES} files and ${MAX_ARTIFACT_BYTES} bytes are accepted.`,
  });
}
