import { type Digest, digestOf, shortDigest } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import { visible } from '#report/visible-text';
import { type NamedOutcomes, verifyAgainstBundles, verifyAgainstRegistry } from '../../artifact-verification.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { namedVerifier } from '../../registry-access.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { InputValues } from '../definition.ts';
import type { verify } from '../verify.ts';

type Inputs = InputValues<(typeof verify)['inputs']>;

interface Row {
  readonly file: string;
  readonly against: string;
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Makes every check of every file; one that fails fails the step, after all were made. */
export async function run(
  inputs: Inputs,
  context: ActionContext,
): Promise<ActionOutcome<keyof (typeof verify)['outputs']>> {
  const checksOf = verification(inputs, context);
  const digests: Record<string, Digest> = {};
  const rows: Row[] = [];
  for (const file of inputs.files) {
    const bytes = await readNamedFile(context.workspace, file, MAX_MODULE_BYTES);
    digests[file] = digestOf(bytes);
    for (const { against, outcomes } of await checksOf(bytes)) {
      rows.push(...outcomes.map(({ check, ok, detail }) => ({ file, against, check, ok, detail })));
    }
  }
  const failed = rows.filter(({ ok }) => !ok);
  const verified = failed.length === 0 && rows.length > 0;
  return {
    exit: verified ? EXIT.ok : EXIT.unverified,
    outputs: { verified: String(verified), digests: JSON.stringify(digests), checks: JSON.stringify(rows) },
    text: [
      ...rows.map(({ file, check, ok, detail }) => visible(`${ok ? '✓' : '✗'} ${file}  ${check}  ${detail}`, 1000)),
      ...Object.entries(digests).map(([file, digest]) => `${file} ${shortDigest(digest)}`),
    ].join('\n'),
    annotations: failed.map(({ file, check, detail }) => ({
      level: 'error',
      title: `${check} failed`,
      message: visible(`${file}: ${detail}`, 1000),
    })),
  };
}

/** How a file is checked. Throws INPUT_INVALID unless exactly one way is given whole. */
function verification(
  inputs: Inputs,
  { workspace, clock }: ActionContext,
): (bytes: Uint8Array) => Promise<readonly NamedOutcomes[]> {
  const { registry, root, bundles, key, files } = inputs;
  const withBundles = bundles.length > 0 || key !== undefined;
  if (withBundles === (registry !== undefined || root !== undefined)) {
    throw new AssayError('INPUT_INVALID', 'verify needs either the inputs registry and root, or bundles and key', {
      hint: 'A registry proves verdict and provenance; bundles prove what the holder of one key signed.',
    });
  }
  if (withBundles) {
    if (key === undefined || bundles.length === 0) {
      throw new AssayError('INPUT_INVALID', 'the inputs bundles and key belong together, and one is missing');
    }
    if (files.length > 1) {
      throw new AssayError('INPUT_INVALID', 'input files names several files, and the bundles can be about one only', {
        hint: 'Use the action once for each file.',
      });
    }
    return (bytes) => verifyAgainstBundles(workspace, bytes, { bundles, keyFile: key });
  }
  if (registry === undefined || root === undefined) {
    throw new AssayError('INPUT_INVALID', 'the inputs registry and root belong together, and one is missing', {
      hint: 'The root comes from a source other than the registry itself.',
    });
  }
  return async (bytes) => {
    const verifier = await namedVerifier(workspace, inputs['trusted-root']);
    return [await verifyAgainstRegistry(workspace, bytes, { location: registry, root, verifier }, clock)];
  };
}
