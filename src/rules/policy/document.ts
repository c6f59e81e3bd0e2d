import { AssayError } from '#model/errors';
import { parseLocatedYaml } from '#model/parse';
import { PolicySchema, type Policy } from '#model/policy';
import { PRESETS } from '../presets/catalogue.ts';
import { RULES_EDITION } from '../rule.ts';
import { didYouMean } from '../edit-distance.ts';

const MAX_BYTES = 1024 * 1024;

/** A policy as it was written, before anything it extends is merged in. */
export interface PolicyDocument {
  readonly policy: Policy;
  /** File path, address, or preset name. */
  readonly source: string;
  /** Edition of the rule catalogue that the document was written against. */
  readonly edition: string;
  readonly locate: (path: readonly PropertyKey[]) => { line: number; column: number } | undefined;
}

/** Parses policy.yaml. Throws DOCUMENT_MALFORMED or POLICY_INVALID with each problem's line. */
export function readPolicy(text: string | Uint8Array, source: string): PolicyDocument {
  const { value, locate } = parseLocatedYaml(PolicySchema, text, {
    source,
    maxBytes: MAX_BYTES,
    invalidCode: 'POLICY_INVALID',
    hint: 'docs/policy.md lists every key; an editor completes them with the schema line at the top of the file.',
  });
  return { policy: value, source, edition: RULES_EDITION, locate };
}

/** A preset such as `assay:extism@1`. Throws POLICY_INVALID for an unknown name, with the nearest known one. */
export function presetDocument(name: string): PolicyDocument {
  const policy = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (policy === undefined) {
    const known = Object.keys(PRESETS);
    throw new AssayError('POLICY_INVALID', `there is no preset called ${name}`, {
      hint: didYouMean(name, known) ?? `Known presets: ${known.join(', ')}.`,
    });
  }
  return { policy, source: name, edition: name.slice(name.lastIndexOf('@') + 1), locate: () => undefined };
}
