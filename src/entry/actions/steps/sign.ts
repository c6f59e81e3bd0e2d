import { resolve } from 'node:path';
import { identityTokens } from '#adapters/runner/id-token';
import type { SigstoreInstance } from '#adapters/sigstore/keyless-signer';
import { BUILD_FOLDER } from '#model/build-folder';
import type { BuildRecord } from '#model/build-record';
import { shortDigest } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import type { Signer } from '#ports/signer';
import { LOCAL_BUILDER } from '#trust/provenance';
import { loadGrounds } from '../../grounds.ts';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { namedVerifier, openTrusted, registryPlace } from '../../registry-access.ts';
import { signBuildFolder, signProvenanceInFolder, signVerdictInFolder } from '../../release.ts';
import { type ProvenanceOrigin, workflowOrigin } from '../../workflow-origin.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { InputValues } from '../definition.ts';
import type { sign } from '../sign.ts';
import { pinOf, signerOf } from './keys.ts';
import { workspaceFolder } from './workspace-folder.ts';

type Inputs = InputValues<(typeof sign)['inputs']>;
type Outcome = ActionOutcome<keyof (typeof sign)['outputs']>;

/** Signs what was approved: whatever there is a key for, or keyless provenance where there is none. */
export async function run(inputs: Inputs, context: ActionContext): Promise<Outcome> {
  const author = await signerOf('author', inputs['author-key'], inputs, context);
  const verdict = await signerOf('verdict', inputs['verdict-key'], inputs, context);
  if (verdict !== undefined) return signVerdict(author, verdict, inputs, context);
  if (inputs.registry !== undefined || inputs.root !== undefined) {
    throw new AssayError('INPUT_INVALID', 'input verdict-key is required, because a registry is named', {
      hint: 'Give verdict-key (or keys), or leave registry and root out to sign provenance alone.',
    });
  }
  if (author !== undefined) return signOrigin(author, { builder: LOCAL_BUILDER }, inputs, context);
  const identityToken = identityTokens(context.env);
  if (identityToken === undefined) return withoutIdentity(context);
  const { keylessSigner } = await import('#adapters/sigstore/keyless-signer');
  const instance = instanceOf(inputs);
  const signer = keylessSigner({ identityToken, ...(instance === undefined ? {} : { instance }) });
  const server = context.env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  return signOrigin(signer, workflowOrigin(await identityToken(), server), inputs, context);
}

/** With the author's key provenance and verdict; without it the verdict, over provenance that is there. */
async function signVerdict(
  author: Signer | undefined,
  verdictSigner: Signer,
  inputs: Inputs,
  { workspace, clock }: ActionContext,
): Promise<Outcome> {
  if (inputs.registry === undefined) {
    throw new AssayError('INPUT_INVALID', 'input registry is required where a verdict is signed', {
      hint: 'A verdict speaks for a registry: name its folder or address.',
    });
  }
  const grounds = await loadGrounds(workspace, await loadPlugin(workspace, inputs.path), inputs);
  const place = registryPlace(workspace, inputs.registry);
  const verifier = await namedVerifier(workspace, inputs['trusted-root']);
  const registry = await openTrusted(place, await pinOf(place, inputs, workspace), clock, verifier);
  const signing = {
    folder: await workspaceFolder(workspace, inputs.out),
    grounds,
    registry,
    verdictSigner,
    clock,
    verifier,
  };
  const records =
    author === undefined
      ? await signVerdictInFolder(signing)
      : (await signBuildFolder({ ...signing, author })).signed.map(({ artifact }) => artifact.record);
  return outcomeOf(records, author === undefined ? 'verdict' : 'provenance and verdict', inputs, workspace);
}

async function signOrigin(
  author: Signer,
  origin: ProvenanceOrigin,
  inputs: Inputs,
  { workspace }: ActionContext,
): Promise<Outcome> {
  const signed = await signProvenanceInFolder({ folder: await workspaceFolder(workspace, inputs.out), author, origin });
  return outcomeOf(
    signed.map(({ record }) => record),
    'provenance',
    inputs,
    workspace,
  );
}

/** Pull requests from forks have neither secrets nor an identity, and that is no fault of theirs. */
function withoutIdentity({ env }: ActionContext): Outcome {
  if (env['GITHUB_EVENT_NAME'] === 'pull_request') {
    const message = 'Nothing was signed: a pull request has neither keys nor an identity to sign with.';
    return {
      exit: EXIT.ok,
      outputs: { provenance: '', verdicts: '', digests: '{}' },
      text: message,
      annotations: [{ level: 'notice', title: 'signing skipped', message }],
    };
  }
  throw new AssayError('PERMISSION_MISSING', 'there is neither a key nor an identity token to sign with', {
    hint: 'Give the job `permissions: id-token: write` to sign keylessly, or give author-key or keys.',
  });
}

function instanceOf(inputs: Inputs): SigstoreInstance | undefined {
  const { 'fulcio-url': fulcioUrl, 'rekor-url': rekorUrl, 'timestamp-url': timestampUrl } = inputs;
  if (fulcioUrl === undefined && rekorUrl === undefined && timestampUrl === undefined) return undefined;
  if (fulcioUrl === undefined || rekorUrl === undefined) {
    const name = fulcioUrl === undefined ? 'fulcio-url' : 'rekor-url';
    throw new AssayError('INPUT_INVALID', `input ${name} is required where another Sigstore instance is named`);
  }
  return {
    fulcioUrl,
    rekorUrl,
    rekorVersion: inputs['rekor-version'] === '2' ? 2 : 1,
    ...(timestampUrl === undefined ? {} : { timestampUrl }),
  };
}

function outcomeOf(
  records: readonly BuildRecord[],
  what: 'provenance' | 'verdict' | 'provenance and verdict',
  inputs: Inputs,
  workspace: string,
): Outcome {
  const at = (name: string): string => shown(workspace, resolve(workspace, inputs.out, name));
  const paths = (nameOf: (id: string) => string): string => records.map(({ job }) => at(nameOf(job.id))).join('\n');
  return {
    exit: EXIT.ok,
    outputs: {
      provenance: what === 'verdict' ? '' : paths(BUILD_FOLDER.provenance),
      verdicts: what === 'provenance' ? '' : paths(BUILD_FOLDER.verdictBundle),
      digests: JSON.stringify(Object.fromEntries(records.map(({ job, output }) => [job.id, output.digest]))),
    },
    text: records.map(({ job, output }) => `signed ${what} of ${job.id} ${shortDigest(output.digest)}`).join('\n'),
  };
}
