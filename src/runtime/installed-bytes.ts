import { digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Generation, InstalledPlugin } from '#model/runtime-state';
import type { Folder } from '#ports/folder';
import { RUNTIME } from './layout.ts';

/** An installed plugin's bytes, checked against the digest it was installed with. Throws DIGEST_MISMATCH. */
export async function readInstalledBytes(
  folder: Folder,
  name: string,
  { artifact, version }: InstalledPlugin,
): Promise<Uint8Array> {
  const path = RUNTIME.blob(artifact.digest);
  // One byte more than expected is enough to see that a file has grown.
  const bytes = await folder.read(path, artifact.size + 1).catch(() => undefined);
  if (bytes !== undefined && bytes.length === artifact.size && digestOf(bytes) === artifact.digest) return bytes;
  const what = bytes === undefined ? 'missing or unreadable' : 'not what was installed';
  throw new AssayError('DIGEST_MISMATCH', `${name} ${version}: ${path} in ${folder.location} is ${what}`, {
    hint: 'Fetch it again with: assay install --frozen',
  });
}

/** Reads every plugin of a set and checks its digest. Throws DIGEST_MISMATCH, naming all that are damaged. */
export async function verifyGeneration(folder: Folder, generation: Generation): Promise<void> {
  const failures: AssayError[] = [];
  for (const [name, plugin] of Object.entries(generation.plugins)) {
    try {
      await readInstalledBytes(folder, name, plugin);
    } catch (cause) {
      if (!(cause instanceof AssayError)) throw cause;
      failures.push(cause);
    }
  }
  const [first] = failures;
  if (first === undefined) return;
  throw new AssayError(first.code, first.message, {
    cause: first,
    problems: failures.map(({ message }) => ({ message })),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}
