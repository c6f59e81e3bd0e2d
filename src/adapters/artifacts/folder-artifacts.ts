import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { DigestSchema, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import type { ArtifactStore } from '#ports/artifact-store';
import { checkArtifactName, MAX_ARTIFACT_BYTES, plainFiles, tooLarge } from './artifact-files.ts';

const ListSchema = z.record(z.string().max(150), DigestSchema);
const LIST = 'files.json';

/** Artifacts in a local folder, one folder each, with the digests of its files beside them. */
export function folderArtifacts(root: string): ArtifactStore {
  return {
    name: root,

    async upload(name, folder, files) {
      checkArtifactName(name);
      const place = join(root, name);
      if ((await stat(place).catch(() => undefined)) !== undefined) throw taken(name);
      const staged = join(root, `.${name}.${process.pid}`);
      await mkdir(join(staged, 'files'), { recursive: true });
      try {
        const digests: z.infer<typeof ListSchema> = {};
        for (const file of files) {
          checkArtifactName(file);
          const { size } = await stat(join(folder, file));
          if (size > MAX_ARTIFACT_BYTES) throw tooLarge(`${size} bytes`);
          await copyFile(join(folder, file), join(staged, 'files', file));
          digests[file] = digestOf(await readFile(join(staged, 'files', file)));
        }
        await plainFiles(join(staged, 'files'));
        await writeFile(join(staged, LIST), JSON.stringify(digests));
        await rename(staged, place);
      } finally {
        await rm(staged, { recursive: true, force: true });
      }
    },

    async download(name, folder) {
      checkArtifactName(name);
      const place = join(root, name);
      const text = await readFile(join(place, LIST)).catch((cause: unknown) => {
        throw new AssayError('FILE_MISSING', `there is no artifact "${name}" in ${root}`, { cause });
      });
      const digests = parseJson(ListSchema, text, { source: join(place, LIST) });
      const files = await plainFiles(join(place, 'files'));
      await mkdir(folder, { recursive: true });
      for (const [file, digest] of Object.entries(digests)) {
        const bytes = files.includes(file) ? await readFile(join(place, 'files', file)) : undefined;
        if (bytes === undefined || digestOf(bytes) !== digest) {
          throw new AssayError('DIGEST_MISMATCH', `${file} of the artifact "${name}" is not what was stored`);
        }
        await writeFile(join(folder, file), bytes);
      }
      return Object.keys(digests).toSorted();
    },
  };
}

function taken(name: string): AssayError {
  return new AssayError('VERSION_TAKEN', `there is already an artifact "${name}"`, {
    hint: 'Artifacts are stored once; give each job of the matrix its own name.',
  });
}
