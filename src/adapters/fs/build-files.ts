import { randomUUID } from 'node:crypto';
import { type Dir, type Dirent, existsSync, opendirSync, realpathSync, statSync } from 'node:fs';
import {
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  unlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { baseOf, IGNORED_FOLDERS, inputMatcher, isIgnoredFolder, levelsAbove } from '#model/build-inputs';
import { AssayError } from '#model/errors';
import type { BuildFiles, CopiedInputs, InputFile, ScratchFolder } from '#ports/build-files';
import { digestOfFile } from './digest-of-file.ts';
import { diskError } from './disk-errors.ts';

const MAX_FILES = 50_000;
const MAX_TOTAL_BYTES = 2 * 1024 ** 3;
const HASHED_AT_ONCE = 16;

/** Build files on the local disk. */
export const localBuildFiles: BuildFiles = { listInputs, scratch, copyInputs, readOutput, write };

async function listInputs(
  folder: string,
  globs: readonly string[],
  apart: readonly string[] = [],
): Promise<readonly InputFile[]> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new AssayError('FILE_MISSING', `the plugin folder ${folder} does not exist`, {
      cause,
      hint: 'Name the folder that holds plugin.yaml.',
    });
  });
  const climbs = Math.max(0, ...globs.map(levelsAbove));
  // From the folder as it is named: where that is a link, going up from its target would lead out of the workspace.
  const boundary = await realpath(resolve(folder, ...Array.from({ length: climbs }, () => '..')));
  const matches = inputMatcher(globs);
  const skipped = await realFolders(apart);
  const isSkipped = (path: string): boolean => skipped.has(path) && !isInside(path, root);
  // A glob may name what is otherwise passed over: `node_modules/shared/**`.
  const named = globs.filter((glob) => !glob.startsWith('!')).map(baseOf);
  const apartBases = named.filter((base) => base.split('/').some((part) => part === '..' || IGNORED_FOLDERS.has(part)));
  const bases = new Set(['.', ...apartBases]);
  const paths = new Set<string>();
  for (const base of bases) {
    for (const path of walk(resolve(root, base), isSkipped)) {
      const shown = relative(root, path).split(sep).join('/');
      if (!matches(shown)) continue;
      paths.add(shown);
      if (paths.size > MAX_FILES) throw tooMuch(folder, `more than ${MAX_FILES} files`);
    }
  }
  let total = 0;
  // Before more is read: thousands of sparse files cost nothing to keep, and hours to hash.
  const take = (size: number): void => {
    total += size;
    if (total > MAX_TOTAL_BYTES) throw tooMuch(folder, `more than ${MAX_TOTAL_BYTES} bytes`);
  };
  return inBatches([...paths].sort(), (path) => hashInput(root, boundary, path, take));
}

/** The folders as they are found when one walks there; those that do not exist hold nothing to skip. */
async function realFolders(folders: readonly string[]): Promise<ReadonlySet<string>> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return new Set(real.filter((folder) => folder !== undefined));
}

function* walk(folder: string, isSkipped: (path: string) => boolean): Generator<string> {
  const stands = (name: string): boolean => existsSync(join(folder, name));
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!isIgnoredFolder(entry.name, stands) && !isSkipped(path)) yield* walk(path, isSkipped);
    } else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

// Folders are read one entry at a time, so that a huge one meets the limit of files first.
function* entriesOf(folder: string): Generator<Dirent> {
  let opened: Dir;
  try {
    opened = opendirSync(folder);
  } catch {
    return;
  }
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) yield entry;
  } finally {
    opened.closeSync();
  }
}

async function hashInput(
  root: string,
  boundary: string,
  path: string,
  take: (size: number) => void,
): Promise<InputFile> {
  const real = realPathOf(resolve(root, path), path);
  if (!isInside(boundary, real)) {
    throw new AssayError('PATH_UNSAFE', `${path} is a link that leaves the plugin's folder`, {
      hint: 'Copy the file into the folder, or name a shared file by inputs: ["../…"].',
    });
  }
  const info = statSync(real);
  if (!info.isFile()) {
    throw new AssayError('PATH_UNSAFE', `${path} is a link to something that is not a file`, {
      hint: 'Builds read plain files only; leave it out with inputs: ["!…"].',
    });
  }
  take(info.size);
  return { path, size: info.size, digest: await digestOfFile(real) };
}

function realPathOf(full: string, shown: string): string {
  try {
    return realpathSync.native(full);
  } catch (cause) {
    // What cannot be decoded was replaced when the folder was listed, and leads to no file.
    if (shown.includes('\u{fffd}')) {
      throw new AssayError('PATH_UNSAFE', `the name of ${JSON.stringify(shown)} is not UTF-8`, {
        cause,
        hint: 'Rename the file, or leave it out with inputs: ["**", "!…"].',
      });
    }
    throw new AssayError('FILE_MISSING', `${shown} is a link to a file that does not exist`, {
      cause,
      hint: 'Remove the link, or leave it out with inputs: ["**", "!…"].',
    });
  }
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += HASHED_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + HASHED_AT_ONCE).map(work))));
  }
  return results;
}

async function scratch(): Promise<ScratchFolder> {
  const made = await mkdtemp(join(tmpdir(), 'assay-build-')).catch((cause: unknown) => {
    throw diskError(cause, 'written', tmpdir());
  });
  const path = await realpath(made);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function copyInputs(
  folder: string,
  inputs: readonly InputFile[],
  into: string,
  { packages = false }: { readonly packages?: boolean } = {},
): Promise<CopiedInputs> {
  const root = await realpath(folder);
  const climbs = Math.max(0, ...inputs.map((input) => levelsAbove(input.path)));
  // The real names up to where the inputs reach, because a workspace names its members' folders; not the name of the
  // folder that holds it all, which is another on every machine.
  const names = root.split(sep).filter((name) => name !== '');
  const copied = join(into, ...(climbs === 0 ? ['plugin'] : names.slice(-climbs)));
  try {
    await mkdir(copied, { recursive: true });
    await inBatches(inputs, (input) => copyInput(root, input, copied));
    if (packages) await linkPackages(root, copied, into);
  } catch (cause) {
    throw diskError(cause, 'written', into);
  }
  return { folder: copied, root: climbs === 0 ? copied : into };
}

async function copyInput(root: string, { path, digest }: InputFile, copied: string): Promise<void> {
  const target = resolve(copied, path);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(await realpath(resolve(root, path)), target, constants.COPYFILE_FICLONE);
  // The key of the cache names what was listed; a file saved since then must not be compiled under it.
  if ((await digestOfFile(target)) === digest) return;
  throw new AssayError('FILE_UNREADABLE', `${path} changed while the build was reading it`, {
    hint: 'Build again when nothing writes to the folder.',
  });
}

/** Packages of the plugin's folder and of those above it, in as many levels as the copy has. */
async function linkPackages(root: string, copied: string, into: string): Promise<void> {
  let place = copied;
  for (let at = root; isInside(into, place); at = dirname(at)) {
    const packages = join(at, 'node_modules');
    const isThere = (await stat(packages).catch(() => undefined))?.isDirectory() === true;
    const isTaken = (await lstat(join(place, 'node_modules')).catch(() => undefined)) !== undefined;
    if (isThere && !isTaken) await symlink(packages, join(place, 'node_modules'), 'junction');
    if (isThere || isTaken) place = dirname(place);
    if (dirname(at) === at) return;
  }
}

const MAKE_IT = 'Check the names of the output and companions in plugin.yaml, and where the build writes them.';

async function readOutput(folder: string, path: string, maxBytes: number): Promise<Uint8Array> {
  const full = resolve(folder, path);
  const info = await lstat(full).catch((cause: unknown) => {
    throw new AssayError('OUTPUT_MISSING', `the build did not make ${path}`, { cause, hint: MAKE_IT });
  });
  const real = await realpath(full);
  if (!isInside(await realpath(folder), real) || info.isSymbolicLink()) {
    throw new AssayError('PATH_UNSAFE', `the build made ${path} a link; outputs have to be plain files`, {
      hint: 'Copy the file there instead of linking it.',
    });
  }
  if (!info.isFile())
    throw new AssayError('OUTPUT_MISSING', `the build made ${path}, but it is not a file`, { hint: MAKE_IT });
  if (info.size > maxBytes) {
    throw new AssayError('BUILD_LIMIT', `${path} is ${info.size} bytes; an output may have at most ${maxBytes}`, {
      hint: 'Build with optimize: size, or leave debug information out.',
    });
  }
  return new Uint8Array(await readFile(real));
}

async function write(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    // A plugin's repository may hold its result folder as a link to somewhere else.
    if ((await lstat(folder)).isSymbolicLink()) {
      throw new AssayError(
        'PATH_UNSAFE',
        `${folder} is a symbolic link, and results are written into real folders only`,
        {
          hint: 'Remove the link, or name another folder with --out.',
        },
      );
    }
    const put = ({ name, bytes }: (typeof files)[number]): Promise<void> => writeWhole(join(folder, name), bytes);
    // The last one names the others, so it comes when they are there.
    await Promise.all(files.slice(0, -1).map(put));
    await Promise.all(files.slice(-1).map(put));
  } catch (cause) {
    throw diskError(cause, 'written', folder);
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => {});
    throw diskError(cause, 'written', path);
  }
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function tooMuch(what: string, how: string): AssayError {
  return new AssayError('FILE_TOO_LARGE', `${what} holds ${how} for a build to read`, {
    hint: 'Name what the build reads with inputs: in plugin.yaml.',
  });
}
