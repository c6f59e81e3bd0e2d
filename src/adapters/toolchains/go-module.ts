import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { AssayError } from '#model/errors';
import type { SharedInput } from '#ports/toolchain';
import { readCapped } from '../fs/capped-read.ts';
import { SharedInputs } from './shared-inputs.ts';

/** What a go.mod says, as far as a build needs it before Go runs. */
export interface GoModule {
  /** The folder with go.mod. */
  readonly root: string;
  readonly path: string;
  /** Folders that stand for modules: `replace example.com/shared => ../shared`. */
  readonly replaced: readonly string[];
  /** Required modules that come from the network, and so have to be in go.sum. */
  readonly required: readonly string[];
  /** Whether the dependencies lie in a vendor folder. */
  readonly isVendored: boolean;
}

const MAX_BYTES = 1024 * 1024;
const MAX_PACKAGES = 2000;

/** The module that a package's folder belongs to, looked for upwards; undefined where there is none. */
export async function findGoModule(packageFolder: string, highest?: string): Promise<GoModule | undefined> {
  for (let root = packageFolder; ; root = dirname(root)) {
    const bytes = await readCapped(join(root, 'go.mod'), MAX_BYTES);
    if (bytes !== undefined) return parseGoMod(new TextDecoder().decode(bytes), root);
    if (root === highest || dirname(root) === root) return undefined;
  }
}

function parseGoMod(text: string, root: string): GoModule {
  const directives = directivesOf(text);
  const path = directives.find(([name]) => name === 'module')?.[1] ?? '';
  const replaces = directives.filter(([name]) => name === 'replace').map(([, ...words]) => words);
  const local = new Map<string, string>();
  for (const words of replaces) {
    const arrow = words.indexOf('=>');
    const [from, to] = [words[0], words[arrow + 1]];
    if (arrow > 0 && from !== undefined && to !== undefined && /^(?:\.{1,2}(?:\/|$)|\/)/.test(to)) {
      local.set(from, resolve(root, to));
    }
  }
  const required = directives.flatMap(([name, module]) => (name === 'require' && module !== undefined ? [module] : []));
  return {
    root,
    path,
    replaced: [...local.values()],
    required: required.filter((module) => !local.has(module)),
    isVendored: existsSync(join(root, 'vendor', 'modules.txt')),
  };
}

/** `require ( a v1 )` and `require a v1` alike as words, without comments. */
function directivesOf(text: string): string[][] {
  const directives: string[][] = [];
  let block: string | undefined;
  for (const line of text.split('\n')) {
    const words = line
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
      .map(unquoted)
      .filter((word) => word !== '');
    if (words.length === 0) continue;
    if (block !== undefined && words[0] === ')') block = undefined;
    else if (block !== undefined) directives.push([block, ...words]);
    else if (words[1] === '(') block = words[0];
    else directives.push(words);
  }
  return directives;
}

function unquoted(word: string): string {
  return word.replace(/^(["`])(.*)\1$/, '$2');
}

/** What a package reads above the plugin's folder: its module's files, its own imports there, and replaced modules. */
export async function goSharedInputs(pluginFolder: string, source: string): Promise<SharedInput[]> {
  const start = resolve(pluginFolder, posix.dirname(source));
  const module = await findGoModule(start, repositoryOf(pluginFolder));
  if (module === undefined) return [];
  const shared = new SharedInputs(pluginFolder);
  for (const name of ['go.mod', 'go.sum']) shared.add(join(module.root, name));
  if (module.isVendored) shared.add(join(module.root, 'vendor', 'modules.txt'), join(module.root, 'vendor', '**'));
  for (const folder of module.replaced) shared.add(join(folder, 'go.mod'), join(folder, '**'));
  for (const folder of await importedFolders(start, module)) {
    const [first] = await goFiles(folder);
    if (first !== undefined) shared.add(join(folder, first), join(folder, '**'));
  }
  return shared.found;
}

/** The module's other packages that one imports, and those that they import. */
async function importedFolders(start: string, module: GoModule): Promise<string[]> {
  const seen = new Set([start]);
  const queue = [start];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    for (const name of await goFiles(folder)) {
      const bytes = await readCapped(join(folder, name), MAX_BYTES).catch(() => undefined);
      for (const imported of importsOf(bytes === undefined ? '' : new TextDecoder().decode(bytes))) {
        if (!imported.startsWith(`${module.path}/`)) continue;
        const target = join(module.root, imported.slice(module.path.length + 1));
        if (seen.has(target) || seen.size >= MAX_PACKAGES) continue;
        seen.add(target);
        queue.push(target);
      }
    }
  }
  seen.delete(start);
  return [...seen].toSorted();
}

function importsOf(text: string): string[] {
  const blocks: string[] = [];
  let end = 0;
  for (const { index, 0: start } of text.matchAll(/^import\s*\(/gm)) {
    if (index < end) continue;
    end = text.indexOf(')', index);
    if (end < 0) break;
    blocks.push(text.slice(index + start.length, end));
  }
  const singles = [...text.matchAll(/^import\s+(?:[\w.]+\s+)?"[^"\n]+"/gm)].map(([line]) => line);
  return [...blocks, ...singles].flatMap((block) => [...block.matchAll(/"([^"\n]+)"/g)].map(([, path]) => path ?? ''));
}

async function goFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => name.endsWith('.go') && !name.endsWith('_test.go')).toSorted();
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) if (existsSync(join(at, '.git'))) return at;
  return undefined;
}

/** Throws FILE_MISSING where modules come from the network and no go.sum says what they must be. */
export async function requireSums(module: GoModule, plugin: string): Promise<void> {
  if (module.required.length === 0 || module.isVendored) return;
  const sums = await readCapped(join(module.root, 'go.sum'), 16 * MAX_BYTES);
  if (sums !== undefined && sums.length > 0) return;
  throw new AssayError('FILE_MISSING', `${plugin} requires ${module.required[0]}, and no go.sum says what that is`, {
    hint: 'Run: go mod tidy, and commit go.sum. With inputs: in plugin.yaml, name it there.',
  });
}
