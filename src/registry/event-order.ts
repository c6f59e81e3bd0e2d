import type { Digest } from '#model/digest';
import { AssayError } from '#model/errors';
import type { ReleaseEvent, RegistryEvent } from '#model/events';
import type { PluginName } from '#model/names';

/** SemVer 2.0.0, 10: build metadata makes no difference between versions, so it cannot make a new one either. */
export function precedenceKey(version: string): string {
  const plus = version.indexOf('+');
  return plus === -1 ? version : version.slice(0, plus);
}

/** The rules that hold between the events of one log. Events are shown to it in their order. */
export class EventOrder {
  readonly #name: PluginName;
  readonly #releases = new Map<string, ReleaseEvent>();
  #seq = 0;
  #time = '';

  constructor(name: PluginName) {
    this.#name = name;
  }

  /** Throws INDEX_INVALID or VERSION_TAKEN when the event may not follow those before it. */
  accept(event: RegistryEvent, source: string): void {
    const wrong = (what: string) => new AssayError('INDEX_INVALID', `${source}: ${what}`);
    if (event.seq !== this.#seq + 1) throw wrong(`has seq ${event.seq}; ${this.#seq + 1} comes next`);
    const time = event.event === 'release' ? event.publishedAt : event.at;
    if (this.#time !== '' && Date.parse(time) < Date.parse(this.#time)) {
      throw wrong(`is dated ${time}, before the event above it (${this.#time})`);
    }
    if (event.event === 'release') this.#acceptRelease(event, wrong);
    else {
      const release = this.#releases.get(precedenceKey(event.version));
      if (release === undefined || release.version !== event.version) {
        throw wrong(`speaks of version ${event.version}, which was not released`);
      }
      if (event.event !== 'state') requireArtifact(release, event.artifact, wrong);
      if (event.event === 'verdict' && event.bundle.artifact !== event.artifact) {
        throw wrong('names a bundle that belongs to another artifact');
      }
    }
    this.#seq = event.seq;
    this.#time = time;
  }

  #acceptRelease(event: ReleaseEvent, wrong: (what: string) => AssayError): void {
    if (event.name !== this.#name) throw wrong(`releases ${event.name} in the log of ${this.#name}`);
    const key = precedenceKey(event.version);
    const earlier = this.#releases.get(key);
    if (earlier !== undefined) {
      throw new AssayError('VERSION_TAKEN', `${this.#name} ${earlier.version} is already published`, {
        hint: 'Versions are immutable. Publish the change under the next version.',
      });
    }
    const builds = event.artifacts.map((artifact) => artifact.build);
    if (new Set(builds).size !== builds.length) throw wrong('lists one build twice');
    const paths = event.companions.map((companion) => companion.path);
    if (new Set(paths).size !== paths.length) throw wrong('lists one companion path twice');
    for (const bundle of event.bundles) requireArtifact(event, bundle.artifact, wrong);
    this.#releases.set(key, event);
  }
}

function requireArtifact(release: ReleaseEvent, digest: Digest, wrong: (what: string) => AssayError): void {
  if (!release.artifacts.some((artifact) => artifact.digest === digest)) {
    throw wrong(`speaks of ${digest}, which is no artifact of ${release.version}`);
  }
}
