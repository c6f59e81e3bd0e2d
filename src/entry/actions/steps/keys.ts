import { resolve } from 'node:path';
import { AssayError } from '#model/errors';
import type { Role } from '#model/identity';
import type { Digest } from '#model/digest';
import type { Signer } from '#ports/signer';
import type { RegistryPin } from '#registry/open';
import { hintedId, readPin, roleSigner, textSigner } from '../../registry-access.ts';
import type { ActionContext } from '../action-step.ts';

interface KeyInputs {
  readonly keys: string | undefined;
  readonly 'key-passphrase': string | undefined;
}

/**
 * The signer of a role, from the key folder or from the input that holds its private key; undefined when neither is
 * given. Throws INPUT_INVALID for both at once, KEY_MISSING or KEY_UNUSABLE.
 */
export async function signerOf(
  role: Role,
  secret: string | undefined,
  inputs: KeyInputs,
  { workspace, env }: ActionContext,
): Promise<Signer | undefined> {
  const input = `${role}-key`;
  const passphrase = inputs['key-passphrase'] ?? env['ASSAY_KEY_PASSPHRASE'];
  if (inputs.keys === undefined) {
    return secret === undefined ? undefined : textSigner(secret, `the input ${input}`, passphrase);
  }
  if (secret !== undefined) {
    throw new AssayError('INPUT_INVALID', `input ${input} is given together with input keys`, {
      hint: 'Give a key folder or single keys, not both.',
    });
  }
  return roleSigner(resolve(workspace, inputs.keys), role, { ASSAY_KEY_PASSPHRASE: passphrase });
}

/** Which registry and root to believe: the input root, else what the key folder remembers. Throws INPUT_INVALID. */
export async function pinOf(
  place: string,
  inputs: { readonly root: Digest | undefined; readonly keys: string | undefined },
  workspace: string,
): Promise<RegistryPin> {
  if (inputs.root !== undefined) return { id: await hintedId(place), root: inputs.root };
  if (inputs.keys !== undefined) return readPin(resolve(workspace, inputs.keys));
  throw new AssayError('INPUT_INVALID', 'input root is required, unless the input keys names a folder that holds it', {
    hint: 'Give the digest that `assay registry init` printed: root: sha256:…',
  });
}
