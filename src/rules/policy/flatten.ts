import { canonicalDigest } from '#model/canonical-json';
import type { Capability } from '#model/capability';
import {
  type EffectivePolicy,
  type ExternPattern,
  type FlatPolicy,
  FlatPolicySchema,
  LEVELS,
  type Level,
} from '#model/policy';
import { parseValue } from '#model/parse';
import { findRule } from '../catalogue.ts';
import { sameSignature, showSignature } from '../host-abi/signature.ts';
import { patternName, patternType } from '../patterns.ts';
import { type PolicyDocument, presetDocument } from './document.ts';
import { checkNames } from './check-names.ts';
import { chainOf, type LoadedPolicy, loadParents, type ReadPolicyFile } from './extends.ts';
import { Buckets, Finals, Settings } from './merge.ts';

/**
 * Merges a policy with everything it extends into one flat policy. Documents merge in the order of `extends`, the
 * document itself last; later wins, deny wins over review over allow within a document. Wherever a document stands, the
 * result is not weaker than what it says, with all that it extends itself, under what it marks final. Takes a preset's
 * name or a document from `readPolicy`; `readFile` gives the text of extended files, whose paths are relative to the
 * file that names them.
 * Throws POLICY_INVALID, located, for unknown rules, presets and final paths, cycles, and weakened finals.
 */
export function flattenPolicy(
  policy: PolicyDocument | string,
  options: { readonly readFile?: ReadPolicyFile } = {},
): EffectivePolicy {
  const root = loadParents(typeof policy === 'string' ? presetDocument(policy) : policy, options.readFile);
  const policies = chainOf(root);
  const chain = policies.map(({ document }) => document);
  for (const document of chain) checkNames(document);
  const merged = mergeAll(chain);
  for (const parent of policies) if (parent !== root) checkFinals(parent, merged);

  const origins: Record<string, string> = {};
  const body = Object.fromEntries(Object.entries(merged).map(([name, section]) => [name, section.flat(origins)]));
  const said = Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && Object.keys(value).length > 0),
  );
  const flat: FlatPolicy = parseValue(
    FlatPolicySchema,
    { schema: 'assay.policy/1', rulesEdition: editionOf(chain), ...said },
    { source: root.document.source, invalidCode: 'POLICY_INVALID' },
  );
  return {
    flat,
    digest: canonicalDigest(flat),
    origins,
    waivers: chain.flatMap((document) => document.policy.waivers ?? []),
  };
}

/** Every section of a policy, with nothing in it. */
function emptySections() {
  const externs = {
    name: patternName,
    detail: (pattern: ExternPattern) => {
      const type = patternType(pattern);
      return type === undefined ? '' : showSignature(type);
    },
    covers: coversSignature,
    ordered: false,
  };
  return {
    capabilities: new Buckets<'imply' | 'allow' | 'review' | 'deny', Capability>({
      path: 'capabilities',
      order: ['imply', 'allow', 'review', 'deny'],
      grants: ['imply', 'allow'],
      ordered: true,
      name: (value) => value,
    }),
    imports: new Buckets<'allow' | 'deny', ExternPattern>({
      ...externs,
      path: 'imports',
      order: ['allow', 'deny'],
      grants: ['allow'],
      exclusive: 'allow',
      narrow: ['allow'],
    }),
    exports: new Buckets<'require' | 'deny', ExternPattern>({
      ...externs,
      path: 'exports',
      order: ['require', 'deny'],
      grants: [],
      narrow: ['require'],
    }),
    features: new Buckets<'allow' | 'deny', string>({
      path: 'features',
      order: ['allow', 'deny'],
      grants: ['allow'],
      ordered: true,
      exclusive: 'allow',
      name: (value) => value,
    }),
    limits: new Settings<number>({ path: 'limits', weaker: (value, held) => value > held }),
    rules: new Settings<Level>({
      path: 'rules',
      weaker: (value, held) => LEVELS.indexOf(value) > LEVELS.indexOf(held),
      unset: (id) => findRule(id)?.level,
    }),
    outcome: new Settings<string>({
      path: 'outcome',
      weaker: (value, held) => held === 'note' && value === 'warning',
    }),
    assume: new Settings<boolean>({ path: 'assume', weaker: (value, held) => held && !value, unset: () => true }),
  };
}

type Sections = ReturnType<typeof emptySections>;

function mergeAll(chain: readonly PolicyDocument[]): Sections {
  const sections = emptySections();
  for (const document of chain) {
    const { capabilities, imports, exports, features, limits, rules, outcome, assume } = document.policy;
    sections.capabilities.merge(document, capabilities);
    sections.imports.merge(document, imports);
    sections.exports.merge(document, exports);
    sections.features.merge(document, features);
    sections.limits.merge(document, limits);
    sections.rules.merge(document, rules);
    sections.outcome.merge(document, outcome);
    sections.assume.merge(document, assume);
  }
  return sections;
}

/** Compares the result with what a document says by itself, under what it marks final. */
function checkFinals(parent: LoadedPolicy, merged: Sections): void {
  if (parent.document.policy.final === undefined) return;
  const finals = new Finals(parent.document);
  const own = mergeAll(chainOf(parent).map(({ document }) => document));
  merged.capabilities.check(own.capabilities, finals);
  merged.imports.check(own.imports, finals);
  merged.exports.check(own.exports, finals);
  merged.features.check(own.features, finals);
  merged.limits.check(own.limits, finals);
  merged.rules.check(own.rules, finals);
  merged.outcome.check(own.outcome, finals);
  merged.assume.check(own.assume, finals);
}

/** An entry without a signature is about any. */
function coversSignature(wide: ExternPattern, narrow: ExternPattern): boolean {
  const type = patternType(wide);
  const other = patternType(narrow);
  return type === undefined || (other !== undefined && sameSignature(type, other));
}

/** The edition of the newest preset in the chain; a policy that stands alone has its own. */
function editionOf(chain: readonly PolicyDocument[]): string {
  const presets = chain.filter((document) => document.source.startsWith('assay:'));
  const editions = (presets.length > 0 ? presets : chain).map((document) => Number(document.edition));
  return String(Math.max(...editions));
}
