import type { Digest } from '#model/digest';
import { digestOf, hexOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { StateEvent } from '#model/events';
import type { RegistryReader } from '#ports/registry-store';
import { changePolicies } from '#stages/publish/policies';
import { setOwners, setState } from '#stages/publish/maintain';
import { publishRelease } from '#stages/publish/publish-release';
import { recordVerdict } from '#stages/publish/record-verdict';
import { rotateRoot } from '#stages/publish/rotate-root';
import {
  keyIdentity,
  KEYS,
  PLATFORM,
  ringOf,
  signedProvenance,
  signedVerdict,
  signerWith,
  summaryOf,
} from '../trust/world.ts';
import { type MemoryFolder, memoryFolder, memoryRegistry } from './memory-folder.ts';
import { POLICY_DIGEST, type RegistryWorld, registryWorld, tinyModule } from './registry-world.ts';

/** What a version is, told from the operations alone and not from the registry's files. */
export interface VersionFacts {
  readonly artifact: Digest;
  readonly state: StateEvent['state'];
  /** Whether the newest verdict passed, and under which policy the newest that passed was. */
  readonly passedUnder: Digest | undefined;
}

export interface RegistryFacts {
  /** `name version` → facts. */
  readonly versions: ReadonlyMap<string, VersionFacts>;
  readonly accepted: readonly Digest[];
}

/**
 * Which of a registry's states a server shows, the newest being 0: one for the snapshot, one for the roots, one for all
 * other files.
 */
export interface View {
  readonly snapshot: number;
  readonly roots: number;
  readonly rest: number;
  /** The n-th file that is read is damaged, is missing, or ends in a fault of the network. */
  readonly fault?: { readonly at: number; readonly kind: 'damaged' | 'missing' | 'network' } | undefined;
}

const OWNERS = [KEYS.author, KEYS.stranger] as const;

/** A registry that remembers every state it was in, as files and as facts by serial. */
export class RegistryHistory {
  readonly shelf: MemoryFolder;
  readonly world: RegistryWorld;
  readonly states: ReadonlyMap<string, Uint8Array>[] = [];
  readonly facts = new Map<number, RegistryFacts>();
  #versions = new Map<string, VersionFacts>();
  #accepted: Digest[] = [POLICY_DIGEST];
  #owner = 0;
  #serial = 2;

  constructor(shelf: MemoryFolder, world: RegistryWorld) {
    this.shelf = shelf;
    this.world = world;
    this.#keep();
  }

  static async create(): Promise<RegistryHistory> {
    const shelf = memoryFolder();
    return new RegistryHistory(shelf, await registryWorld(memoryRegistry(shelf)));
  }

  #keep(): void {
    this.states.push(new Map(this.shelf.files));
    this.facts.set(this.#serial, { versions: new Map(this.#versions), accepted: [...this.#accepted] });
    this.world.clock.forward(1);
  }

  #moved(): void {
    this.#serial++;
    this.#keep();
  }

  get #policy(): Digest {
    return this.#accepted.at(-1) ?? POLICY_DIGEST;
  }

  async publish(name: string): Promise<void> {
    const minor = [...this.#versions.keys()].filter((key) => key.startsWith(`${name} `)).length;
    const version = `1.${minor}.0`;
    const bytes = tinyModule(`${name}@${version}`);
    const artifact = digestOf(bytes);
    const provenance = [await signedProvenance(OWNERS[this.#owner], bytes)];
    const policy = this.#policy;
    const timeVerified = this.world.clock.now();
    const verdict = await signedVerdict(summaryOf(provenance, { name, version, artifact, policy, timeVerified }));
    await publishRelease(
      {
        release: { name, version, abi: { kind: 'custom' }, capabilities: [], dependencies: {} },
        artifacts: [{ bytes, build: 'default', platform: PLATFORM, provenance, verdict }],
      },
      this.world.deps,
    );
    this.#versions.set(`${name} ${version}`, { artifact, state: 'active', passedUnder: policy });
    this.#moved();
  }

  /** The n-th newest version, counted round. */
  #pick(which: number): { name: string; version: string; key: string; facts: VersionFacts } | undefined {
    const entries = [...this.#versions];
    const [key, facts] = entries.at(-1 - (which % Math.max(1, entries.length))) ?? [];
    if (key === undefined || facts === undefined) return undefined;
    const [name = '', version = ''] = key.split(' ');
    return { name, version, key, facts };
  }

  async setState(which: number, state: StateEvent['state']): Promise<void> {
    const picked = this.#pick(which);
    if (picked === undefined) return;
    const { name, version, key, facts } = picked;
    await setState({ name, version, state, reason: 'so it was decided' }, this.world.deps);
    this.#versions.set(key, { ...facts, state });
    this.#moved();
  }

  async judge(which: number, result: 'PASSED' | 'FAILED'): Promise<void> {
    const picked = this.#pick(which);
    if (picked === undefined) return;
    const { name, version, key, facts } = picked;
    const { artifact } = facts;
    const provenance = this.#bundlesOf(artifact);
    const timeVerified = this.world.clock.now();
    const said = { name, version, artifact, provenance, policy: this.#policy, result, timeVerified };
    const verdict = await signedVerdict(summaryOf([], said));
    await recordVerdict({ name, version, artifact, verdict }, this.world.deps);
    this.#versions.set(key, { ...facts, passedUnder: result === 'PASSED' ? this.#policy : undefined });
    this.#moved();
  }

  /** Every bundle of an artifact: a verdict may name more inputs than provenance. */
  #bundlesOf(artifact: Digest): Digest[] {
    const name = new RegExp(`^att/sha256/${hexOf(artifact)}/([0-9a-f]{64})\\.`);
    return [...this.shelf.files.keys()].flatMap((path): Digest[] => {
      const hex = name.exec(path)?.[1];
      return hex === undefined ? [] : [`sha256:${hex}`];
    });
  }

  async newPolicy(): Promise<void> {
    const text = new TextEncoder().encode(`{"rules":{},"edition":${this.#serial}}`);
    const retire = this.#accepted.length > 1 ? this.#accepted.slice(0, 1) : [];
    await changePolicies({ accept: [text], retire }, this.world.deps);
    this.#accepted = [...this.#accepted.slice(retire.length), digestOf(text)];
    this.#moved();
  }

  async transfer(): Promise<void> {
    this.#owner = 1 - this.#owner;
    const owner = OWNERS[this.#owner] ?? KEYS.author;
    const owners = { namespace: 'acme', authors: [keyIdentity(owner)], keys: ringOf(owner) };
    await setOwners(owners, this.world.deps, { replace: true });
    this.#moved();
  }

  async newRoot(): Promise<void> {
    const signers = [signerWith(KEYS.root1), signerWith(KEYS.root2)];
    await rotateRoot({ signers, expires: new Date(this.world.clock.now().getTime() + 3e10) }, this.world.deps);
    this.#keep();
  }

  /** What a server serves that shows a view. */
  show(view: View): RegistryReader {
    const of = (age: number) => this.states.at(-1 - (age % this.states.length)) ?? new Map<string, Uint8Array>();
    let reads = 0;
    return {
      location: 'view:',
      read: async (path) => {
        const isFaulty = view.fault !== undefined && reads++ === view.fault.at;
        if (isFaulty && view.fault?.kind === 'network') throw new AssayError('NETWORK', 'the line is cut');
        if (isFaulty && view.fault?.kind === 'missing') return undefined;
        const state = path === 'snapshot.json' ? view.snapshot : path.startsWith('root/') ? view.roots : view.rest;
        const kept = of(state).get(path);
        const bytes = kept && Uint8Array.from(kept);
        if (isFaulty && bytes !== undefined) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        return bytes;
      },
    };
  }
}

/** The newest state, whole. */
export const NEWEST: View = { snapshot: 0, roots: 0, rest: 0 };
