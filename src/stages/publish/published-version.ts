import { AssayError } from '#model/errors';
import type { PluginName, Version } from '#model/names';
import type { OpenRegistry } from '#registry/open';
import { unknownPlugin } from '#registry/resolution';
import { type PluginVersion, versionsOf } from '#registry/versions';

/** A version that the registry lists. Throws PLUGIN_UNKNOWN or VERSION_UNKNOWN, with what there is instead. */
export async function publishedVersion(
  registry: OpenRegistry,
  name: PluginName,
  version: Version,
): Promise<PluginVersion> {
  const log = await registry.log(name);
  if (log === undefined) throw unknownPlugin(name, registry.id, await registry.list());
  const versions = versionsOf(log);
  const found = versions.find(({ release }) => release.version === version);
  if (found !== undefined) return found;
  throw new AssayError('VERSION_UNKNOWN', `${name} ${version} was never published`, {
    hint: `Published: ${versions.map(({ release }) => release.version).join(', ')}`,
  });
}
