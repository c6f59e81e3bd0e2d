import type { CoreModule } from './core-module.ts';

/** At most this many pages or entries are taken by every engine, whatever the format allows. */
const ALWAYS_TAKEN = 65_536;

/**
 * The module with every size that only an engine minds set to zero, byte for byte as long as before; undefined when
 * there is none. Sizes take no part in any other validation rule, so the answer for the copy is the answer for the
 * module once the decoder has checked the sizes themselves.
 */
export function withSmallSizes(module: CoreModule): Uint8Array<ArrayBuffer> | undefined {
  let copy: Uint8Array<ArrayBuffer> | undefined;
  for (const { limits, minimum, maximum } of module.limitsRead) {
    const sizes = [limits.min, limits.max ?? 0];
    if (sizes.every((size) => typeof size === 'number' && size <= ALWAYS_TAKEN)) continue;
    copy ??= module.bytes.slice(module.start, module.end);
    for (const place of maximum === undefined ? [minimum] : [minimum, maximum]) {
      copy.fill(0x80, place.start - module.start, place.end - module.start - 1);
      copy[place.end - module.start - 1] = 0;
    }
  }
  return copy;
}
