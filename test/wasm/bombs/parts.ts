import { body, leb, type Part, section, vector, VOID_TYPE } from '../../binary.ts';

/** Writes a module of about so many bytes. */
export type Bomb = (bytes: number) => Uint8Array<ArrayBuffer>;

export const FUNCTION = (count: number): Part =>
  section(
    3,
    vector(count, () => [0]),
  );
export const EMPTY_BODIES = (count: number): Part =>
  section(
    10,
    vector(count, () => body()),
  );
export const VOID = section(1, [1], VOID_TYPE);
export const CALL = (target: number): number[] => [0x10, ...leb(target)];
export const upTo = (limit: number, count: number): number => Math.max(1, Math.min(limit, Math.floor(count)));
