import semver from 'semver';
import { AssayError } from '#model/errors';
import type { Artifact, ReleaseEvent } from '#model/events';
import type { TrustPolicy } from '#model/trust-policy';

/**
 * Checks ABI kind and host range against what this machine says of itself. Throws INCOMPATIBLE; returns a warning where
 * a range is asked for and the machine does not say its version.
 */
export function requireCompatible(release: ReleaseEvent, trust: TrustPolicy): string[] {
  const { abi } = release;
  const what = `${release.name} ${release.version}`;
  if (trust.abis !== undefined && !trust.abis.includes(abi.kind)) {
    throw new AssayError(
      'INCOMPATIBLE',
      `${what} is written for ${abi.kind}; this host loads ${trust.abis.join(', ')}`,
      {
        hint: 'Look for a build of the plugin for this kind of host.',
      },
    );
  }
  if (abi.host === undefined) return [];
  if (semver.validRange(abi.host) === null) {
    throw new AssayError('INCOMPATIBLE', `${what} asks for the host ${JSON.stringify(abi.host)}, which is no range`);
  }
  if (trust.hostVersion === undefined) {
    return [`${what} needs the host ${abi.host}; trust.json does not say this host’s version`];
  }
  if (semver.satisfies(trust.hostVersion, abi.host, { includePrerelease: true })) return [];
  throw new AssayError('INCOMPATIBLE', `${what} needs the host ${abi.host}; this is ${trust.hostVersion}`, {
    hint: 'Upgrade the host, or ask for another version of the plugin.',
  });
}

/** The artifact for this machine: of the platform it prefers most, or the release's first. Throws INCOMPATIBLE. */
export function selectArtifact(release: ReleaseEvent, { platforms }: TrustPolicy): Artifact {
  for (const platform of platforms ?? []) {
    const found = release.artifacts.find((artifact) => artifact.platform === platform);
    if (found !== undefined) return found;
  }
  const [first] = release.artifacts;
  if (platforms === undefined && first !== undefined) return first;
  const offered = release.artifacts.map(({ platform }) => platform).join(', ');
  throw new AssayError('INCOMPATIBLE', `${release.name} ${release.version} is built for ${offered}`, {
    hint: `This machine runs ${platforms?.join(', ') ?? 'nothing'}: see platforms in trust.json.`,
  });
}
