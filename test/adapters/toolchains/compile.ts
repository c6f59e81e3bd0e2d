import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { BuildJob } from '#model/build-record';
import type { CompileResult, Toolchain } from '#ports/toolchain';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }))));

/** A folder that is removed when the tests of the file have ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  folders.push(folder);
  return folder;
}

export type Sources = Readonly<Record<string, string>>;

export interface Compiled extends CompileResult {
  readonly bytes: Uint8Array;
}

/** Writes sources into a folder and returns it. */
export async function writeSources(folder: string, sources: Sources): Promise<string> {
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Compiles sources, written into a folder of their own, with one adapter. The first source is the entry. */
export async function compile(toolchain: Toolchain, sources: Sources, job: Partial<BuildJob> = {}): Promise<Compiled> {
  const sourceFolder = await writeSources(join(await temporaryFolder(), 'source'), sources);
  return compileFolder(toolchain, sourceFolder, { sources: Object.keys(sources).slice(0, 1), ...job });
}

/** Compiles a folder that exists already. */
export async function compileFolder(
  toolchain: Toolchain,
  sourceFolder: string,
  job: Partial<BuildJob>,
): Promise<Compiled> {
  const outputFolder = await temporaryFolder();
  const result = await toolchain.compile({
    job: {
      id: 'acme.greet',
      plugin: 'acme/greet',
      version: '1.0.0',
      folder: '.',
      toolchain: toolchain.name,
      sources: [],
      optimize: 'size',
      options: {},
      inputs: [],
      ...job,
    },
    sourceFolder,
    sourceRoot: sourceFolder,
    pluginFolder: sourceFolder,
    outputFolder,
    timeoutMs: 240_000,
  });
  return { ...result, bytes: new Uint8Array(await readFile(join(outputFolder, result.module))) };
}

export function importsOf(bytes: Uint8Array): string[] {
  return WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module, name }) => `${module}.${name}`);
}

export function exportsOf(bytes: Uint8Array): string[] {
  return WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
}

export function hasNames(bytes: Uint8Array): boolean {
  return WebAssembly.Module.customSections(new WebAssembly.Module(bytes), 'name').length > 0;
}
