import { capabilitiesOfImport } from './capabilities.ts';
import { isWasmBindgen } from './host-abi/wasm-bindgen.ts';
import { importKey } from '#model/import-key';
import { inferAbi } from './infer-abi.ts';
import { coversImport, matchesImport, patternName, patternType } from './patterns.ts';
import { showSignature } from './host-abi/signature.ts';
import type { AbiKind } from '#model/manifest';
import type { FuncType, Import } from '#model/module-facts';
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
    const allowed = flat.imports?.allow;
    // Imports of a published interface under a kind that says too little, or that is of other files: then it is the
    // manifest that has to change, not the policy.
    const kind = manifest?.abi.kind;
    const isMisfit = kind === 'custom' || (kind === 'component') !== (report.facts.kind === 'component');
    const looksLike = kind !== undefined && isMisfit ? inferAbi(report.facts) : 'custom';
    return report.facts.imports.flatMap((item): CompareDraft[] => {
      if (item.type.kind === 'component-type') return [];
      const covers = (pattern: ExternPattern) => coversImport(pattern, item);
      const denied = flat.imports?.deny?.findIndex(covers) ?? -1;
      if (denied === -1 && (allowed === undefined || allowed.some(covers))) return [];
      const key = importKey(item);
      const draft = {
        subject: key,
        locations: [{ offset: item.offset, section: 'import', import: key }],
        extent: [key],
      };
      if (denied !== -1) {
        const message = `imports ${quote(key)}, which the policy denies`;
        return [{ ...draft, message, policyPath: `imports.deny[${denied}]` }];
      }
      const wanted = listedSignature(item, allowed ?? []);
      return [
        {
          ...draft,
          message: `imports ${quote(key)}${otherwise(item, wanted)}`,
          policyPath: 'imports.allow',
          ...remedy(item, looksLike, wanted),
        },
      ];
    });
  },
};

/** What makes such an import pass: another kind, the listed signature, or a line in the policy. */
function remedy(item: Import, looksLike: AbiKind, wanted: FuncType | undefined): Pick<CompareDraft, 'action' | 'fix'> {
  const key = importKey(item);
  const isOfThatKind =
    looksLike !== 'custom' &&
    (isWasmBindgen(item) || capabilitiesOfImport(item, looksLike).every((one) => !one.startsWith('host:')));
  if (isOfThatKind) {
    return {
      action: `Set abi.kind to ${looksLike} in plugin.yaml: that is the interface these imports are of.`,
      fix: {
        kind: 'manifest',
        description: `say that the plugin is of kind ${looksLike}`,
        edits: [{ op: 'replace', path: '/abi/kind', value: looksLike }],
      },
    };
  }
  if (wanted !== undefined) return { action: `Declare the import as ${showSignature(wanted)}, or remove it.` };
  if (!/^[!-~]+$/.test(key)) return {};
  return {
    fix: {
      kind: 'policy',
      description: `list ${key} under imports.allow`,
      edits: [{ op: 'add', path: '/imports/allow/-', value: key }],
    },
  };
}

/** The signature with which a policy lists a function that a module imports with another one. */
function listedSignature(item: Import, allowed: readonly ExternPattern[]): FuncType | undefined {
  const near = allowed.find((pattern) => matchesImport(patternName(pattern), item));
  return near === undefined ? undefined : patternType(near);
}

function otherwise({ type }: Import, wanted: FuncType | undefined): string {
  if (wanted === undefined) return ', which the policy does not list';
  const found = type.kind === 'func' ? showSignature(type.type) : `a ${type.kind}`;
  return ` as ${found}; the policy lists it as ${showSignature(wanted)} only`;
}
