import { listed, quote } from './clip.ts';
import { importKey } from '#model/import-key';
import type { ModuleFacts } from '#model/module-facts';
import { capabilitiesOfImport } from './capabilities.ts';
import type { AbiKind } from '#model/manifest';
import { rootWords } from './describe-use.ts';
import { MAX_PATHS, pathLocations, rootPlace } from './paths.ts';
import type { CompareRule } from './rule.ts';

const MAX_PAIRS = 200_000;

export const newReach: CompareRule = {
  info: {
    id: 'ASY382',
    name: 'new-reach',
    row: 38,
    short: 'An export reaches a host function that it did not reach in the last approved version',
    help: 'The import and its capability were there before; another export can now get to it. Ordinary changes do this, so it informs.',
    certainty: 'sound',
    level: 'note',
    action: 'Nothing to do; the change is recorded.',
    since: '1',
  },
  compare: ({ report, baseline }) => {
    if (baseline === undefined) return [];
    const before = pairsOf(baseline.facts, baseline.abi.kind);
    const known = new Set(baseline.facts.imports.map(importKey));
    const fresh = [...pairsOf(report.facts, report.abi.kind)].filter(
      ([pair, { key }]) => !before.has(pair) && known.has(key),
    );
    if (fresh.length === 0) return [];
    const shown = fresh.map(([, { root, key }]) => `${rootWords(root, report.facts, 40)} → ${quote(key, 60)}`);
    return [
      {
        message: `${fresh.length === 1 ? 'a new path' : `${fresh.length} new paths`} within held capabilities: ${listed(shown, 4)}`,
        locations: fresh.slice(0, 20).map(([, { root, key }], index) => {
          const [place] = index < MAX_PATHS ? pathLocations(report.facts, [key], { root }) : [];
          return { ...rootPlace(report.facts, root), ...place, import: key };
        }),
        extent: fresh.map(([, { root, key }]) => `${root} -> ${key}`),
      },
    ];
  },
};

/** Pairs of root and imported function that carries a capability. */
function pairsOf(facts: ModuleFacts, abi: AbiKind): Map<string, { root: string; key: string }> {
  const pairs = new Map<string, { root: string; key: string }>();
  const carries = facts.imports.map((item) => capabilitiesOfImport(item, abi).length > 0);
  for (const { roots, imports } of facts.reachability.classes) {
    for (const index of imports) {
      const item = facts.imports[index];
      if (item === undefined || carries[index] !== true) continue;
      const key = importKey(item);
      for (const root of roots) {
        if (pairs.size >= MAX_PAIRS) return pairs;
        pairs.set(`${root}\0${key}`, { root, key });
      }
    }
  }
  return pairs;
}
