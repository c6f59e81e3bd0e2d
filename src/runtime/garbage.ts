import { hexOf } from '#model/digest';
import type { Folder } from '#ports/folder';
import { listGenerations, readCurrent, readGeneration } from './documents.ts';
import { RUNTIME } from './layout.ts';

/** Removes the oldest generations beyond `keep`, never the one in use, and blobs that no kept generation refers to. */
export async function collectGarbage(folder: Folder, keep: number): Promise<void> {
  const current = await readCurrent(folder);
  const all = await listGenerations(folder);
  const surplus = all.filter((number) => number !== current).slice(0, Math.max(0, all.length - keep));
  for (const number of surplus) await folder.remove(RUNTIME.generation(number));

  const used = await usedBlobs(folder).catch(() => undefined);
  // A generation that cannot be read may need any blob.
  if (used === undefined) return;
  for (const name of await folder.list(RUNTIME.store)) {
    if (!used.has(name)) await folder.remove(`${RUNTIME.store}/${name}`);
  }
}

async function usedBlobs(folder: Folder): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const number of await listGenerations(folder)) {
    const { plugins } = await readGeneration(folder, number);
    for (const { artifact } of Object.values(plugins)) used.add(hexOf(artifact.digest));
  }
  return used;
}
