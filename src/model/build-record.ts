import * as z from 'zod';
import { DigestSchema } from './digest.ts';
import { OPTIMIZE, RelativePathSchema, TOOLCHAINS } from './manifest.ts';
import { PluginNameSchema, VersionSchema } from './names.ts';

/** One job of the build matrix: one build of one plugin with every axis settled. */
export const BuildJobSchema = z
  .strictObject({
    /** Unique over the matrix and stable over runs; safe as a file and artifact name. */
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,120}$/),
    plugin: PluginNameSchema,
    version: VersionSchema,
    /** The plugin's folder, relative to the workspace; `.` for the workspace itself. */
    folder: z.string().min(1).max(400),
    toolchain: z.enum(TOOLCHAINS),
    sources: z.array(RelativePathSchema).min(1).max(1000),
    target: z.string().max(100).optional(),
    optimize: z.enum(OPTIMIZE),
    features: z.string().max(200).optional(),
    options: z.record(z.string().max(100), z.union([z.string(), z.boolean(), z.number(), z.array(z.string())])),
    inputs: z.array(z.string().max(400)),
  })
  .meta({ id: 'BuildJob' });
export type BuildJob = z.infer<typeof BuildJobSchema>;

/** GitHub's matrix form: `strategy.matrix: ${{ fromJSON(…) }}`. */
export const BuildMatrixSchema = z
  .strictObject({ include: z.array(BuildJobSchema).max(256) })
  .meta({ id: 'BuildMatrix' });
export type BuildMatrix = z.infer<typeof BuildMatrixSchema>;

/** How an artifact was made: enough to make it again. */
export const BuildRecordSchema = z
  .strictObject({
    schema: z.literal('assay.build-record/1'),
    job: BuildJobSchema,
    /** Digest of everything the build read: path → digest, as JCS. */
    inputs: z.strictObject({ digest: DigestSchema, files: z.int().nonnegative() }),
    toolchain: z.strictObject({ name: z.enum(TOOLCHAINS), version: z.string().max(200) }),
    /** Arguments as given to the compiler, with machine paths remapped. */
    arguments: z.array(z.string()),
    /** Bumped when a toolchain adapter changes what it passes. */
    recipe: z.int().positive(),
    output: z.strictObject({ file: z.string(), digest: DigestSchema, size: z.int().nonnegative() }),
    companions: z.array(z.strictObject({ file: z.string(), digest: DigestSchema, size: z.int().nonnegative() })),
  })
  .meta({ id: 'BuildRecord' });
export type BuildRecord = z.infer<typeof BuildRecordSchema>;

/** A compiler message mapped to the place in the author's source. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** Relative to the plugin's folder. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
