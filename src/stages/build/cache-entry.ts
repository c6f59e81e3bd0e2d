import * as z from 'zod';
import { DigestSchema, digestOf } from '#model/digest';
import type { Diagnostic } from '#model/build-record';
import { parseJson } from '#model/parse';

/** What is kept of a finished build. */
export interface CachedBuild {
  readonly toolchainVersion: string;
  readonly arguments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly log: string;
  readonly module: Uint8Array;
  readonly companions: readonly { readonly file: string; readonly bytes: Uint8Array }[];
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
  const part = (file: string, bytes: Uint8Array): z.input<typeof PartSchema> => ({
    file,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const header: z.input<typeof HeaderSchema> = {
    schema: 'assay.cached-build/1',
    key,
    toolchainVersion: build.toolchainVersion,
    arguments: [...build.arguments],
    diagnostics: [...build.diagnostics],
    log: build.log,
    module: part('module.wasm', build.module),
    companions: build.companions.map(({ file, bytes }) => part(file, bytes)),
  };
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(`${JSON.stringify(header)}\n`),
      build.module,
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
  const files: { file: string; bytes: Uint8Array }[] = [];
  let offset = end + 1;
  for (const part of [header.module, ...header.companions]) {
    const bytes = entry.slice(offset, offset + part.size);
    if (bytes.length !== part.size || digestOf(bytes) !== part.digest) return undefined;
    files.push({ file: part.file, bytes });
    offset += part.size;
  }
  const [module, ...companions] = files;
  if (module === undefined || offset !== entry.length) return undefined;
  return {
    toolchainVersion: header.toolchainVersion,
    arguments: header.arguments,
    diagnostics: header.diagnostics,
    log: header.log,
    module: module.bytes,
    companions,
  };
}
