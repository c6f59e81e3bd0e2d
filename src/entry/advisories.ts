import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError } from '#model/errors';
import { type Advisories, readAdvisories } from '#rules/advisories';
import { readNamedFile } from './named-file.ts';

const MAX_FILES = 200_000;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024;

/**
 * OSV records from files, and from every .json file below folders; undefined when none are named.
 * Throws FILE_MISSING, FILE_TOO_LARGE, DOCUMENT_MALFORMED or DOCUMENT_INVALID.
 */
export async function loadAdvisories(cwd: string, paths: readonly string[]): Promise<Advisories | undefined> {
  if (paths.length === 0) return undefined;
  const files: string[] = [];
  for (const path of paths) files.push(...(await filesBelow(cwd, path)));
  if (files.length > MAX_FILES) throw tooMuch(`more than ${MAX_FILES} files`);
  const documents: { source: string; text: Uint8Array }[] = [];
  let total = 0;
  for (const source of files) {
    const text = await readNamedFile(cwd, source, MAX_FILE_BYTES);
    total += text.length;
    if (total > MAX_TOTAL_BYTES) throw tooMuch('more than 1 GiB');
    documents.push({ source, text });
  }
  return readAdvisories(documents);
}

async function filesBelow(cwd: string, path: string): Promise<string[]> {
  const info = await stat(resolve(cwd, path)).catch(() => undefined);
  if (info?.isDirectory() !== true) return [path];
  const names = await readdir(resolve(cwd, path), { recursive: true });
  return names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(path, name));
}

function tooMuch(what: string): AssayError {
  return new AssayError('FILE_TOO_LARGE', `the advisories are ${what}`, {
    hint: 'Name the folders of the ecosystems that matter, such as crates.io and Go.',
  });
}
