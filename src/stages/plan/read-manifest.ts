import { parse as parseToml } from 'smol-toml';
import { AssayError } from '#model/errors';
import { levelsAbove } from '#model/build-inputs';
import { ManifestSchema, type Manifest, type VersionedManifest } from '#model/manifest';
import { baseNameOf, VersionSchema } from '#model/names';
import { parseYaml } from '#model/parse';

/** The language's own package files beside plugin.yaml, as text. They may settle the version. */
export interface PackageFiles {
  readonly cargoToml?: string;
  readonly packageJson?: string;
}

export interface ReadManifestOptions extends PackageFiles {
  /** What plugin.yaml is called in messages. */
  readonly source: string;
  /** A git tag that the version has to agree with: `v1.2.3`, or `name/v1.2.3` in a repository of several plugins. */
  readonly tag?: string;
}

const HINT = 'docs/manifest.md lists every key; "assay init" writes a manifest that fits the sources.';

/**
 * Parses plugin.yaml strictly and settles its version: its own `version`, else the one in Cargo.toml or package.json.
 * Throws DOCUMENT_MALFORMED, or MANIFEST_INVALID with every problem and its place.
 */
export function readManifest(text: string | Uint8Array, options: ReadManifestOptions): VersionedManifest {
  const manifest = parseYaml(ManifestSchema, text, {
    source: options.source,
    maxBytes: 256 * 1024,
    invalidCode: 'MANIFEST_INVALID',
    hint: HINT,
  });
  checkBuilds(manifest, options.source);
  const version = settleVersion(manifest, options);
  if (options.tag !== undefined) checkTag(manifest, version, options.tag, options.source);
  return { ...manifest, version };
}

function checkBuilds(manifest: Manifest, source: string): void {
  const seen = new Map<string, number>();
  manifest.builds.forEach((build, index) => {
    const label = `builds[${index}]`;
    if (build.id !== undefined) {
      const earlier = seen.get(build.id);
      if (earlier !== undefined) {
        throw invalid(
          source,
          `${label}.id is "${build.id}", as is builds[${earlier}].id`,
          'Give each build its own id.',
        );
      }
      seen.set(build.id, index);
    }
    for (const glob of build.inputs ?? []) {
      const climbs = glob.slice('../'.length * levelsAbove(glob));
      if (glob.includes('\\') || glob.startsWith('/') || climbs.split('/').includes('..')) {
        throw invalid(
          source,
          `${label}.inputs has "${glob}", which is not a path below the plugin's folder or above it`,
          'Write globs with forward slashes, relative to the folder of plugin.yaml; "../" may only stand in front.',
        );
      }
    }
  });
}

function settleVersion(manifest: Manifest, options: ReadManifestOptions): string {
  const stated = [
    { where: options.source, version: manifest.version },
    { where: 'Cargo.toml', version: versionInCargo(options) },
    { where: 'package.json', version: versionInPackageJson(options) },
  ].filter((entry) => entry.version !== undefined);
  const first = stated[0];
  if (first?.version === undefined) {
    throw invalid(
      options.source,
      'no version: plugin.yaml has none, and no Cargo.toml or package.json beside it says one',
      'Add a line such as: version: 0.1.0',
    );
  }
  if (!VersionSchema.safeParse(first.version).success) {
    throw invalid(
      options.source,
      `${first.where} says version "${first.version}", which is not SemVer`,
      'Write it like 1.4.0.',
    );
  }
  return first.version;
}

function versionInCargo(options: ReadManifestOptions): string | undefined {
  if (options.cargoToml === undefined) return undefined;
  let document: Record<string, unknown>;
  try {
    document = parseToml(options.cargoToml);
  } catch (cause) {
    throw new AssayError('DOCUMENT_MALFORMED', `Cargo.toml beside ${options.source} is not TOML: ${messageOf(cause)}`, {
      cause,
    });
  }
  return textField(document['package'], 'version');
}

function versionInPackageJson(options: ReadManifestOptions): string | undefined {
  if (options.packageJson === undefined) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(options.packageJson);
  } catch (cause) {
    throw new AssayError(
      'DOCUMENT_MALFORMED',
      `package.json beside ${options.source} is not JSON: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  return textField(document, 'version');
}

function textField(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, key);
  return typeof field === 'string' ? field : undefined;
}

function checkTag(manifest: Manifest, version: string, tag: string, source: string): void {
  const accepted = [`v${version}`, `${baseNameOf(manifest.name)}/v${version}`];
  if (accepted.includes(tag)) return;
  throw invalid(
    source,
    `the tag is ${tag}, but ${manifest.name} is at version ${version}`,
    `Tag this version ${accepted.join(' or ')}, or set version in ${source} to what the tag says.`,
  );
}

function invalid(source: string, message: string, hint: string): AssayError {
  return new AssayError('MANIFEST_INVALID', `${source}: ${message}`, { hint });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
}
