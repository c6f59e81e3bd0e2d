import type { Digest } from '#model/digest';
import type { MirrorEvent, ReleaseEvent, StateEvent, VerdictEvent } from '#model/events';
import type { EventLog } from './events.ts';

export type VersionState = StateEvent['state'];

/** A version as the events leave it. */
export interface PluginVersion {
  readonly release: ReleaseEvent;
  /** Digest of the release event's line; the lock keeps it. */
  readonly releaseDigest: Digest;
  readonly state: VersionState;
  /** The event that set the state; undefined while it is active from the start. */
  readonly stateEvent: StateEvent | undefined;
  /** Oldest first. */
  readonly verdicts: readonly VerdictEvent[];
  /** Further addresses that serve an artifact's bytes. */
  readonly mirrors: ReadonlyMap<Digest, readonly string[]>;
}

/** Every version of a plugin in the order of publication. */
export function versionsOf(log: EventLog): readonly PluginVersion[] {
  const versions = new Map<string, MutableVersion>();
  for (const { event, digest } of log.entries) {
    if (event.event === 'release') {
      versions.set(event.version, {
        release: event,
        releaseDigest: digest,
        state: 'active',
        stateEvent: undefined,
        verdicts: [],
        mirrors: new Map(),
      });
      continue;
    }
    const version = versions.get(event.version);
    if (version === undefined) continue;
    if (event.event === 'state') {
      version.state = event.state;
      version.stateEvent = event;
    } else if (event.event === 'verdict') version.verdicts.push(event);
    else addMirrors(version.mirrors, event);
  }
  return [...versions.values()];
}

/** A log can name an artifact's mirrors ten thousand times, so that lists are added to and not written anew. */
function addMirrors(mirrors: Map<Digest, string[]>, { artifact, urls }: MirrorEvent): void {
  const known = mirrors.get(artifact);
  if (known === undefined) mirrors.set(artifact, [...urls]);
  else known.push(...urls);
}

interface MutableVersion extends PluginVersion {
  state: VersionState;
  stateEvent: StateEvent | undefined;
  readonly verdicts: VerdictEvent[];
  readonly mirrors: Map<Digest, string[]>;
}

/**
 * The verdict that counts for an artifact: the newest PASSED under an accepted policy, unless a FAILED under any
 * policy came after it. Undefined when nothing accepted says that the artifact passed.
 */
export function standingVerdict(
  version: PluginVersion,
  artifact: Digest,
  acceptedPolicies: ReadonlySet<Digest>,
): VerdictEvent | undefined {
  for (const verdict of version.verdicts.toReversed()) {
    if (verdict.artifact !== artifact) continue;
    if (verdict.result === 'FAILED') return undefined;
    if (acceptedPolicies.has(verdict.policy)) return verdict;
  }
  return undefined;
}
