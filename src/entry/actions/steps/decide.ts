import { readReports } from '#adapters/fs/build-folder';
import { decide as decideVerdict } from '#stages/decide/decide';
import { loadBaseline } from '../../baseline.ts';
import { decidedAssessment, writeVerdict } from '../../check-plugin.ts';
import { loadAcceptances, policyOf } from '../../documents.ts';
import { decidable } from '../../decidable.ts';
import { requireEveryBuild } from '../../every-build.ts';
import { loadPlugin } from '../../load-plugin.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { decide } from '../decide.ts';
import type { InputValues } from '../definition.ts';
import { verdictOutcome } from './verdict-outcome.ts';
import { workspaceFolder } from './workspace-folder.ts';

type Decide = typeof decide;

/** Decides over the reports that the audit step left, and over what it could not report on. */
export async function run(
  inputs: InputValues<Decide['inputs']>,
  { workspace, clock }: ActionContext,
): Promise<ActionOutcome<keyof Decide['outputs']>> {
  const plugin = await loadPlugin(workspace, inputs.path);
  const out = await workspaceFolder(workspace, inputs.out);
  const found = await readReports(out);
  const built = found.filter(({ isBuilt }) => isBuilt).map(({ build }) => build);
  // The audit can be given files of any origin; what was built here is decided whole.
  if (built.length > 0) requireEveryBuild(plugin.manifest, built, inputs.out);
  const { reports, refused } = decidable(found.map(({ report, build }) => ({ audited: report, build })));
  const verdict = decideVerdict({
    reports,
    refused,
    manifest: plugin.manifest,
    policy: policyOf(plugin, inputs.policy, workspace),
    baseline: await loadBaseline(workspace, inputs.baseline),
    acceptances: await loadAcceptances(workspace, inputs.acceptances),
    gate: inputs.gate,
    date: clock.now(),
  });
  const assessment = decidedAssessment(
    plugin,
    reports.map(({ report }) => report),
    verdict,
  );
  await writeVerdict(out, assessment);
  return verdictOutcome(assessment, inputs, workspace);
}
