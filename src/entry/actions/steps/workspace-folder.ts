import { lstat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AssayError } from '#model/errors';

/**
 * The absolute path of a folder that the step writes into. Throws PATH_UNSAFE where a link lies on the way below the
 * workspace, because that belongs to the repository, and its author would choose what is written to.
 */
export async function workspaceFolder(workspace: string, named: string): Promise<string> {
  const folder = resolve(workspace, named);
  const below = relative(workspace, folder);
  if (below === '' || isAbsolute(below) || below.split(sep)[0] === '..') return folder;
  let at = workspace;
  for (const part of below.split(sep)) {
    at = join(at, part);
    if ((await lstat(at).catch(() => undefined))?.isSymbolicLink() !== true) continue;
    throw new AssayError('PATH_UNSAFE', `${named} leads through ${JSON.stringify(at)}, which is a symbolic link`, {
      hint: 'Remove the link, or name another folder; results are written into real folders only.',
    });
  }
  return folder;
}
