import { BUILD_FOLDER } from '#model/build-folder';
import type { BuildFiles } from '#ports/build-files';
import type { BuildResult } from './build-result.ts';

/** Leaves a build for the steps that follow: module, companions, log, and last the record that names them. */
export async function writeResult(folder: string, result: BuildResult, files: BuildFiles): Promise<void> {
  const { id } = result.record.job;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  await files.write(folder, [
    { name: BUILD_FOLDER.module(id), bytes: result.bytes },
    ...result.companions.map(({ file, bytes }) => ({ name: file, bytes })),
    { name: BUILD_FOLDER.log(id), bytes: encode(result.log) },
    { name: BUILD_FOLDER.record(id), bytes: encode(`${JSON.stringify(result.record, null, 2)}\n`) },
  ]);
}
