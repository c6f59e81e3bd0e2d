import { basename } from 'node:path';
import { Document } from 'yaml';
import { originOf } from '#adapters/git/origin';
import { readSourceFiles } from '#adapters/fs/source-files';
import { toolchains } from '#adapters/toolchains/catalogue';
import { type Build, type Manifest, ManifestSchema, type ToolchainName } from '#model/manifest';
import { PluginNameSchema, VersionSchema } from '#model/names';
import { parseValue } from '#model/parse';
import { TOOLKIT } from '#model/toolkit';
import { inferBuild, type InferredBuild, type SourceFile } from '#stages/plan/infer-build';

/** The namespace of a plugin that nothing says an owner of. */
export const PLACEHOLDER_NAMESPACE = 'local';

export interface DraftManifest {
  readonly manifest: Manifest;
  readonly inferred: InferredBuild;
}

/** A manifest for a folder's sources, without capabilities: those are read from the bytes once it is built. */
export async function draftManifest(
  folder: string,
  options: { readonly name?: string; readonly toolchain?: ToolchainName },
): Promise<DraftManifest> {
  const all = await readSourceFiles(folder);
  const guessed = inferBuild(all, options.toolchain);
  const inferred = { ...guessed, build: await withInputs(guessed.build, folder) };
  const language = languagePackage(all);
  const name =
    options.name === undefined
      ? await inferName(folder, language.name)
      : parseValue(PluginNameSchema, options.name, { source: '--name', invalidCode: 'INPUT_INVALID' });
  const stated = VersionSchema.safeParse(language.version).success;
  const manifest = parseValue(
    ManifestSchema,
    {
      name,
      ...(stated ? {} : { version: '0.1.0' }),
      ...(language.description === undefined ? {} : { description: language.description.slice(0, 500) }),
      ...(language.license === undefined ? {} : { license: language.license.slice(0, 100) }),
      abi: { kind: inferred.abi },
      capabilities: [],
      builds: [inferred.build],
    },
    { source: 'the inferred manifest' },
  );
  return { manifest, inferred };
}

/** The build with the files above its folder that it reads; the manifest has to name them. */
async function withInputs(build: Build, folder: string): Promise<Build> {
  const toolchain = await toolchains.get(build.toolchain);
  const sources = typeof build.source === 'string' ? [build.source] : [...build.source];
  const shared = await toolchain.sharedInputs?.(folder, { sources, options: build.options ?? {} });
  if (shared === undefined || shared.length === 0) return build;
  return { ...build, inputs: ['**', ...new Set(shared.map(({ glob }) => glob))] };
}

/** plugin.yaml as text, with the line that gives editors completion. */
export function manifestText(manifest: Manifest): string {
  const document = new Document(manifest);
  document.commentBefore = ` yaml-language-server: $schema=${TOOLKIT.schemaBase}plugin.schema.json`;
  return document.toString({ lineWidth: 0 });
}

interface LanguagePackage {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
}

/** What package.json or Cargo.toml already say. A file that does not parse says nothing; its own tools complain. */
function languagePackage(files: readonly SourceFile[]): LanguagePackage {
  const json = files.find(({ path }) => path === 'package.json')?.text;
  if (json !== undefined) {
    try {
      const value: unknown = JSON.parse(json);
      return fields((key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined));
    } catch {
      return {};
    }
  }
  const cargo = files.find(({ path }) => path === 'Cargo.toml')?.text;
  if (cargo === undefined) return {};
  const section = /^\[package\]\s*$([^[]*)/m.exec(cargo)?.[1] ?? '';
  return fields((key) => new RegExp(`^${key}\\s*=\\s*"([^"\\n]*)"`, 'm').exec(section)?.[1]);
}

function fields(read: (key: string) => unknown): LanguagePackage {
  const found: Record<string, string> = {};
  for (const key of ['name', 'version', 'description', 'license']) {
    const value = read(key);
    if (typeof value === 'string' && value !== '') found[key] = value;
  }
  return found;
}

async function inferName(folder: string, stated: string | undefined): Promise<string> {
  const scoped = stated === undefined ? undefined : /^@([^/]+)\/(.+)$/.exec(stated);
  const origin = await originOf(folder);
  const namespace = segment(scoped?.[1] ?? origin?.owner ?? PLACEHOLDER_NAMESPACE, PLACEHOLDER_NAMESPACE);
  return `${namespace}/${segment(scoped?.[2] ?? stated ?? basename(folder), 'plugin')}`;
}

/** The nearest text that a name's segment may be. */
function segment(text: string, fallback: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return PluginNameSchema.safeParse(`${plain}/xx`).success ? plain : fallback;
}
