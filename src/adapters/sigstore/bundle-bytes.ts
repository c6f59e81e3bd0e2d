import { type Bundle, bundleToJSON } from '@sigstore/bundle';

/** The JSON bytes of a bundle on one line, so that several can stand in one `.jsonl` file. Ends with a newline. */
export function bundleBytes(bundle: Bundle): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(bundleToJSON(bundle))}\n`);
}
