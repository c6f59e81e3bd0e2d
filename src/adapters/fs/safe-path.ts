import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '#model/errors';
import { diskError, isMissing, symlinkRefused } from './disk-errors.ts';

// Names that Windows, macOS and Linux all keep as they are; no leading dot, which is kept for Assay's own files.
const SEGMENT = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/i;
const MAX_SEGMENT = 200;

/** The segments of a relative path. Throws PATH_UNSAFE for one that could lead elsewhere or fails on some platform. */
export function safeSegments(path: string): string[] {
  const segments = path.split('/');
  const bad = segments.find(
    (segment) => !SEGMENT.test(segment) || WINDOWS_DEVICE.test(segment) || segment.length > MAX_SEGMENT,
  );
  if (bad !== undefined) {
    throw new AssayError('PATH_UNSAFE', `${JSON.stringify(path.slice(0, 300))} is not a path that is used here`, {
      hint: 'Paths are relative, of letters, digits, dots, hyphens and underscores, with forward slashes.',
    });
  }
  return segments;
}

/**
 * The absolute path of a file below `base`, after checking that no existing part of the way is a symbolic link.
 * Throws PATH_UNSAFE.
 */
export async function pathInside(base: string, path: string): Promise<string> {
  let current = base;
  for (const segment of safeSegments(path)) {
    current = join(current, segment);
    let isLink: boolean;
    try {
      isLink = (await lstat(current)).isSymbolicLink();
    } catch (cause) {
      if (isMissing(cause)) break;
      throw diskError(cause, 'read', current);
    }
    if (isLink) throw symlinkRefused(current);
  }
  return join(base, ...safeSegments(path));
}
