import { listed, quote } from './clip.ts';
import { capabilitiesOfImport } from './capabilities.ts';
import { reachableUses, rulingOn } from './granted.ts';
import { importKey } from '#model/import-key';
import { isMinified } from './import-names.ts';
import { pathLocations } from './paths.ts';
import type { CompareRule } from './rule.ts';

export const newImport: CompareRule = {
  info: {
    id: 'ASY381',
    name: 'new-import',
    row: 38,
    short: 'This version imports functions that the last approved one did not',
    help: 'New imports whose capability the last approved version already reached, or that carry none, are named here. A new capability is ASY380.',
    certainty: 'certain',
    level: 'note',
    action: 'Nothing to do; the change is recorded.',
    since: '1',
  },
  compare: ({ report, baseline, policy: { flat } }) => {
    if (baseline === undefined) return [];
    const before = new Set(baseline.facts.imports.map(importKey));
    const held = new Set(reachableUses(baseline, flat).map((use) => use.capability));
    const added = report.facts.imports.filter(
      (item) =>
        !before.has(importKey(item)) &&
        !isMinified(item, report.abi.kind) &&
        capabilitiesOfImport(item, report.abi.kind).every(
          (capability) => held.has(capability) || rulingOn(capability, flat).ruling === 'imply',
        ),
    );
    if (added.length === 0) return [];
    const keys = added.map(importKey);
    return [
      {
        message: `${keys.length === 1 ? 'a new import' : `${keys.length} new imports`} within what the plugin already held: ${listed(keys.map((key) => quote(key)))}`,
        locations: pathLocations(report.facts, keys, {}).map((place, index) => {
          return { offset: added[index]?.offset, section: 'import', ...place };
        }),
        extent: keys,
      },
    ];
  },
};
