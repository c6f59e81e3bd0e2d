import type { Policy } from '#model/policy';
import { ASSEMBLYSCRIPT } from '../host-abi/assemblyscript.ts';
import { parseSignature } from '../host-abi/signature.ts';

/** The imports that the AssemblyScript compiler writes by itself, each with its signature. */
export const assemblyscriptImports: NonNullable<NonNullable<Policy['imports']>['allow']> = Object.entries(
  ASSEMBLYSCRIPT,
).map(([name, entry]) => ({ name: `env.${name}`, type: parseSignature(entry.signature) }));
