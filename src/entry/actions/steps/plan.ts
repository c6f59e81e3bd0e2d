import { relative, resolve, sep } from 'node:path';
import { findPluginFolders } from '#adapters/fs/plugin-folders';
import { changedFiles } from '#adapters/git/changed-files';
import type { BuildMatrix } from '#model/build-record';
import { AssayError, EXIT } from '#model/errors';
import type { VersionedManifest } from '#model/manifest';
import { baseNameOf } from '#model/names';
import { showCount, showSize } from '#report/quantity';
import { largestPlugins, plan as planBuilds } from '#stages/plan/plan';
import { loadPlugin, requireFolder } from '../../load-plugin.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { InputValues } from '../definition.ts';
import type { plan } from '../plan.ts';

type Plan = typeof plan;

/** Reads every plugin.yaml below a folder and plans their builds. */
export async function run(
  inputs: InputValues<Plan['inputs']>,
  { workspace }: ActionContext,
): Promise<ActionOutcome<keyof Plan['outputs']>> {
  const start = resolve(workspace, inputs.path);
  requireFolder(start, inputs.path);
  const found = await findPluginFolders(start);
  const manifests = [];
  for (const { folder } of found) {
    const { manifest } = await loadPlugin(workspace, resolve(start, folder));
    manifests.push({ manifest, folder: relative(workspace, resolve(start, folder)).split(sep).join('/') || '.' });
  }
  const tagged =
    inputs.tag === undefined ? manifests : manifests.filter(({ manifest }) => isMeant(manifest, inputs.tag));
  if (inputs.tag !== undefined) {
    if (tagged.length === 0) throw unknownTag(inputs.tag, manifests);
    for (const { folder } of tagged) await loadPlugin(workspace, resolve(workspace, folder), inputs.tag);
  }
  const changed = await changedPaths(inputs, workspace);
  const matrix = planBuilds({ manifests: tagged, ...(changed === undefined ? {} : { changed }) });
  const planned = new Set(matrix.include.map((job) => job.folder));
  const plugins = manifests
    .filter(({ folder }) => planned.has(folder))
    .map(({ folder, manifest }) => ({ name: manifest.name, version: manifest.version, folder }));
  const text = [
    `${showCount(matrix.include.length, 'build')} of ${showCount(plugins.length, 'plugin')}`,
    ...matrix.include.map((job) => `  ${job.id}  ${job.toolchain}`),
  ].join('\n');
  const outputs = {
    matrix: JSON.stringify(matrix),
    count: String(matrix.include.length),
    plugins: JSON.stringify(plugins),
  };
  const size = 2 * (outputs.matrix.length + outputs.plugins.length);
  if (size > MOST_OUTPUT_BYTES) throw tooLong(matrix, size);
  return { exit: EXIT.ok, outputs, text };
}

/** GitHub drops the outputs of a job that are longer, and counts two bytes a character. */
const MOST_OUTPUT_BYTES = 1_000_000;

function tooLong({ include }: BuildMatrix, size: number): AssayError {
  const largest = largestPlugins(include, (job) => 2 * JSON.stringify(job).length);
  return new AssayError(
    'BUILD_LIMIT',
    `the matrix has ${showSize(size)}; a job may put out ${showSize(MOST_OUTPUT_BYTES)}`,
    {
      hint: 'Build only what changed (base), or shorten what the largest manifests say about each build.',
      problems: largest.map(([plugin, bytes]) => ({ message: `${plugin} takes ${showSize(bytes)}` })),
    },
  );
}

async function changedPaths(
  inputs: InputValues<Plan['inputs']>,
  workspace: string,
): Promise<readonly string[] | undefined> {
  const listed = inputs['changed-files'];
  if (inputs.base === undefined) return listed.length === 0 ? undefined : listed;
  if (listed.length > 0) {
    throw new AssayError('INPUT_INVALID', 'base and changed-files were both given', { hint: 'Give one of them.' });
  }
  return changedFiles(workspace, inputs.base, inputs.head);
}

/** In a repository of several plugins a tag `name/v1.2.3` means one of them, and `v1.2.3` all. */
function isMeant(manifest: VersionedManifest, tag: string | undefined): boolean {
  const slash = tag?.lastIndexOf('/') ?? -1;
  return slash < 0 || baseNameOf(manifest.name) === tag?.slice(0, slash);
}

function unknownTag(tag: string, manifests: readonly { readonly manifest: VersionedManifest }[]): AssayError {
  return new AssayError('INPUT_INVALID', `the tag ${tag} names no plugin of this repository`, {
    hint: `Plugins here: ${manifests.map(({ manifest }) => manifest.name).join(', ')}.`,
  });
}
