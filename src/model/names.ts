import * as z from 'zod';

const SEGMENT = /^[a-z0-9](?:-?[a-z0-9])*$/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

function isSegment(text: string): boolean {
  return text.length >= 2 && text.length <= 40 && SEGMENT.test(text) && !WINDOWS_DEVICE.test(text);
}

// The same rule as one expression, for JSON Schema: no device name, 2 to 40 characters, then the characters.
const SEGMENT_PATTERN =
  '(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:/|$))(?=[a-z0-9-]{2,40}(?:/|$))[a-z0-9](?:-?[a-z0-9])*';

const SEGMENT_RULE =
  'lower-case letters, digits and single hyphens inside, 2 to 40 characters, and no Windows device name';

/** The part before the slash: who owns a group of plugins. */
export const NamespaceSchema = z
  .string()
  .refine(isSegment, `must be ${SEGMENT_RULE}`)
  .meta({
    id: 'Namespace',
    pattern: `^${SEGMENT_PATTERN}$`,
  });

/** `namespace/name`. */
export const PluginNameSchema = z
  .string()
  .refine((text) => {
    const parts = text.split('/');
    return parts.length === 2 && parts.every(isSegment);
  }, `must be namespace/name, each ${SEGMENT_RULE}`)
  .meta({ id: 'PluginName', pattern: `^${SEGMENT_PATTERN}/${SEGMENT_PATTERN}$`, examples: ['acme/greet'] });
export type PluginName = z.infer<typeof PluginNameSchema>;

export function namespaceOf(name: PluginName): string {
  return name.slice(0, name.indexOf('/'));
}

export function baseNameOf(name: PluginName): string {
  return name.slice(name.indexOf('/') + 1);
}

// The official SemVer 2.0.0 expression (semver.org, FAQ), without a leading v.
const SEMVER =
  /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

/** SemVer 2.0.0 without a leading `v`; numbers have at most 15 digits, which every implementation compares exactly. */
export const VersionSchema = z
  .string()
  .max(64)
  .regex(SEMVER, 'must be a SemVer version without "v", such as 1.4.0')
  .meta({ id: 'Version', examples: ['1.4.0'] });
export type Version = z.infer<typeof VersionSchema>;

/** A registry's own identifier; one segment, as in namespaces. */
export const RegistryIdSchema = z
  .string()
  .refine(isSegment, `must be ${SEGMENT_RULE}`)
  .meta({
    id: 'RegistryId',
    pattern: `^${SEGMENT_PATTERN}$`,
  });

/** An instant, RFC 3339 in UTC with a trailing Z. */
export const InstantSchema = z.iso.datetime({ offset: false, local: false }).meta({ id: 'Instant' });
