import { AssayError } from '#model/errors';
import type { Identity, KeylessIdentity, Signer } from '#model/identity';
import { baseNameOf, type PluginName, type Version } from '#model/names';

/** The release that an author's signature is about; it settles `{version}` and `{name}` in an author's ref. */
export interface ReleaseName {
  readonly name: PluginName;
  readonly version: Version;
}

type KeylessSigner = Extract<Signer, { kind: 'keyless' }>;

// A workflow file's path holds no "@" (such a path is never accepted), so the first one starts the ref.
const WORKFLOW_AT_REF = /^(https:\/\/[^@\s]+\.ya?ml)@([^\s]+)$/;

/**
 * Why a signer is not an identity, or undefined when it is. Every field is compared exactly and each must be present
 * on both sides; nothing is a pattern. In an author's `ref`, `{version}` and `{name}` (the part after the slash)
 * stand for those of the release at hand and are filled in before the comparison.
 */
export function identityMismatch(signer: Signer, identity: Identity, release?: ReleaseName): string | undefined {
  if (identity.kind === 'key') {
    if (signer.kind !== 'key') return `signed keylessly, not with key ${short(identity.keyId)}`;
    return signer.keyId === identity.keyId
      ? undefined
      : `signed with key ${short(signer.keyId)}, not ${short(identity.keyId)}`;
  }
  if (signer.kind !== 'keyless') return `signed with key ${short(signer.keyId)}, not by ${identity.signerWorkflow}`;
  return keylessMismatch(signer, identity, release);
}

function keylessMismatch(signer: KeylessSigner, identity: KeylessIdentity, release?: ReleaseName): string | undefined {
  const ref = fillRef(identity.ref, release);
  const [, workflow] = WORKFLOW_AT_REF.exec(signer.san) ?? [];
  const comparisons: readonly (readonly [field: string, actual: string | undefined, expected: readonly string[]])[] = [
    ['issuer', signer.issuer, [identity.issuer]],
    ['signer workflow', workflow, [identity.signerWorkflow]],
    ['build signer URI', signer.signerUri, [signer.san]],
    ['signer digest', signer.signerDigest, identity.signerDigests],
    ['source repository id', signer.sourceRepositoryId, [identity.sourceRepositoryId]],
    ['source owner id', signer.sourceOwnerId, [identity.sourceOwnerId]],
    ['ref', signer.ref, ref === undefined ? [] : [ref]],
    ['trigger', signer.trigger, identity.triggers],
    ['runner environment', signer.runnerEnvironment, [identity.runnerEnvironment]],
  ];
  for (const [field, actual, expected] of comparisons) {
    if (actual === undefined) return `the certificate does not state its ${field}`;
    if (!expected.includes(actual)) return `${field} is ${actual}, not ${expected.join(' or ') || identity.ref}`;
  }
  return undefined;
}

/** The holder that a signer is. Throws IDENTITY_MISMATCH, with why it is none of them. */
export function requireHolder(
  signer: Signer,
  holders: readonly Identity[],
  role: string,
  release?: ReleaseName,
): Identity {
  const reasons: string[] = [];
  for (const holder of holders) {
    const reason = identityMismatch(signer, holder, release);
    if (reason === undefined) return holder;
    reasons.push(reason);
  }
  const why = reasons.length === 1 ? `: ${reasons[0]}` : ` (${describeSigner(signer)})`;
  throw new AssayError(
    'IDENTITY_MISMATCH',
    `the signature is genuine, but its signer does not hold the role ${role}${why}`,
    {
      hint: `Only a holder of the role ${role} may sign this; if the holder changed, the root or owners file must say so.`,
      problems: reasons.map((message) => ({ message })),
    },
  );
}

/** A signer in one line, for people. */
export function describeSigner(signer: Signer): string {
  return signer.kind === 'key' ? `key ${short(signer.keyId)}` : signer.san;
}

/** An identity in one line, for people. */
export function describeIdentity(identity: Identity): string {
  return identity.kind === 'key' ? `key ${short(identity.keyId)}` : `${identity.signerWorkflow} (${identity.ref})`;
}

function fillRef(template: string, release: ReleaseName | undefined): string | undefined {
  if (!/\{(?:version|name)\}/.test(template)) return template;
  if (release === undefined) return undefined;
  return template.replaceAll('{version}', () => release.version).replaceAll('{name}', () => baseNameOf(release.name));
}

function short(keyId: string): string {
  return keyId.slice(0, 12);
}
