import * as z from 'zod';
import { DigestSchema } from './digest.ts';
import { RelativePathSchema, TOOLCHAINS } from './manifest.ts';
import { VersionSchema } from './names.ts';

/** Platforms as Node names them: `process.platform`-`process.arch`. */
export const PINNED_PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'] as const;

export const ToolchainPinSchema = z.strictObject({
  /** The toolchain that it makes available. */
  toolchain: z.enum(TOOLCHAINS),
  /** Name in the runner's tool cache. */
  tool: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  version: VersionSchema,
  platform: z.enum(PINNED_PLATFORMS),
  url: z.url({ protocol: /^https?$/ }),
  sha256: DigestSchema,
  /** The one folder at the top of the archive. */
  folder: RelativePathSchema,
  /** Folders below it that go onto PATH. */
  path: z.array(RelativePathSchema),
  /** Variables to set to the tool's folder. */
  variables: z.array(z.string().regex(/^[A-Z][A-Z0-9_]*$/)),
  /** Where the digest was found, so that anyone can look it up again. */
  evidence: z.string().min(10).max(300),
});
export type ToolchainPin = z.infer<typeof ToolchainPinSchema>;

export const ToolchainPinsSchema = z
  .strictObject({ schema: z.literal('assay.toolchains/1'), pins: z.array(ToolchainPinSchema) })
  .meta({ id: 'ToolchainPins' });
