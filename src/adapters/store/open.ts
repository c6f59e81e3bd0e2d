import { fileURLToPath } from 'node:url';
import { AssayError } from '#model/errors';
import type { RegistryReader } from '#ports/registry-store';
import { directoryRegistry } from './directory.ts';
import { httpRegistry } from './http.ts';

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/** Whether a registry is named by an address, and not by the path of a folder. */
export function hasScheme(location: string): boolean {
  return SCHEME.test(location);
}

/**
 * A reader for what trust.json gives as `url`: an https address, a file: address, or the path of a folder. Throws
 * INPUT_INVALID for an address of another kind, which would else be taken for a folder that does not exist.
 */
export function openRegistryReader(location: string): RegistryReader {
  if (/^https?:/i.test(location)) return httpRegistry(location);
  if (/^file:/i.test(location)) return directoryRegistry(fileURLToPath(location));
  const scheme = SCHEME.exec(location)?.[1];
  if (scheme === undefined) return directoryRegistry(location);
  throw new AssayError('INPUT_INVALID', `${location}: no registry can be read from ${scheme} addresses`, {
    hint: 'Give an https address, or a folder; of a git repository, the folder of a clone.',
  });
}
