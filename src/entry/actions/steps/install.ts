import { resolve } from 'node:path';
import { AssayError, EXIT } from '#model/errors';
import type { StageEvent } from '#pipeline';
import { visible } from '#report/visible-text';
import type { SetChange } from '#stages/install/set-changes';
import { registryPlace } from '../../registry-access.ts';
import { installInto } from '../../runtime-access.ts';
import { trustRegistry } from '../../trust-registry.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { InputValues } from '../definition.ts';
import type { install } from '../install.ts';

type Inputs = InputValues<(typeof install)['inputs']>;

/** Installs a set into a runtime folder, trusting the registry that is named first. */
export async function run(
  inputs: Inputs,
  { workspace, clock, log }: ActionContext,
): Promise<ActionOutcome<keyof (typeof install)['outputs']>> {
  if (inputs.plugins.length === 0 && !inputs.frozen) {
    throw new AssayError('INPUT_INVALID', 'input plugins is required, unless frozen is true', {
      hint: 'Name what to install, one a line: acme/greet@^1.4',
    });
  }
  const runtime = resolve(workspace, inputs.runtime);
  const trusted = registryOf(inputs, workspace);
  if (trusted !== undefined) await trustRegistry({ runtime, ...trusted }, clock);
  const { generation, changes, warnings } = await installInto(
    runtime,
    inputs.plugins,
    {
      frozen: inputs.frozen,
      prereleases: inputs.prereleases,
      allowDowngrade: inputs['allow-downgrade'],
      dryRun: inputs['dry-run'],
    },
    { clock, observe: ({ stage, detail, ms }: StageEvent) => log(`${stage}: ${detail} (${Math.round(ms)} ms)`) },
  );
  const changed = changes.filter(({ kind }) => kind !== 'unchanged');
  return {
    exit: EXIT.ok,
    outputs: {
      generation: generation === undefined ? '' : String(generation),
      changed: String(changed.length > 0),
      changes: JSON.stringify(changes),
    },
    text: changed.length === 0 ? 'nothing changed' : changed.map(describe).join('\n'),
    annotations: warnings.map((message) => ({
      level: 'warning',
      title: 'assay install',
      message: visible(message, 1000),
    })),
  };
}

function registryOf({ registry, root, namespaces }: Inputs, workspace: string) {
  if (registry === undefined && root === undefined && namespaces.length === 0) return undefined;
  if (registry === undefined || root === undefined) {
    const name = registry === undefined ? 'registry' : 'root';
    throw new AssayError('INPUT_INVALID', `input ${name} is required where a registry is to be trusted`, {
      hint: 'Give registry and root together; the root comes from a source other than the registry itself.',
    });
  }
  return { url: registryPlace(workspace, registry), root, namespaces, source: 'input namespaces' };
}

function describe({ name, kind, from, to, capabilitiesAdded }: SetChange): string {
  const versions = [from, to].filter((version) => version !== undefined).join(' → ');
  return [`${kind} ${name} ${versions}`, ...capabilitiesAdded.map((capability) => `+${capability}`)].join(' ');
}
