import type { Capability } from '#model/capability';

/** One function that a host offers: its signature in the shorthand of signature.ts, and the capability it stands for. */
export interface HostFunction {
  readonly signature: string;
  readonly capability?: Capability;
}

/** Function name → what it is. */
export type HostFunctions = Readonly<Record<string, HostFunction>>;

/** Spells a table compactly: rows of `[name, signature]` that share one capability. */
export function hostFunctions(
  groups: readonly { readonly capability?: Capability; readonly functions: Readonly<Record<string, string>> }[],
): HostFunctions {
  const table: Record<string, HostFunction> = Object.create(null);
  for (const { capability, functions } of groups) {
    for (const [name, signature] of Object.entries(functions)) {
      table[name] = capability === undefined ? { signature } : { signature, capability };
    }
  }
  return table;
}
