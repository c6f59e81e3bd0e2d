import type { FindingLocation } from '#model/audit-report';
import type { CapabilityUse } from '#model/capability';
import { listed, quote } from './clip.ts';

/** `"greet" reaches net through "env.send"`. */
export function describeUse(use: CapabilityUse): string {
  const imports = listed(
    use.imports.map((name) => quote(name)),
    3,
  );
  if (use.from.length === 0) return `needs ${use.capability} through ${imports}`;
  return `${listed(
    use.from.map((name) => quote(name)),
    3,
  )} can reach ${use.capability} through ${imports}`;
}

export function useLocations(use: CapabilityUse): FindingLocation[] {
  return use.imports.map((name) => {
    const from = use.from[0];
    return from === undefined ? { import: name } : { import: name, export: from };
  });
}
