import { resolve } from 'node:path';
import { directoryRegistry } from '#adapters/store/directory';
import { AssayError, EXIT } from '#model/errors';
import { showCount } from '#report/quantity';
import { loadGrounds } from '../../grounds.ts';
import { loadPlugin } from '../../load-plugin.ts';
import { namedVerifier } from '../../registry-access.ts';
import { publishBuildFolder } from '../../release.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { InputValues } from '../definition.ts';
import type { publish } from '../publish.ts';
import { pinOf, signerOf } from './keys.ts';

type Publish = typeof publish;

/** Adds what the sign step left to a registry folder. */
export async function run(
  inputs: InputValues<Publish['inputs']>,
  context: ActionContext,
): Promise<ActionOutcome<keyof Publish['outputs']>> {
  const { workspace, clock } = context;
  const signer = await signerOf('snapshot', inputs['snapshot-key'], inputs, context);
  if (signer === undefined) {
    throw new AssayError('KEY_MISSING', 'the new snapshot has to be signed, and no key of the role snapshot is given', {
      hint: 'Give snapshot-key (a secret), or the key folder: keys.',
    });
  }
  const plugin = await loadPlugin(workspace, inputs.path);
  const place = resolve(workspace, inputs.registry);
  const deps = {
    registry: directoryRegistry(place),
    pin: await pinOf(place, inputs, workspace),
    verifier: await namedVerifier(workspace, inputs['trusted-root']),
    signer,
    clock,
  };
  const dryRun = inputs['dry-run'];
  const { snapshot, files } = await publishBuildFolder(
    { folder: resolve(workspace, inputs.out), plugin, grounds: await loadGrounds(workspace, plugin, inputs), deps },
    { dryRun },
  );
  const version = `${plugin.manifest.name}@${plugin.manifest.version}`;
  const verb = dryRun ? 'would publish' : 'published';
  const text = `${verb} ${version} in snapshot ${snapshot.serial}, ${showCount(files.length, 'new file')}`;
  return {
    exit: EXIT.ok,
    outputs: { version, serial: String(snapshot.serial), files: files.map(({ path }) => path).join('\n') },
    text,
    annotations: [{ level: 'notice', title: verb, message: text }],
  };
}
