import fc from 'fast-check';
import semver from 'semver';
import { expect, it } from 'vitest';
import { cachedReaders } from '#adapters/store/cached';
import { isAssayError } from '#model/errors';
import type { Generation } from '#model/runtime-state';
import { parseRequirement } from '#registry/resolution';
import { type OpenRegistry, openRegistry } from '#registry/open';
import type { Resolution } from '#registry/resolved';
import { checkTransition } from '#registry/transition';
import { readInstalled, readLock, readRegistryState } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { install } from '#stages/install/install';
import { refresh, rollback, start } from '#stages/install/maintain';
import { registryOpener } from '#stages/resolve/open-registries';
import { resolve } from '#stages/resolve/resolve';
import { memoryFolder } from '../../fakes/memory-folder.ts';
import { NEWEST, RegistryHistory, type View } from '../../fakes/registry-history.ts';
import { verifier } from '../../trust/world.ts';

const NAMES = ['acme/greet', 'acme/roman'] as const;

/** A machine that installs from whatever it is shown, and complains when something holds that must not. */
class Client {
  readonly runtime = memoryFolder();
  readonly history: RegistryHistory;
  #resolved: Resolution | undefined;

  constructor(history: RegistryHistory) {
    this.history = history;
  }

  async #readers(view: View) {
    const { readerFor, remember } = cachedReaders({ folder: this.runtime, blobs: RUNTIME.store }, () =>
      this.history.show(view),
    );
    const { trust, clock } = this.history.world;
    const locked = await readLock(this.runtime);
    const open = registryOpener({ trust, readerFor, verifier, clock, runtime: this.runtime, locked });
    return { open, locked, remember: () => remember(new Set(['main'])) };
  }

  /** Finds out what would be installed, and leaves it for later. */
  async resolve(view: View, names: readonly string[]): Promise<() => Promise<void>> {
    const { open, locked, remember } = await this.#readers(view);
    const { trust, clock } = this.history.world;
    const upgrade = new Set(names);
    const requirements = [...new Set([...names, ...Object.keys(locked?.plugins ?? {})])].map(parseRequirement);
    this.#resolved = await resolve({ requirements, trust, locked, upgrade, now: clock.now() }, open);
    return remember;
  }

  async installResolved(): Promise<void> {
    const resolution = this.#resolved;
    if (resolution === undefined) return;
    const { trust, clock } = this.history.world;
    const before = await readInstalled(this.runtime);
    const loader = { check: async () => {} };
    await install({ resolution, trust }, { runtime: this.runtime, verifier, loader, clock });
    await this.#requireApproved(before);
  }

  async install(view: View, names: readonly string[]): Promise<void> {
    const remember = await this.resolve(view, names);
    await this.installResolved();
    await remember();
  }

  async refresh(view: View): Promise<void> {
    const { open, remember } = await this.#readers(view);
    await this.#refresh(await open('main'));
    await remember();
  }

  /** Hears what was read when a set was resolved earlier. */
  async refreshLate(): Promise<void> {
    const registry = this.#resolved?.registries.get('main');
    if (registry !== undefined) await this.#refresh(registry);
  }

  #refresh(registry: OpenRegistry) {
    return refresh(new Map([['main', registry]]), { runtime: this.runtime, clock: this.history.world.clock });
  }

  async rollback(): Promise<void> {
    const { clock, trust } = this.history.world;
    await rollback({ runtime: this.runtime, clock, generationsKept: trust.generationsKept });
    expect((await start(this.runtime)).quarantined).toEqual([]);
  }

  /** Everything that is in use was approved at the state that this machine says it has verified, and is no older. */
  async #requireApproved(before: Generation | undefined): Promise<void> {
    const seen = await readRegistryState(this.runtime, 'main');
    const facts = this.history.facts.get(seen?.serial ?? 0);
    const { generation } = await start(this.runtime);
    if (facts === undefined || generation === undefined) throw new Error('nothing is installed');
    for (const [name, plugin] of Object.entries(generation.plugins)) {
      const version = facts.versions.get(`${name} ${plugin.version}`);
      expect(version?.artifact, `${name} ${plugin.version} was published`).toBe(plugin.artifact.digest);
      expect(facts.accepted, `${name} ${plugin.version} passed`).toContain(version?.passedUnder);
      expect(version?.state).not.toBe('blocked');
      const had = before?.plugins[name];
      if (had?.version !== plugin.version) expect(version?.state, 'chosen anew').not.toBe('yanked');
      if (had !== undefined) expect(semver.gte(plugin.version, had.version), `${name} goes back`).toBe(true);
      if (had !== undefined) expect(plugin.signer, `${name} has another author`).toEqual(had.signer);
    }
    for (const name of Object.keys(before?.plugins ?? {})) expect(generation.plugins).toHaveProperty([name]);
  }

  /** What was seen never goes back; what failed changed nothing; what is blocked as far as was heard is known. */
  async watch(action: () => Promise<void>, mayFail: boolean): Promise<void> {
    const seen = await readRegistryState(this.runtime, 'main');
    const files = new Map(this.runtime.files);
    try {
      await action();
    } catch (cause) {
      if (!isAssayError(cause) || cause.code === 'INTERNAL') throw cause;
      if (!mayFail && cause.exit !== 2 && !HONEST.has(cause.code)) throw cause;
      expect(this.runtime.files, `${cause.code} changed something`).toEqual(files);
    }
    const now = await readRegistryState(this.runtime, 'main');
    expect(now?.serial ?? 0).toBeGreaterThanOrEqual(seen?.serial ?? 0);
    expect(now?.rootVersion ?? 0).toBeGreaterThanOrEqual(seen?.rootVersion ?? 0);
    const { generation, quarantined } = await start(this.runtime);
    const facts = this.history.facts.get(now?.serial ?? 0);
    const blocked = Object.entries(generation?.plugins ?? {}).filter(
      ([name, { version }]) => facts?.versions.get(`${name} ${version}`)?.state === 'blocked',
    );
    expect(quarantined.map(({ name }) => name).toSorted()).toEqual(blocked.map(([name]) => name).toSorted());
  }
}

/** What may come of an honest registry: versions of authors that no longer own the namespace, among others. */
const HONEST = new Set(['VERSION_BLOCKED', 'VERDICT_MISSING', 'IDENTITY_MISMATCH', 'BUNDLE_INVALID']);

const age = fc.nat({ max: 5 });
const fault = fc.record({ at: fc.nat({ max: 15 }), kind: fc.constantFrom('damaged', 'missing', 'network') });
const hostile = fc.record({ snapshot: age, roots: age, rest: age, fault: fc.option(fault, { nil: undefined }) });
/** Undefined is the newest state, which hides nothing. */
const view = fc.option(hostile, { nil: undefined, freq: 1 });
const names = fc.subarray([...NAMES], { minLength: 1 });

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), name: fc.constantFrom(...NAMES) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('state' as const),
      which: age,
      state: fc.constantFrom('active', 'deprecated', 'yanked', 'blocked'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('judge' as const),
      which: age,
      result: fc.constantFrom('PASSED', 'FAILED'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('policy', 'transfer', 'root') }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('install' as const), view, names }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resolve' as const), view, names }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('install what was resolved' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const), view }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('rollback', 'refresh late') }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

async function perform(history: RegistryHistory, client: Client, one: Operation): Promise<void> {
  switch (one.do) {
    case 'publish':
      return history.publish(one.name);
    case 'state':
      return history.setState(one.which, one.state);
    case 'judge':
      return history.judge(one.which, one.result);
    case 'policy':
      return history.newPolicy();
    case 'transfer':
      return history.transfer();
    case 'root':
      return history.newRoot();
    case 'install':
      return client.watch(() => client.install(one.view ?? NEWEST, one.names), one.view !== undefined);
    case 'resolve':
      return client.watch(
        async () => void (await client.resolve(one.view ?? NEWEST, one.names)),
        one.view !== undefined,
      );
    case 'install what was resolved':
      return client.watch(() => client.installResolved(), true);
    case 'refresh':
      return client.watch(() => client.refresh(one.view ?? NEWEST), one.view !== undefined);
    case 'refresh late':
      return client.watch(() => client.refreshLate(), true);
    case 'rollback':
      return client.watch(() => client.rollback(), true);
  }
}

it('whatever states of a registry a machine is shown, it installs only what was approved and never goes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 30, size: 'max' }), async (operations) => {
      const history = await RegistryHistory.create();
      await history.publish('acme/greet');
      const client = new Client(history);
      for (const one of operations) await perform(history, client, one);
    }),
    { numRuns: 40 },
  );
}, 120_000);

it('of two states of a registry, only the next one passes for a transition', async () => {
  const changes = fc.array(
    fc.oneof(
      fc.constantFrom(...NAMES).map((name) => (history: RegistryHistory) => history.publish(name)),
      age.map((which) => (history: RegistryHistory) => history.setState(which, 'yanked')),
      fc.constant((history: RegistryHistory) => history.newPolicy()),
      fc.constant((history: RegistryHistory) => history.transfer()),
    ),
    { minLength: 2, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      const history = await RegistryHistory.create();
      for (const change of all) await change(history);
      const { pin, clock } = history.world;
      const opened = await Promise.all(
        history.states.map((_, at) =>
          openRegistry(history.show({ snapshot: at, roots: at, rest: at }), pin, { verifier, now: clock.now() }),
        ),
      );
      for (const before of opened) {
        for (const after of opened) {
          const checked = checkTransition(before, after, { ownersMayChange: new Set(['acme']) });
          if (after.snapshot.serial === before.snapshot.serial + 1) await checked;
          else await expect(checked).rejects.toMatchObject({ code: 'TRANSITION_INVALID' });
        }
      }
    }),
    { numRuns: 10 },
  );
}, 60_000);
