import * as z from 'zod';

/** The capability classes that a host can grant. `host:<module>.<name>` names one host function (globs allowed). */
export const CAPABILITY_CLASSES = [
  'stdio',
  'clock',
  'random',
  'args',
  'env',
  'fs',
  'net',
  'process',
  'threads',
] as const;
export type CapabilityClass = (typeof CAPABILITY_CLASSES)[number];

const HOST_CAPABILITY = /^host:[^\s.]{1,128}\.[^\s]{1,128}$/;

/** One capability: a class, or `host:<module>.<name>` for a function of the host's own. */
export const CapabilitySchema = z
  .string()
  .refine(
    (text) => (CAPABILITY_CLASSES as readonly string[]).includes(text) || HOST_CAPABILITY.test(text),
    `must be one of ${CAPABILITY_CLASSES.join(', ')}, or host:<module>.<name>`,
  )
  .meta({
    id: 'Capability',
    anyOf: [{ enum: CAPABILITY_CLASSES }, { pattern: HOST_CAPABILITY.source }],
    examples: ['stdio', 'host:env.log'],
  });
export type Capability = z.infer<typeof CapabilitySchema>;

const DECLARED = /^host:[^\s.*]{1,128}\.[^\s]{1,128}$/;

/** What a plugin declares: as above, but of one host module, so that nobody grants more than the line shows. */
export const DeclaredCapabilitySchema = CapabilitySchema.refine(
  (text) => !text.startsWith('host:') || DECLARED.test(text),
  'must name one host module, as in host:env.log or host:env.*',
).meta({
  id: 'DeclaredCapability',
  anyOf: [{ enum: CAPABILITY_CLASSES }, { pattern: DECLARED.source }],
  examples: ['stdio', 'host:env.log'],
});

/** A capability that the bytes need, and why: which imports stand for it and whether anything reaches them. */
export const CapabilityUseSchema = z
  .strictObject({
    capability: CapabilitySchema,
    /** `module.name` of the imports behind it. */
    imports: z.array(z.string()),
    /** False when no export or start function reaches any of those imports. */
    reachable: z.boolean(),
    /** Exports (or `(start)`) that reach it; at most 20 are listed. */
    from: z.array(z.string()),
  })
  .meta({ id: 'CapabilityUse' });
export type CapabilityUse = z.infer<typeof CapabilityUseSchema>;
