import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, isAssayError } from '#model/errors';
import type { ArtifactStore } from '#ports/artifact-store';
import { checkArtifactName, MAX_ARTIFACT_BYTES, plainFiles, tooLarge } from './artifact-files.ts';

export interface ActionsArtifactOptions {
  /** Days until GitHub removes an artifact; default: what the repository says. */
  readonly retentionDays?: number;
  /** Longest wait for one transfer; default: ten minutes. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;

/** The artifacts of the running workflow, through GitHub's own client. What is downloaded has its digest checked. */
export async function actionsArtifacts(options: ActionsArtifactOptions = {}): Promise<ArtifactStore> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const limit = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  return {
    name: 'Actions artifacts',

    async upload(name, folder, files) {
      checkArtifactName(name);
      let total = 0;
      for (const file of files) total += (await stat(join(folder, file))).size;
      if (total > MAX_ARTIFACT_BYTES) throw tooLarge(`${total} bytes`);
      const paths = files.map((file) => join(folder, file));
      const { retentionDays } = options;
      const upload = client.uploadArtifact(name, paths, folder, retentionDays === undefined ? {} : { retentionDays });
      await within(limit, upload, `the artifact "${name}" cannot be stored`);
    },

    async download(name, folder) {
      checkArtifactName(name);
      const { artifact } = await within(limit, client.getArtifact(name), `there is no artifact "${name}"`);
      if (artifact.size > MAX_ARTIFACT_BYTES) throw tooLarge(`${artifact.size} bytes`);
      if (artifact.digest === undefined) {
        throw new AssayError('DIGEST_MISMATCH', `GitHub states no digest for the artifact "${name}"`);
      }
      await mkdir(folder, { recursive: true });
      try {
        const { digestMismatch } = await within(
          limit,
          client.downloadArtifact(artifact.id, { path: folder, expectedHash: artifact.digest }),
          `the artifact "${name}" cannot be downloaded`,
        );
        if (digestMismatch === true) {
          throw new AssayError('DIGEST_MISMATCH', `the artifact "${name}" is not what was stored (${artifact.digest})`);
        }
        return await plainFiles(folder);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AssayError('NETWORK', `${what}: no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw isAssayError(cause) ? cause : translate(cause, what);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

function translate(cause: unknown, what: string): AssayError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Error && cause.name === 'ArtifactNotFoundError') {
    return new AssayError('FILE_MISSING', what, {
      cause,
      hint: 'Check that the job which stores it ran before this one.',
    });
  }
  if (/\b(?:409|already exists)\b/i.test(message)) {
    return new AssayError('VERSION_TAKEN', `${what}: the name is in use`, { cause });
  }
  const isRefused = /\b(?:401|403)\b|unauthorized|forbidden/i.test(message);
  return new AssayError(isRefused ? 'UPSTREAM_REFUSED' : 'NETWORK', `${what}: ${message}`, { cause });
}
