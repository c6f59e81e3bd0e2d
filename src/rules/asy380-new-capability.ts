import { describeUse, useLocations } from './describe-use.ts';
import { reachableUses, rulingOn } from './granted.ts';
import type { CompareRule } from './rule.ts';

export const newCapability: CompareRule = {
  info: {
    id: 'ASY380',
    name: 'new-capability',
    row: 38,
    short: 'This version reaches a capability that the last approved one did not',
    help: 'A takeover of a plugin shows as an update that can suddenly do more. Whatever a preset implies for the ABI’s own runtime library does not count; anything else asks a person once. A build that the last version did not have is compared with all that it had.',
    certainty: 'sound',
    level: 'warning',
    action: 'Say in the release notes why the plugin now needs it; a reviewer accepts it once.',
    since: '1',
  },
  compare: ({ report, previous, policy: { flat } }) => {
    if (previous.length === 0) return [];
    const before = new Set(previous.flatMap((old) => reachableUses(old, flat).map((use) => use.capability)));
    return reachableUses(report, flat)
      .filter((use) => !before.has(use.capability) && rulingOn(use.capability, flat).ruling !== 'imply')
      .map((use) => ({
        subject: use.capability,
        message: `${describeUse(use, report.facts)}; the last approved version could not`,
        locations: useLocations(use, report.facts),
        extent: use.imports,
      }));
  },
};
