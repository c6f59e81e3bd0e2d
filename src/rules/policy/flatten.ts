import { canonicalDigest } from '#model/canonical-json';
import type { Capability } from '#model/capability';
import { AssayError, type Problem } from '#model/errors';
import {
  type EffectivePolicy,
  type ExternPattern,
  type FlatPolicy,
  FlatPolicySchema,
  LEVELS,
  type Level,
} from '#model/policy';
import { parseValue } from '#model/parse';
import { findRule, ruleIds } from '../catalogue.ts';
import { nearest } from '../edit-distance.ts';
import { patternName } from '../patterns.ts';
import { type PolicyDocument, presetDocument } from './document.ts';
import { loadChain, type ReadPolicyFile } from './extends.ts';
import { Buckets, Finals, Settings } from './merge.ts';

const FINAL_PATHS = [
  'capabilities',
  'capabilities.imply',
  'capabilities.allow',
  'capabilities.review',
  'capabilities.deny',
  'imports',
  'imports.allow',
  'imports.deny',
  'exports',
  'exports.require',
  'exports.deny',
  'features',
  'features.allow',
  'features.deny',
  'limits',
  'rules',
  'outcome',
  'assume',
];

/**
 * Merges a policy with everything it extends into one flat policy. Documents merge in the order of `extends`, the
 * document itself last; later wins, deny wins over review over allow within a document, and what a parent marked
 * final is not weakened. Takes a preset's name or a document from `readPolicy`; `readFile` gives the text of extended
 * files, whose paths are relative to the file that names them.
 * Throws POLICY_INVALID, located, for unknown rules, presets and final paths, cycles, and weakened finals.
 */
export function flattenPolicy(
  policy: PolicyDocument | string,
  options: { readonly readFile?: ReadPolicyFile } = {},
): EffectivePolicy {
  const root = typeof policy === 'string' ? presetDocument(policy) : policy;
  const chain = loadChain(root, options.readFile);
  const finals = new Finals();
  const capabilities = new Buckets<'imply' | 'allow' | 'review' | 'deny', Capability>(
    'capabilities',
    ['imply', 'allow', 'review', 'deny'],
    ['imply', 'allow'],
    (value) => value,
  );
  const imports = new Buckets<'allow' | 'deny', ExternPattern>('imports', ['allow', 'deny'], ['allow'], patternName);
  const exports = new Buckets<'require' | 'deny', ExternPattern>('exports', ['require', 'deny'], [], patternName);
  const features = new Buckets<'allow' | 'deny', string>('features', ['allow', 'deny'], ['allow'], (value) => value);
  const limits = new Settings<number>('limits', (_, value, held) => value > held);
  const rules = new Settings<Level>('rules', (_, value, held) => LEVELS.indexOf(value) > LEVELS.indexOf(held));
  const outcome = new Settings<string>(
    'outcome',
    (key, value, held) => key === 'flag' && held === 'note' && value === 'warning',
  );
  const assume = new Settings<boolean>('assume', (_, value, held) => held && !value);
  let importsListed: boolean = false;

  for (const document of chain) {
    checkNames(document);
    const { policy: body } = document;
    capabilities.merge(document, body.capabilities ?? {}, finals);
    imports.merge(document, body.imports ?? {}, finals);
    exports.merge(document, body.exports ?? {}, finals);
    features.merge(document, body.features ?? {}, finals);
    limits.merge(document, body.limits, finals);
    rules.merge(document, body.rules, finals);
    outcome.merge(document, body.outcome, finals);
    assume.merge(document, body.assume, finals);
    importsListed ||= body.imports?.allow !== undefined;
    for (const path of body.final ?? []) finals.add(path, document.source);
  }

  const origins: Record<string, string> = {};
  const flatImports = imports.flat(origins);
  const body = {
    capabilities: capabilities.flat(origins),
    imports: importsListed ? { allow: [], ...flatImports } : flatImports,
    exports: exports.flat(origins),
    features: features.flat(origins),
    limits: limits.flat(origins),
    rules: rules.flat(origins),
    outcome: outcome.flat(origins),
    assume: assume.flat(origins),
  };
  const said = Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && Object.keys(value).length > 0),
  );
  const flat: FlatPolicy = parseValue(
    FlatPolicySchema,
    { schema: 'assay.policy/1', rulesEdition: editionOf(chain), ...said },
    { source: root.source, invalidCode: 'POLICY_INVALID' },
  );
  return {
    flat,
    digest: canonicalDigest(flat),
    origins,
    waivers: chain.flatMap((document) => document.policy.waivers ?? []),
  };
}

/** The edition of the newest preset in the chain; a policy that stands alone has its own. */
function editionOf(chain: readonly PolicyDocument[]): string {
  const presets = chain.filter((document) => document.source.startsWith('assay:'));
  const editions = (presets.length > 0 ? presets : chain).map((document) => Number(document.edition));
  return String(Math.max(...editions));
}

function checkNames(document: PolicyDocument): void {
  const problems: Problem[] = [];
  const add = (path: PropertyKey[], message: string, hint?: string) =>
    problems.push({
      message,
      path: path.map(String).join('.'),
      file: document.source,
      ...document.locate(path),
      ...(hint === undefined ? {} : { hint }),
    });
  for (const [id, level] of Object.entries(document.policy.rules ?? {})) {
    const rule = findRule(id);
    if (rule === undefined) {
      const close = nearest(id, ruleIds());
      add(['rules', id], 'is not a rule', close === undefined ? undefined : `did you mean ${close}?`);
    } else if (rule.id !== id) add(['rules', id], `is written ${rule.id}`);
    else if (rule.certainty === 'heuristic' && level === 'error') {
      add(['rules', id], 'is a heuristic, which never rejects by itself', `write ${id}: warning`);
    }
  }
  document.policy.waivers?.forEach((waiver, index) => {
    if (findRule(waiver.rule) === undefined) add(['waivers', index, 'rule'], `${waiver.rule} is not a rule`);
  });
  document.policy.final?.forEach((path, index) => {
    if (FINAL_PATHS.includes(path) || /^(?:limits|rules|outcome|assume)\.[A-Za-z0-9]+$/.test(path)) return;
    const close = nearest(path, FINAL_PATHS);
    add(
      ['final', index],
      `${path} is not a path that can be final`,
      close === undefined ? undefined : `did you mean ${close}?`,
    );
  });
  const first = problems[0];
  if (first === undefined) return;
  const place = first.line === undefined ? '' : `:${first.line}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new AssayError('POLICY_INVALID', `${document.source}${place}: ${first.path ?? ''} ${first.message}${more}`, {
    problems,
    hint: first.hint ?? 'docs/rules.md lists every rule.',
  });
}
