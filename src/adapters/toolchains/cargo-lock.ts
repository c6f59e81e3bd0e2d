import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hexOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { parseValue } from '#model/parse';
import { digestOfFile } from '../fs/digest-of-file.ts';
import { readToml } from './toml-file.ts';

const LockSchema = z.object({
  package: z
    .array(
      z.object({
        name: z.string().max(200),
        version: z.string().max(200),
        source: z.string().optional(),
        checksum: z.string().optional(),
      }),
    )
    .max(20_000)
    .optional(),
});

/** A crate that comes from a registry, with the sha256 that Cargo.lock promises. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  readonly checksum: string;
}

const MAX_LOCK_BYTES = 16 * 1024 * 1024;

/** The crates of Cargo.lock that are fetched, or undefined when there is no lock file. */
export async function readCargoLock(folder: string): Promise<{ crates: LockedCrate[]; fetched: string[] } | undefined> {
  const table = await readToml(join(folder, 'Cargo.lock'), 'Cargo.lock', MAX_LOCK_BYTES);
  if (table === undefined) return undefined;
  const lock = parseValue(LockSchema, table, { source: 'Cargo.lock' });
  const packages = (lock.package ?? []).filter(({ source }) => source !== undefined);
  const crates: LockedCrate[] = [];
  for (const { name, version, source = '', checksum } of packages) {
    if (source.startsWith('git+')) continue;
    if (checksum === undefined || !/^[0-9a-f]{64}$/.test(checksum) || !/^[\w-]+$/.test(name) || /[/\\]/.test(version)) {
      throw new AssayError('DOCUMENT_INVALID', `Cargo.lock has no checksum for ${name} ${version}`, {
        hint: 'Run: cargo generate-lockfile, and commit Cargo.lock.',
      });
    }
    crates.push({ name, version, checksum });
  }
  return { crates, fetched: packages.map(({ name }) => name) };
}

/**
 * Compares the downloaded crates with Cargo.lock. Cargo does so when it downloads, and never again, and what an earlier
 * build left in the shared cache is not the registry's. Throws DIGEST_MISMATCH.
 */
export async function checkDownloads(crates: readonly LockedCrate[], cache: string): Promise<void> {
  const registries = await readdir(cache).catch((): string[] => []);
  for (const { name, version, checksum } of crates) {
    for (const registry of registries) {
      const file = join(cache, registry, `${name}-${version}.crate`);
      const found = await digestOfFile(file).catch(() => undefined);
      if (found === undefined || hexOf(found) === checksum) continue;
      throw new AssayError('DIGEST_MISMATCH', `${name} ${version} is not the crate that Cargo.lock names`, {
        hint: `Remove ${name}-${version}.crate from cargo's registry cache, then build again.`,
      });
    }
  }
}
