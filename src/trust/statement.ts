import { canonicalJson } from '#model/canonical-json';
import { type Digest, digestOf, hexOf, shortDigest } from '#model/digest';
import { AssayError, isAssayError } from '#model/errors';
import type { Identity, Keyring, Signer } from '#model/identity';
import { parseJson, parseValue } from '#model/parse';
import { type Statement, StatementSchema, type Subject } from '#model/statement';
import type { BundleVerifier } from '#model/verified-bundle';
import type * as z from 'zod';
import { type ReleaseName, requireHolder } from './identity.ts';

/** Largest accepted statement in bytes. */
export const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;

/** What a statement must be, and who must have made it, to count. Nothing of it has a default. */
export interface StatementRequirement {
  /** Digest of the bytes at hand, computed from them and not read from anywhere. */
  readonly artifact: Digest;
  readonly predicateType: string;
  /** What the signer must be, for messages: `author`, `verdict`. */
  readonly role: string;
  /** Who holds the role; at least one. */
  readonly holders: readonly Identity[];
  /** Every key that may turn up, so that a signature by a key of another role is told from a forged one. */
  readonly keyring: Keyring;
  /** For authors: the release that their ref is bound to. */
  readonly release?: ReleaseName;
}

/** A statement whose signature, signer, predicate type and subject were all checked. */
export interface VerifiedStatement {
  readonly statement: Statement;
  readonly signer: Signer;
  /** The entry of the root or owners file that the signer matched. */
  readonly holder: Identity;
  /** Digest of the bundle's bytes, under which it is stored and listed. */
  readonly bundle: Digest;
}

/**
 * Verifies a bundle around an in-toto Statement against what is required of it.
 * Throws BUNDLE_MALFORMED, BUNDLE_INVALID, IDENTITY_MISMATCH, STATEMENT_INVALID or SUBJECT_MISMATCH.
 */
export async function verifyStatement(
  verifier: BundleVerifier,
  bundle: Uint8Array,
  requirement: StatementRequirement,
): Promise<VerifiedStatement> {
  const { signer, statement: payload } = await verifier.verifyStatement(bundle, requirement.keyring);
  const holder = requireHolder(signer, requirement.holders, requirement.role, requirement.release);
  if (payload === undefined) throw new AssayError('STATEMENT_INVALID', 'the bundle holds no statement');
  const statement = parseStatement(payload);
  requirePredicateType(statement, requirement.predicateType);
  requireSubject(statement, requirement.artifact);
  return { statement, signer, holder, bundle: digestOf(bundle) };
}

/** Parses an in-toto Statement v1 strictly: UTF-8, no key twice, size capped. Throws STATEMENT_INVALID. */
export function parseStatement(bytes: Uint8Array): Statement {
  try {
    return parseJson(StatementSchema, bytes, { source: 'the statement', maxBytes: MAX_STATEMENT_BYTES });
  } catch (cause) {
    throw invalidStatement(cause);
  }
}

/** The predicate, as its own schema has it. Throws STATEMENT_INVALID. */
export function parsePredicate<S extends z.ZodType>(schema: S, statement: Statement): z.output<S> {
  try {
    return parseValue(schema, statement.predicate, { source: 'the predicate' });
  } catch (cause) {
    throw invalidStatement(cause);
  }
}

/** Throws STATEMENT_INVALID unless the statement is of exactly this type. */
export function requirePredicateType(statement: Statement, predicateType: string): void {
  if (statement.predicateType === predicateType) return;
  throw new AssayError('STATEMENT_INVALID', `the statement is a ${statement.predicateType}, not a ${predicateType}`, {
    hint: 'Name the bundle of the statement that this step needs.',
  });
}

/** Throws SUBJECT_MISMATCH unless one subject's sha256 is that of the artifact. */
export function requireSubject(statement: Statement, artifact: Digest): void {
  const hex = hexOf(artifact);
  if (statement.subject.some((subject) => sha256Of(subject) === hex)) return;
  const subjects = statement.subject.slice(0, 3).map((subject) => sha256Of(subject)?.slice(0, 12) ?? 'no sha256');
  const more = statement.subject.length > 3 ? `, and ${statement.subject.length - 3} more` : '';
  throw new AssayError(
    'SUBJECT_MISMATCH',
    `the statement is about other bytes (${subjects.join(', ')}${more}) than these (${shortDigest(artifact)})`,
    { hint: 'Artifact and bundle do not belong together; fetch both again, or use the bundle of this artifact.' },
  );
}

/** The sha256 of a subject in hex, if it states one. */
export function sha256Of(subject: Pick<Subject, 'digest'>): string | undefined {
  return Object.hasOwn(subject.digest, 'sha256') ? subject.digest['sha256'] : undefined;
}

/** The bytes to sign: a Statement in canonical JSON, so that the same content is the same bytes everywhere. */
export function encodeStatement(statement: Omit<Statement, '_type'>): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ _type: 'https://in-toto.io/Statement/v1', ...statement }));
}

function invalidStatement(cause: unknown): AssayError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AssayError('STATEMENT_INVALID', message, {
    cause,
    hint: 'The signer must make the statement again.',
    ...(isAssayError(cause) ? { problems: cause.problems } : {}),
  });
}
