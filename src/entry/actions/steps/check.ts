import type { StageEvent } from '#pipeline';
import { loadAdvisories } from '../../advisories.ts';
import { loadBaseline } from '../../baseline.ts';
import { checkPlugin } from '../../check-plugin.ts';
import { loadAcceptances, policyOf } from '../../documents.ts';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { localValidator } from '../../validator.ts';
import { parallelBuilds, signingTokenInReach } from '../../wiring.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { check } from '../check.ts';
import type { InputValues } from '../definition.ts';
import { buildPorts, compilerAnnotations, inWorkspace } from './building.ts';
import { verdictOutcome } from './verdict-outcome.ts';
import { workspaceFolder } from './workspace-folder.ts';

type Check = typeof check;

/** plan → build → audit → decide in one process. */
export async function run(
  inputs: InputValues<Check['inputs']>,
  context: ActionContext,
): Promise<ActionOutcome<keyof Check['outputs']>> {
  const { workspace, env, clock, log } = context;
  const plugin = await loadPlugin(workspace, inputs.path);
  const folder = shown(workspace, plugin.folder);
  const baseline = await loadBaseline(workspace, inputs.baseline);
  const advisories = await loadAdvisories(workspace, inputs.advisories);
  const request = {
    plugin,
    folder,
    outputFolder: await workspaceFolder(workspace, inputs.out),
    policy: policyOf(plugin, inputs.policy, workspace),
    acceptances: await loadAcceptances(workspace, inputs.acceptances),
    signingTokenInReach: signingTokenInReach(env),
    timeoutMs: inputs.timeout * 1000,
    parallel: parallelBuilds(),
    ...(baseline === undefined ? {} : { baseline }),
    ...(advisories === undefined ? {} : { advisories }),
  };
  const ports = { build: await buildPorts(context, undefined), validator: await localValidator(), clock };
  const observe = ({ stage, detail, ms }: StageEvent): void => log(`${stage}: ${detail} (${Math.round(ms)} ms)`);
  const { assessment, builds } = await inWorkspace(folder, () => checkPlugin(request, ports, observe));
  const outcome = verdictOutcome(assessment, inputs, workspace);
  return { ...outcome, annotations: [...(outcome.annotations ?? []), ...compilerAnnotations(builds)] };
}
