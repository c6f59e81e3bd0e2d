import { fileURLToPath } from 'node:url';
import type { RegistryReader } from '#ports/registry-store';
import { directoryRegistry } from './directory.ts';
import { httpRegistry } from './http.ts';

/** A reader for what trust.json gives as `url`: an https address, a file: address, or the path of a folder. */
export function openRegistryReader(location: string): RegistryReader {
  if (/^https?:/i.test(location)) return httpRegistry(location);
  return directoryRegistry(/^file:/i.test(location) ? fileURLToPath(location) : location);
}
