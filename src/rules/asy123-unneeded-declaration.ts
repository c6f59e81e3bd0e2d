import { reachableUses } from './granted.ts';
import { coversCapability } from './patterns.ts';
import type { CompareDraft, CompareRule } from './rule.ts';

export const unneededDeclaration: CompareRule = {
  info: {
    id: 'ASY123',
    name: 'unneeded-declaration',
    row: 12,
    short: 'plugin.yaml declares a capability that no code reaches',
    help: 'The plugin asks for more than its bytes can use. Users grant by the declaration, so a smaller one is a better one.',
    certainty: 'sound',
    level: 'note',
    action: 'Remove the capability from plugin.yaml.',
    since: '1',
  },
  scope: 'plugin',
  compare: ({ reports, manifest, policy: { flat } }) => {
    const used = reports.flatMap((report) => reachableUses(report, flat).map((use) => use.capability));
    return (manifest?.capabilities ?? []).flatMap((pattern, index): CompareDraft[] => {
      if (used.some((capability) => coversCapability(pattern, capability))) return [];
      return [
        {
          subject: pattern,
          message: `plugin.yaml declares ${pattern}, which no export can reach`,
          extent: [pattern],
          fix: {
            kind: 'manifest',
            description: `drop ${pattern}`,
            edits: [{ op: 'remove', path: `/capabilities/${index}` }],
          },
        },
      ];
    });
  },
};
