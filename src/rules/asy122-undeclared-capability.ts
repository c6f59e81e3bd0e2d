import type { Capability } from '#model/capability';
import { describeUse, useLocations } from './describe-use.ts';
import { reachableUses, rulingOn } from './granted.ts';
import { coversCapability } from './patterns.ts';
import type { CompareDraft, CompareRule } from './rule.ts';

/** What people can read: a name that is made to deceive is not to be declared by pressing a key. */
const PLAIN = /^[\x21-\x7e]+$/;

function declaring(capability: Capability): Pick<CompareDraft, 'action' | 'fix'> {
  return {
    action: `Add "${capability}" under capabilities in plugin.yaml, or remove what reaches it.`,
    fix: {
      kind: 'manifest',
      description: `declare ${capability}`,
      edits: [{ op: 'add', path: '/capabilities/-', value: capability }],
    },
  };
}

export const undeclaredCapability: CompareRule = {
  info: {
    id: 'ASY122',
    name: 'undeclared-capability',
    row: 12,
    short: 'The code reaches a capability that plugin.yaml does not declare',
    help: 'The declaration in plugin.yaml is what users read and what the runtime grants. The bytes can reach more than it says. What the ABI’s own runtime library links by itself is implied by the preset and needs no declaration.',
    certainty: 'sound',
    level: 'warning',
    action: 'Declare it in plugin.yaml, or remove what reaches it.',
    since: '1',
  },
  compare: ({ report, manifest, policy: { flat } }) => {
    if (manifest === undefined) return [];
    return reachableUses(report, flat).flatMap((use): CompareDraft[] => {
      if (manifest.capabilities.some((pattern) => coversCapability(pattern, use.capability))) return [];
      const { ruling } = rulingOn(use.capability, flat);
      // What is denied cannot be declared away, and what is implied need not be declared.
      if (ruling === 'imply' || ruling === 'deny') return [];
      return [
        {
          subject: use.capability,
          message: `${describeUse(use, report.facts)}, but plugin.yaml does not declare ${use.capability}`,
          locations: useLocations(use, report.facts),
          extent: use.imports,
          ...(use.imports.every((name) => PLAIN.test(name)) ? declaring(use.capability) : {}),
        },
      ];
    });
  },
};
