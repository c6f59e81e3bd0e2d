import type { Finding, RuleDescriptor } from '#model/audit-report';
import type { AuditRefusal } from '#model/audit-refusal';
import { AssayError } from '#model/errors';
import { TOOLKIT } from '#model/toolkit';
import { descriptorOf, findingOf, RULES_EDITION, type RuleInfo } from './rule.ts';

/** Rows 1, 3 and 4: what the decoder and the validator refuse before any fact is known. */
const MALFORMED: RuleInfo = {
  id: 'ASY10',
  name: 'malformed-module',
  row: 1,
  short: 'The bytes are not a well-formed WebAssembly module or component',
  help: 'The file does not start like WebAssembly, or breaks the binary format. No engine loads it, and what one tool guesses of it another would not.',
  certainty: 'certain',
  level: 'error',
  action: 'Build it again; the file is damaged or was not written by a WebAssembly toolchain.',
  since: '1',
};
const INVALID: RuleInfo = {
  id: 'ASY11',
  name: 'invalid-module',
  row: 1,
  short: 'The module decodes but does not validate',
  help: 'Validation is what keeps WebAssembly inside its sandbox. Every engine refuses the module.',
  certainty: 'certain',
  level: 'error',
  action: 'Build it again with a current toolchain.',
  since: '1',
};
const ENGINE_LIMIT: RuleInfo = {
  id: 'ASY30',
  name: 'engine-limit',
  row: 3,
  short: 'The module exceeds a limit that engines share',
  help: 'The WebAssembly JavaScript interface lists limits on counts and sizes that browsers and Node share. Beyond them the module loads in some places only.',
  certainty: 'certain',
  level: 'error',
  action: 'Split the module, or build it with optimisation.',
  since: '1',
};
const BOMB: RuleInfo = {
  id: 'ASY40',
  name: 'decoding-bomb',
  row: 4,
  short: 'A few bytes make validating or compiling the module very slow',
  help: 'Run-length encoded locals, deep nesting and branch tables over wide labels let a small file cost an engine seconds and gigabytes. They are counted in a linear pass, before any engine sees the bytes.',
  certainty: 'certain',
  level: 'error',
  action: 'No toolchain writes such code; find out where the file came from.',
  since: '1',
};

/** The rules behind errors of the decoder and the validator. */
export const REFUSAL_RULES: readonly RuleInfo[] = [MALFORMED, INVALID, ENGINE_LIMIT, BOMB];

/** What is known about bytes that could not be audited: one finding and its rule. */
export interface Refusal {
  readonly finding: Finding;
  readonly rule: RuleDescriptor;
}

/** What is refused, for whoever decides elsewhere. */
export function refusalDocument(subject: AuditRefusal['subject'], { finding, rule }: Refusal): AuditRefusal {
  const { name, digest, size } = subject;
  return {
    schema: 'assay.audit-refusal/1',
    subject: { name: name.slice(0, 300), digest, size },
    finding,
    rule,
    rulesEdition: RULES_EDITION,
    engine: { assay: TOOLKIT.version },
  };
}

/** The refusal of a document. Throws DOCUMENT_INVALID where it is about a rule that refuses nothing. */
export function refusalIn({ finding, subject }: AuditRefusal): Refusal {
  const info = REFUSAL_RULES.find(({ id }) => id === finding.rule);
  if (info !== undefined) return { finding, rule: descriptorOf(info) };
  throw new AssayError(
    'DOCUMENT_INVALID',
    `the refusal of ${subject.name} is by ${finding.rule}, which refuses nothing`,
    {
      hint: 'Audit again.',
    },
  );
}

/** Limits whose violation amplifies: a few bytes that cost an engine much. */
const AMPLIFIES = /make validation slow|locals in |nested more than|targets of a branch table/;

/** The refusal behind an error of the audit; undefined when the error is about something else than the bytes. */
export function refusalOf(error: AssayError): Refusal | undefined {
  const info = ruleBehind(error);
  if (info === undefined) return undefined;
  const locations = error.offset === undefined ? [] : [{ offset: error.offset }];
  return { finding: findingOf(info, { message: error.message, locations }), rule: descriptorOf(info) };
}

function ruleBehind({ code, message }: AssayError): RuleInfo | undefined {
  if (code === 'NOT_WEBASSEMBLY' || code === 'MODULE_MALFORMED') return MALFORMED;
  if (code === 'MODULE_INVALID') return INVALID;
  if (code === 'MODULE_LIMIT') return AMPLIFIES.test(message) ? BOMB : ENGINE_LIMIT;
  return undefined;
}
