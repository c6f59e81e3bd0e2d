import { readContained } from '#adapters/fs/contained-read';
import { AssayError } from '#model/errors';
import type { LoadedPlugin } from './load-plugin.ts';

const MAX_COMPANION_BYTES = 20 * 1024 * 1024;

export interface ListedCompanion {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mediaType?: string;
}

/** The files that plugin.yaml lists to ship with the plugin. Throws FILE_MISSING, FILE_TOO_LARGE or PATH_UNSAFE. */
export async function listedCompanions(plugin: LoadedPlugin): Promise<readonly ListedCompanion[]> {
  const listed: ListedCompanion[] = [];
  for (const { path, mediaType } of plugin.manifest.companions ?? []) {
    const bytes = await readContained(plugin.folder, path, MAX_COMPANION_BYTES);
    if (bytes === undefined) {
      throw new AssayError('FILE_MISSING', `the companion ${path} does not exist`, {
        hint: `Add the file, or take it out of companions in ${plugin.source}.`,
      });
    }
    listed.push({ path, bytes, ...(mediaType === undefined ? {} : { mediaType }) });
  }
  return listed;
}
