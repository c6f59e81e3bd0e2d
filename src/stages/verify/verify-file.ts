import { CheckList, type CheckOutcome } from '#model/check-outcome';
import { type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Identity, Keyring, Signer } from '#model/identity';
import type { Statement } from '#model/statement';
import type { BundleVerifier } from '#ports/bundle-verifier';
import { type BundleKind, bundleKind } from '#trust/bundle-kind';
import { describeSigner, requireHolder } from '#trust/identity';
import { requireKeyring } from '#trust/keyring';
import { parseStatement, requirePredicateType, requireSubject } from '#trust/statement';

export interface FileVerification {
  readonly bytes: Uint8Array;
  readonly bundle: Uint8Array;
  /** Whom to expect as the signer; any of them. At least one is required. */
  readonly signers: readonly Identity[];
  readonly keyring: Keyring;
  /** Which kind of statement to expect, where the bundle holds one. */
  readonly predicateType?: string;
}

export interface FileChecks {
  /** Digest of the file that was verified. */
  readonly digest: Digest;
  readonly outcomes: readonly CheckOutcome[];
  readonly signer: Signer | undefined;
  /** Set when the bundle holds a statement and all its checks passed. */
  readonly statement: Statement | undefined;
}

/**
 * Verifies one file against one bundle without any registry: a signature over the file, or a statement about it.
 * Each check's outcome is returned; the first failure ends it. Throws USAGE when nobody is named as signer.
 */
export async function verifyFile(verifier: BundleVerifier, input: FileVerification): Promise<FileChecks> {
  const { bytes, bundle, signers, keyring } = input;
  if (signers.length === 0) {
    throw new AssayError('USAGE', 'verifying needs to know whose signature to expect', {
      hint: 'Name a key with --key or an identity with --identity.',
    });
  }
  requireKeyring(keyring, signers, 'the list of expected signers', 'USAGE');
  const digest = digestOf(bytes);
  const checks = new CheckList();
  const { outcomes } = checks;
  const incomplete: FileChecks = { digest, outcomes, signer: undefined, statement: undefined };

  const kind = await checks.attempt(
    'bundle',
    () => requireKind(bundleKind(bundle), input.predicateType),
    (claim) => (claim.kind === 'statement' ? 'a statement' : 'a signature over the file'),
  );
  if (kind === undefined) return incomplete;
  const verified = await checks.attempt(
    'signature',
    () =>
      kind.value.kind === 'statement'
        ? verifier.verifyStatement(bundle, keyring)
        : verifier.verifyDocument(bundle, bytes, keyring),
    () => 'genuine',
  );
  if (verified === undefined) return incomplete;
  const { signer, statement: payload } = verified.value;
  const holder = await checks.attempt(
    'signer',
    () => requireHolder(signer, signers, 'signer'),
    () => describeSigner(signer),
  );
  if (holder === undefined || payload === undefined) return { ...incomplete, signer: holder && signer };
  const statement = await checks.attempt(
    'statement',
    () => requireStatement(payload, input.predicateType),
    (parsed) => parsed.predicateType,
  );
  if (statement === undefined) return { ...incomplete, signer };
  const subject = await checks.attempt(
    'subject',
    () => requireSubject(statement.value, digest),
    () => digest,
  );
  return { digest, outcomes, signer, statement: subject && statement.value };
}

function requireKind(claim: BundleKind, predicateType: string | undefined): BundleKind {
  if (claim.kind === 'statement' || predicateType === undefined) return claim;
  throw new AssayError('STATEMENT_INVALID', `the bundle signs the file itself and holds no ${predicateType}`, {
    hint: 'Name the bundle of the statement, or leave out which statement to expect.',
  });
}

function requireStatement(payload: Uint8Array, predicateType: string | undefined): Statement {
  const statement = parseStatement(payload);
  if (predicateType !== undefined) requirePredicateType(statement, predicateType);
  return statement;
}
