import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type BuildJob, BuildJobSchema } from '#model/build-record';
import { AssayError, EXIT } from '#model/errors';
import { parseJson } from '#model/parse';
import { buildAll } from '#stages/build/build-all';
import { showSize } from '#report/quantity';
import type { BuildResult } from '#stages/build/build';
import { plan as planBuilds, refuseEscapingInputs } from '#stages/plan/plan';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { build } from '../build.ts';
import type { InputValues } from '../definition.ts';
import { buildPorts, compilerAnnotations, inWorkspace, storeBuild } from './building.ts';
import { workspaceFolder } from './workspace-folder.ts';

type Build = typeof build;

/** Builds one job of the matrix, or every build of one plugin. */
export async function run(
  inputs: InputValues<Build['inputs']>,
  context: ActionContext,
): Promise<ActionOutcome<keyof Build['outputs']>> {
  const { workspace } = context;
  const { folder, jobs } = await jobsOf(inputs, workspace);
  const outputFolder = await workspaceFolder(workspace, inputs.out);
  const ports = await buildPorts(context, inputs.cache, inputs.publish);
  const results = await inWorkspace(folder, () =>
    buildAll(
      jobs,
      {
        sourceFolder: resolve(workspace, folder),
        outputFolder,
        signingTokenInReach: signingTokenInReach(context.env),
        timeoutMs: inputs.timeout * 1000,
        parallel: parallelBuilds(),
      },
      ports,
    ),
  );
  const artifacts: string[] = [];
  if (inputs.artifact) {
    for (const { record } of results) artifacts.push(await storeBuild(record, outputFolder));
  }
  const modules = results.map(({ record }) => shown(workspace, resolve(outputFolder, record.output.file)));
  const digests = Object.fromEntries(results.map(({ record }) => [record.job.id, record.output.digest]));
  return {
    exit: EXIT.ok,
    outputs: {
      modules: modules.join('\n'),
      digests: JSON.stringify(digests),
      cached: String(results.every(({ fromCache }) => fromCache)),
      artifacts: artifacts.join('\n'),
    },
    text: results.map(describe).join('\n'),
    annotations: compilerAnnotations(results),
  };
}

async function jobsOf(
  inputs: InputValues<Build['inputs']>,
  workspace: string,
): Promise<{ folder: string; jobs: readonly BuildJob[] }> {
  if (inputs.job !== undefined) {
    const job = parseJson(BuildJobSchema, inputs.job, {
      source: 'input job',
      invalidCode: 'INPUT_INVALID',
      hint: 'Give one entry of the matrix that the plan action put out: ${{ toJSON(matrix) }}.',
    });
    requireInside(workspace, job.folder);
    refuseEscapingInputs(job.inputs, shown(workspace, resolve(workspace, job.folder)), 'input job: inputs');
    return { folder: job.folder, jobs: [job] };
  }
  const plugin = await loadPlugin(workspace, inputs.path);
  const folder = shown(workspace, plugin.folder);
  return { folder, jobs: planBuilds({ manifests: [{ folder, manifest: plugin.manifest }] }).include };
}

/** A job comes from another job's output, so its folder and inputs are not taken on trust. */
function requireInside(workspace: string, folder: string): void {
  const path = relative(workspace, resolve(workspace, folder));
  if (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)) return;
  throw new AssayError('PATH_UNSAFE', `input job has the folder ${JSON.stringify(folder)}, outside the workspace`, {
    hint: 'Give an entry of the matrix as the plan action put it out.',
  });
}

function describe({ record, fromCache }: BuildResult): string {
  const origin = fromCache ? 'from cache' : `${record.toolchain.name} ${record.toolchain.version}`;
  return `${record.output.file}  ${showSize(record.output.size)}  ${origin}  ${record.output.digest}`;
}
