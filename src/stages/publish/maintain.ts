import type { Digest } from '#model/digest';
import type { StateEvent } from '#model/events';
import type { PluginName, Version } from '#model/names';
import type { Owners } from '#model/registry-documents';
import { requireKeyring } from '#trust/keyring';
import { requireOwnKeys } from '#trust/owners';
import { type ChangeOptions, type ChangePlan, changeRegistry, type PublishDependencies } from './change-registry.ts';
import { publishedVersion } from './published-version.ts';

/** Signs the same index again under the next serial, for another lifetime. */
export function resnapshot(deps: PublishDependencies, options: ChangeOptions = {}): Promise<ChangePlan> {
  return changeRegistry(deps, async () => ({}), options);
}

export interface StateRequest {
  readonly name: PluginName;
  readonly version: Version;
  readonly state: StateEvent['state'];
  /** For people; it is shown wherever the version is refused. */
  readonly reason: string;
  readonly severity?: StateEvent['severity'];
}

/** Deprecates, yanks, blocks or reinstates a version. Throws PLUGIN_UNKNOWN or VERSION_UNKNOWN. */
export function setState(
  request: StateRequest,
  deps: PublishDependencies,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  return changeRegistry(
    deps,
    async (registry) => {
      await publishedVersion(registry, request.name, request.version);
      const event = {
        event: 'state' as const,
        at: deps.clock.now().toISOString(),
        version: request.version,
        state: request.state,
        reason: request.reason,
        ...(request.severity === undefined ? {} : { severity: request.severity }),
      };
      return { events: new Map([[request.name, [event]]]) };
    },
    options,
  );
}

export interface MirrorRequest {
  readonly name: PluginName;
  readonly version: Version;
  readonly artifact: Digest;
  /** Addresses that serve the artifact's bytes. They are transport: whoever fetches from them checks the digest. */
  readonly urls: readonly string[];
}

/** Names further addresses of an artifact. Throws PLUGIN_UNKNOWN, VERSION_UNKNOWN or INDEX_INVALID. */
export function addMirrors(
  request: MirrorRequest,
  deps: PublishDependencies,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  const { name, version, artifact, urls } = request;
  return changeRegistry(
    deps,
    async (registry) => {
      await publishedVersion(registry, name, version);
      const at = deps.clock.now().toISOString();
      const event = { event: 'mirror' as const, at, version, artifact, urls: [...urls] };
      return { events: new Map([[name, [event]]]) };
    },
    options,
  );
}

/**
 * Enrols the owners of a namespace, or replaces them. Replacing takes a person's decision: `replace` says it was made.
 * Throws TRANSITION_INVALID without it, KEY_MISSING when an author's key is not among `keys`, INPUT_INVALID when it holds
 * another role.
 */
export async function setOwners(
  owners: Omit<Owners, 'schema' | 'since'>,
  deps: PublishDependencies,
  options: ChangeOptions & { readonly replace?: boolean } = {},
): Promise<ChangePlan> {
  const document: Owners = { schema: 'assay.owners/1', ...owners, since: deps.clock.now().toISOString() };
  requireKeyring(owners.keys, owners.authors, `the owners of ${owners.namespace}`, 'KEY_MISSING');
  return changeRegistry(
    deps,
    async ({ root }) => {
      requireOwnKeys(owners, root.keys, 'INPUT_INVALID');
      return { owners: [document], ownersMayChange: new Set(options.replace ? [owners.namespace] : []) };
    },
    options,
  );
}
