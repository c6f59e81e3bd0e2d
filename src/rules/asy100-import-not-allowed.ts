import { capabilitiesOfImport } from './capabilities.ts';
import { importKey } from './import-names.ts';
import { inferAbi } from './infer-abi.ts';
import { coversImport, matchesExtern, patternName, patternType } from './patterns.ts';
import { showSignature } from './host-abi/signature.ts';
import type { Import } from '#model/module-facts';
import type { ExternPattern } from '#model/policy';
import type { CompareContext, CompareDraft, CompareRule } from './rule.ts';
import { quote } from './clip.ts';

export const importNotAllowed: CompareRule = {
  info: {
    id: 'ASY100',
    name: 'import-not-allowed',
    row: 10,
    short: 'The module imports something the policy does not list',
    help: 'A module can only touch the outside through its imports. Under a policy with an import list, whatever is not on the list (or stands on its deny list) is refused, whether or not any code reaches it: an engine would have to supply it.',
    certainty: 'certain',
    level: 'error',
    action: 'Remove the import, build for another ABI, or have the import listed in the policy under imports.allow.',
    since: '1',
  },
  compare: ({ report, manifest, policy: { flat } }: CompareContext) => {
    const drafts: CompareDraft[] = [];
    // Imports of a published interface under abi.kind custom: the manifest says too little, not the policy.
    const looksLike = manifest?.abi.kind === 'custom' ? inferAbi(report.facts) : 'custom';
    for (const item of report.facts.imports) {
      if (item.type.kind === 'component-type') continue;
      const key = importKey(item);
      const covers = (pattern: ExternPattern) => coversImport(pattern, item);
      const isOfThatKind =
        looksLike !== 'custom' && capabilitiesOfImport(item, looksLike).every((one) => !one.startsWith('host:'));
      const denied = flat.imports?.deny?.findIndex(covers) ?? -1;
      if (denied === -1 && (flat.imports?.allow === undefined || flat.imports.allow.some(covers))) continue;
      drafts.push({
        subject: key,
        message:
          denied === -1
            ? `imports ${quote(key)}${otherwise(item, flat.imports?.allow ?? [])}`
            : `imports ${quote(key)}, which the policy denies`,
        locations: [{ offset: item.offset, section: 'import', import: key }],
        extent: [key],
        policyPath: denied === -1 ? 'imports.allow' : `imports.deny[${denied}]`,
        ...(denied === -1 && isOfThatKind
          ? {
              action: `Set abi.kind to ${looksLike} in plugin.yaml: that is the interface these imports are of.`,
              fix: {
                kind: 'manifest' as const,
                description: `say that the plugin is of kind ${looksLike}`,
                edits: [{ op: 'replace' as const, path: '/abi/kind', value: looksLike }],
              },
            }
          : {}),
        ...(denied === -1 && !isOfThatKind && /^[!-~]+$/.test(key)
          ? {
              fix: {
                kind: 'policy' as const,
                description: `list ${key} under imports.allow`,
                edits: [{ op: 'add' as const, path: '/imports/allow/-', value: key }],
              },
            }
          : {}),
      });
    }
    return drafts;
  },
};

/** What the policy says about an import that it does not let pass: nothing, or the signature that it lists instead. */
function otherwise(item: Import, allowed: readonly ExternPattern[]): string {
  const near = allowed.find((pattern) => matchesExtern(patternName(pattern), item.module, item.name));
  const wanted = near === undefined ? undefined : patternType(near);
  if (wanted === undefined) return ', which the policy does not list';
  const found = item.type.kind === 'func' ? showSignature(item.type.type) : `a ${item.type.kind}`;
  return ` as ${found}, which the policy lists as ${showSignature(wanted)} only`;
}
