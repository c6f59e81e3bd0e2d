import * as z from 'zod';
import { type Digest, DigestSchema, digestOf } from '#model/digest';
import type { Diagnostic } from '#model/build-record';
import { parseJson } from '#model/parse';

/** The bytes of a file and their digest, so that a large one is hashed once. */
export interface DigestedBytes {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

export function digested(bytes: Uint8Array): DigestedBytes {
  return { bytes, digest: digestOf(bytes) };
}

/** What is kept of a finished build. */
export interface CachedBuild {
  readonly toolchainVersion: string;
  readonly arguments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly log: string;
  readonly module: DigestedBytes;
  readonly companions: readonly (DigestedBytes & { readonly file: string })[];
}

const DiagnosticSchema = z.strictObject({
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  file: z.string().exactOptional(),
  line: z.int().exactOptional(),
  column: z.int().exactOptional(),
});

const PartSchema = z.strictObject({ file: z.string(), size: z.int().nonnegative(), digest: DigestSchema });

const HeaderSchema = z.strictObject({
  schema: z.literal('assay.cached-build/1'),
  key: DigestSchema,
  toolchainVersion: z.string(),
  arguments: z.array(z.string()),
  diagnostics: z.array(DiagnosticSchema),
  log: z.string(),
  module: PartSchema,
  companions: z.array(PartSchema),
});

/**
 * One entry is a header line of JSON, a line feed, and the files' bytes one after another. The header names the key
 * it was stored under and each file's size and digest.
 */
export function encodeCacheEntry(key: string, build: CachedBuild): Uint8Array {
  const part = (file: string, { bytes, digest }: DigestedBytes): z.input<typeof PartSchema> => ({
    file,
    size: bytes.length,
    digest,
  });
  const header: z.input<typeof HeaderSchema> = {
    schema: 'assay.cached-build/1',
    key,
    toolchainVersion: build.toolchainVersion,
    arguments: [...build.arguments],
    diagnostics: [...build.diagnostics],
    log: build.log,
    module: part('module.wasm', build.module),
    companions: build.companions.map((companion) => part(companion.file, companion)),
  };
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(`${JSON.stringify(header)}\n`),
      build.module.bytes,
      ...build.companions.map(({ bytes }) => bytes),
    ]),
  );
}

/** The build behind an entry, or undefined when it is truncated, altered, or stands under another key. */
export function decodeCacheEntry(key: string, entry: Uint8Array): CachedBuild | undefined {
  const end = entry.indexOf(0x0a);
  if (end < 0) return undefined;
  let header: z.output<typeof HeaderSchema>;
  try {
    header = parseJson(HeaderSchema, entry.subarray(0, end), { source: 'a cached build', maxBytes: 16 * 1024 * 1024 });
  } catch {
    return undefined;
  }
  if (header.key !== key) return undefined;
  const files: (DigestedBytes & { file: string })[] = [];
  let offset = end + 1;
  for (const part of [header.module, ...header.companions]) {
    const file = digested(entry.subarray(offset, offset + part.size));
    if (file.bytes.length !== part.size || file.digest !== part.digest) return undefined;
    files.push({ file: part.file, ...file });
    offset += part.size;
  }
  const [module, ...companions] = files;
  if (module === undefined || offset !== entry.length) return undefined;
  return {
    toolchainVersion: header.toolchainVersion,
    arguments: header.arguments,
    diagnostics: header.diagnostics,
    log: header.log,
    module,
    companions,
  };
}
