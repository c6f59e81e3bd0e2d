import { relative, resolve, sep } from 'node:path';
import { findPluginFolders } from '#adapters/fs/plugin-folders';
import { EXIT } from '#model/errors';
import { showCount } from '#report/quantity';
import { plan as planBuilds } from '#stages/plan/plan';
import { loadPlugin, requireFolder } from '../../documents.ts';
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
    const { manifest } = await loadPlugin(workspace, resolve(start, folder), inputs.tag);
    manifests.push({ manifest, folder: relative(workspace, resolve(start, folder)).split(sep).join('/') || '.' });
  }
  const changed = inputs['changed-files'];
  const matrix = planBuilds({ manifests, ...(changed.length === 0 ? {} : { changed }) });
  const planned = new Set(matrix.include.map((job) => job.folder));
  const plugins = manifests
    .filter(({ folder }) => planned.has(folder))
    .map(({ folder, manifest }) => ({ name: manifest.name, version: manifest.version, folder }));
  const text = [
    `${showCount(matrix.include.length, 'build')} of ${showCount(plugins.length, 'plugin')}`,
    ...matrix.include.map((job) => `  ${job.id}  ${job.toolchain}`),
  ].join('\n');
  return {
    exit: EXIT.ok,
    outputs: {
      matrix: JSON.stringify(matrix),
      count: String(matrix.include.length),
      plugins: JSON.stringify(plugins),
    },
    text,
  };
}
