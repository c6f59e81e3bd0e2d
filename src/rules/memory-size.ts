import type { Count64, Limits } from '#model/module-facts';

/** Bytes of a page where a memory names no other size. */
export const WASM_PAGE = 65_536;

/** A 64-bit count as a bigint, whichever way it is spelled. */
export function count64(value: Count64): bigint {
  return BigInt(value);
}

/** Pages of 64 KiB, rounded up, whatever page size the memory uses. */
export function pagesOf(value: Count64, limits: Pick<Limits, 'pageSize'>): bigint {
  const size = BigInt(limits.pageSize ?? WASM_PAGE);
  return (count64(value) * size + BigInt(WASM_PAGE - 1)) / BigInt(WASM_PAGE);
}
