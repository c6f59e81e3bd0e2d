/**
 * Every failure that Assay reports on purpose. `code` is stable and documented in docs/errors.md
 * (generated from this table); `fault` says whose turn it is; `exit` is the process exit code.
 */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  flagged: 3,
  rejected: 4,
  unverified: 5,
  upstream: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
export type Fault = 'user' | 'policy' | 'upstream' | 'bug';

interface ErrorKind {
  readonly fault: Fault;
  readonly exit: ExitCode;
  readonly means: string;
}

const user = (means: string): ErrorKind => ({ fault: 'user', exit: EXIT.usage, means });
const unverified = (means: string): ErrorKind => ({ fault: 'policy', exit: EXIT.unverified, means });
const upstream = (means: string): ErrorKind => ({ fault: 'upstream', exit: EXIT.upstream, means });

/** The catalogue of error codes. Add a row here, and `npm run docs` adds it to docs/errors.md. */
export const ERROR_CATALOGUE = {
  INTERNAL: { fault: 'bug', exit: EXIT.bug, means: 'A defect in Assay itself. The message names where.' },
  USAGE: user('The command or action was called in a way it does not accept.'),
  INPUT_INVALID: user('An action input or command-line option has an unknown or malformed value.'),
  PERMISSION_MISSING: user('The workflow or account lacks a permission that the step needs.'),
  FILE_MISSING: user('A file or folder that was named does not exist.'),
  FILE_UNREADABLE: user('A file exists but cannot be read.'),
  FILE_UNWRITABLE: user('A file or folder cannot be written (read-only, no space, or in use).'),
  FILE_TOO_LARGE: user('A file is larger than the limit for its kind.'),
  PATH_UNSAFE: user('A path leaves the folder that it must stay in, or uses characters no platform may rely on.'),
  DOCUMENT_MALFORMED: user('A JSON or YAML document does not parse.'),
  DOCUMENT_INVALID: user('A document parses but does not match its schema; every problem is listed.'),
  MANIFEST_MISSING: user('The folder holds no plugin.yaml.'),
  MANIFEST_INVALID: user('plugin.yaml does not say what it must.'),
  POLICY_INVALID: user('A policy has an unknown key, preset or value, or weakens a final parent.'),
  NOT_WEBASSEMBLY: user('The file does not start like a WebAssembly module or component.'),
  MODULE_MALFORMED: user('The bytes start like WebAssembly but cannot be decoded; the offset says where.'),
  MODULE_INVALID: user('The module decodes but does not validate.'),
  MODULE_LIMIT: user('The module exceeds a limit of the decoder or of common engines.'),
  TOOLCHAIN_UNKNOWN: user('No toolchain of that name exists, or none could be inferred from the sources.'),
  TOOLCHAIN_MISSING: user('The toolchain that the manifest asks for is not installed.'),
  COMPILE_FAILED: user('The sources do not compile; the compiler’s own message is shown.'),
  BUILD_LIMIT: user('The build ran past its time or output limit.'),
  BUILD_UNSAFE: user('The build refuses to run where a signing token is in reach.'),
  OUTPUT_MISSING: user('The build ended well but its declared output is not there.'),
  VERSION_TAKEN: user('That version is already published; versions are immutable.'),
  VERSION_UNKNOWN: user('No version matches what was asked for.'),
  PLUGIN_UNKNOWN: user('The registry has no plugin of that name.'),
  REQUIREMENTS_CONFLICT: user('No single version satisfies everything that asks for a plugin.'),
  DOWNGRADE_REFUSED: user('A lower version than the installed one would be installed, and nobody asked for that.'),
  PLUGIN_CONFLICT: user('Another plugin or registry already holds that name.'),
  NAME_AMBIGUOUS: user('Several registries could mean that name and none is bound to its namespace.'),
  REGISTRY_UNKNOWN: user('The registry is not among those this machine trusts.'),
  REGISTRY_EXISTS: user('A registry of that name is already set up.'),
  KEY_MISSING: user('No key of the needed role was found.'),
  KEY_UNUSABLE: user('A key file cannot be read as a private or public key.'),
  EXPORT_UNKNOWN: user('The module has no export of that name, or it cannot be called with those arguments.'),
  HOST_UNSUPPORTED: user('The module needs an interface that this host does not offer.'),
  RUN_LIMIT: user('A plugin ran past the time, memory or output it was given.'),
  PLUGIN_TRAPPED: user('A plugin stopped with a trap or an error of its own.'),
  CAPABILITY_DENIED: unverified('The plugin needs a capability that was not declared or not allowed.'),
  NOT_REPRODUCIBLE: unverified('A second build of the same sources gave other bytes.'),
  NOT_APPROVED: unverified('The artifact was not approved, so it is not signed or published.'),
  BUNDLE_MALFORMED: unverified('A signature bundle cannot be read.'),
  BUNDLE_INVALID: unverified('A signature does not verify with the material it names.'),
  SUBJECT_MISMATCH: unverified('A signed statement is about other bytes than these.'),
  IDENTITY_MISMATCH: unverified('A signature is genuine but was made by an identity that does not hold the role.'),
  STATEMENT_INVALID: unverified('A signed statement is not of the kind, or does not say what, this step requires.'),
  DIGEST_MISMATCH: unverified('Bytes differ from the digest or size that was promised.'),
  ROOT_INVALID: unverified('The registry’s root is not the pinned one, or not signed by its threshold.'),
  ROOT_EXPIRED: unverified('The registry’s root has expired.'),
  SNAPSHOT_EXPIRED: unverified('The registry’s snapshot has expired.'),
  SNAPSHOT_ROLLBACK: unverified('The registry offers an older snapshot than one this machine has already seen.'),
  INDEX_TAMPERED: unverified('An index file is missing, unlisted or differs from what the snapshot says.'),
  INDEX_INVALID: unverified('An index file is the one the snapshot names but breaks the rules of its format.'),
  SNAPSHOT_FORKED: unverified('The registry offers two different snapshots under one serial.'),
  TRANSITION_INVALID: unverified('The new index changes history: events may only be appended.'),
  VERDICT_MISSING: unverified('No accepted verdict covers the artifact.'),
  PROVENANCE_MISSING: unverified('No accepted provenance covers the artifact.'),
  VERSION_BLOCKED: unverified('The version was blocked or yanked by its registry.'),
  VERSION_TOO_NEW: unverified('The version is younger than the minimum age this machine requires.'),
  INCOMPATIBLE: unverified('The plugin’s ABI or platform does not fit this runtime.'),
  LOAD_FAILED: unverified('The installed plugin did not load.'),
  LOCKED: user('Another process is writing to the same folder.'),
  LOCK_OUTDATED: user('The lockfile does not match what is asked for, and it must not be changed now.'),
  GENERATION_UNKNOWN: user('The runtime folder keeps no such generation.'),
  STATE_DAMAGED: unverified('The runtime folder’s own state cannot be read.'),
  NETWORK: upstream('A remote service could not be reached, or answered with a fault.'),
  UPSTREAM_REFUSED: upstream('A remote service refused the request.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** One problem inside a larger failure, such as one wrong key of a document. Lines and columns count from 1. */
export interface Problem {
  readonly message: string;
  readonly path?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

export interface AssayErrorDetails {
  /** What to do next; where one exists, the exact line to add or command to run. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Byte offset into the artifact that is at fault. */
  readonly offset?: number;
  readonly problems?: readonly Problem[];
}

/** The one error type. It is thrown anywhere and caught once, at an entry. */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly offset: number | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: AssayErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.offset = details.offset;
    this.problems = details.problems ?? [];
  }

  get fault(): Fault {
    return ERROR_CATALOGUE[this.code].fault;
  }

  get exit(): ExitCode {
    return ERROR_CATALOGUE[this.code].exit;
  }
}

/** Recognises an AssayError by shape, so that a second copy of this module cannot hide one. */
export function isAssayError(value: unknown): value is AssayError {
  if (!(value instanceof Error) || value.name !== 'AssayError' || !('code' in value)) return false;
  return typeof value.code === 'string' && value.code in ERROR_CATALOGUE;
}

/** Whatever was thrown, as an AssayError; what is not one of ours is a defect of ours. */
export function toAssayError(value: unknown): AssayError {
  if (isAssayError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new AssayError('INTERNAL', message, {
    cause: value,
    hint: 'This is a defect in Assay. Please report it with the command and, if you can, the input.',
  });
}

/** The exit code for a run over several inputs: the most severe. */
export function worstExit(codes: Iterable<ExitCode>): ExitCode {
  const severity: readonly ExitCode[] = [
    EXIT.ok,
    EXIT.flagged,
    EXIT.rejected,
    EXIT.upstream,
    EXIT.unverified,
    EXIT.usage,
    EXIT.bug,
  ];
  let worst: ExitCode = EXIT.ok;
  for (const code of codes) if (severity.indexOf(code) > severity.indexOf(worst)) worst = code;
  return worst;
}
