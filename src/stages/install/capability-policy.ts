import type { Capability } from '#model/capability';
import { AssayError } from '#model/errors';
import type { ReleaseEvent } from '#model/events';

/**
 * Throws CAPABILITY_DENIED when a plugin needs what this machine does not grant. Everything that was approved is
 * granted when nothing is said; in `allowed`, an asterisk stands for any characters of a host function's name.
 */
export function requireAllowedCapabilities(release: ReleaseEvent, allowed: readonly Capability[] | undefined): void {
  if (allowed === undefined) return;
  const denied = release.capabilities.filter((needed) => !allowed.some((grant) => covers(grant, needed)));
  if (denied.length === 0) return;
  throw new AssayError(
    'CAPABILITY_DENIED',
    `${release.name} ${release.version} needs ${denied.join(', ')}, which this machine does not grant`,
    { hint: `To grant it, add ${denied.map((one) => JSON.stringify(one)).join(', ')} to capabilities in trust.json.` },
  );
}

/** Whether one grant covers a need, which may be a glob itself: then every part of it has to be inside the grant. */
export function covers(grant: Capability, needed: Capability): boolean {
  if (grant === needed) return true;
  if (!grant.startsWith('host:') || !grant.includes('*')) return false;
  const parts = grant.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(needed);
}
