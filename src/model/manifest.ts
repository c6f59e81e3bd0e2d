import * as z from 'zod';
import { DeclaredCapabilitySchema } from './capability.ts';
import { PluginNameSchema, VersionSchema } from './names.ts';

/** Toolchains that Assay knows how to drive. Adapters register under these names. */
export const TOOLCHAINS = [
  'wat',
  'assemblyscript',
  'zig-cc',
  'clang',
  'emscripten',
  'rust',
  'zig',
  'go',
  'tinygo',
  'componentize-js',
  'command',
] as const;
export type ToolchainName = (typeof TOOLCHAINS)[number];

export const OPTIMIZE = ['size', 'speed', 'debug'] as const;
export const ABI_KINDS = [
  'wasi-p1',
  'extism',
  'component',
  'emscripten',
  'proxy-wasm',
  'wasm-bindgen',
  'custom',
] as const;
export type AbiKind = (typeof ABI_KINDS)[number];

/** A path inside the plugin's folder: relative, forward slashes, no `.` or `..` segments, no NUL, drive or colon. */
export const RelativePathSchema = z
  .string()
  .min(1)
  .max(400)
  .refine(
    (path) =>
      !/[\0\\:]/.test(path) &&
      !path.startsWith('/') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a relative path inside the plugin folder, with forward slashes and without ".." segments',
  )
  .meta({ id: 'RelativePath', pattern: '^(?!\\.{1,2}(?:/|$))[^\\0\\\\:/]+(?:/(?!\\.{1,2}(?:/|$))[^\\0\\\\:/]+)*$' });

export const AbiSchema = z
  .strictObject({
    kind: z.enum(ABI_KINDS).meta({ description: 'Which host interface the plugin is written against' }),
    world: z.string().max(200).optional().meta({ description: 'The WIT world, for components' }),
    host: z.string().max(100).optional().meta({ description: 'SemVer range of host versions it runs on' }),
  })
  .meta({ id: 'Abi' });
export type Abi = z.infer<typeof AbiSchema>;

const optionValue = z.union([z.string().max(1000), z.boolean(), z.number(), z.array(z.string().max(1000)).max(200)]);

export const BuildSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
      .optional()
      .meta({ description: 'Stable name of this build; needed only when there are several' }),
    toolchain: z.enum(TOOLCHAINS).meta({ description: 'The compiler family; docs/toolchains.md says what each takes' }),
    source: z
      .union([RelativePathSchema, z.array(RelativePathSchema).min(1).max(1000)])
      .meta({ description: 'Entry source file, or the list of translation units' }),
    target: z.string().max(100).optional().meta({ description: 'The toolchain’s own target name' }),
    optimize: z.enum(OPTIMIZE).optional().meta({ description: 'size (default), speed or debug' }),
    options: z
      .record(z.string().max(100), optionValue)
      .optional()
      .meta({ description: 'Options of the toolchain, as its documentation lists them' }),
    inputs: z
      .array(z.string().max(400))
      .max(1000)
      .optional()
      .meta({ description: 'Globs of everything the build reads; default: the plugin folder' }),
    matrix: z
      .strictObject({
        toolchain: z.array(z.enum(TOOLCHAINS)).min(1).optional().meta({ description: 'Toolchains to build with' }),
        target: z.array(z.string().max(100)).min(1).optional().meta({ description: 'Targets to build for' }),
        optimize: z.array(z.enum(OPTIMIZE)).min(1).optional().meta({ description: 'Ways to optimise' }),
        features: z.array(z.string().max(200)).min(1).optional().meta({ description: 'Feature sets of the sources' }),
        include: z
          .array(z.record(z.string(), z.string().max(200)))
          .optional()
          .meta({ description: 'Combinations besides those of the axes' }),
        exclude: z
          .array(z.record(z.string(), z.string().max(200)))
          .optional()
          .meta({ description: 'Combinations to leave out' }),
      })
      .optional()
      .meta({ description: 'Axes; each combination is built' }),
  })
  .meta({ id: 'Build' });
export type Build = z.infer<typeof BuildSchema>;

export const CompanionSchema = z
  .strictObject({
    path: RelativePathSchema.meta({ description: 'The file, inside the plugin’s folder' }),
    mediaType: z.string().max(128).optional().meta({ description: 'Its media type' }),
  })
  .meta({ id: 'Companion' });

/** `plugin.yaml`: what a plugin is, how it is built and what it may do. */
export const ManifestSchema = z
  .strictObject({
    name: PluginNameSchema.meta({
      description: 'namespace/name, for good: it is how the plugin is found and installed',
    }),
    version: VersionSchema.optional().meta({
      description: 'May be left out where Cargo.toml or package.json beside it says it',
    }),
    type: z.string().min(1).max(64).optional().meta({ description: 'The registry’s own vocabulary of plugin kinds' }),
    description: z.string().max(500).optional().meta({ description: 'One sentence for people who choose a plugin' }),
    license: z.string().max(100).optional().meta({ description: 'SPDX expression' }),
    source: z.string().max(300).optional().meta({ description: 'Where the sources are published' }),
    registry: z.string().max(300).optional().meta({
      description:
        'owner/repo or address of the registry it is meant for. For people: checks go by policy, not by this',
    }),
    policy: z.string().max(300).optional().meta({
      description: 'Preset (assay:extism@1) or policy file to check against; default: the preset of abi.kind',
    }),
    abi: AbiSchema.meta({ description: 'The interface between plugin and host' }),
    capabilities: z
      .array(DeclaredCapabilitySchema)
      .max(500)
      .default([])
      .meta({ description: 'What the plugin needs from its host' }),
    dependencies: z
      .record(PluginNameSchema, z.string().max(100))
      .optional()
      .meta({ description: 'Other plugins that must be installed beside it, each with a SemVer range' }),
    builds: z.array(BuildSchema).min(1).max(100).meta({ description: 'How its modules are made' }),
    companions: z
      .array(CompanionSchema)
      .max(50)
      .optional()
      .meta({ description: 'Other files that ship with it: icon, README, settings schema' }),
  })
  .meta({ id: 'Manifest', title: 'plugin.yaml', description: 'An Assay plugin manifest' });
export type Manifest = z.infer<typeof ManifestSchema>;

/** A manifest whose version has been settled from plugin.yaml or from the language's own package file. */
export type VersionedManifest = Manifest & { readonly version: string };
