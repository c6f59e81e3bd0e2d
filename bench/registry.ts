/**
 * What publishing into a registry and resolving from it cost, with 10 and with 10,000 plugins in it. Work grows with
 * what changed, so the two should be close: the snapshot and one shard are all that a larger index makes larger.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryRegistry } from '#adapters/store/directory';
import { localFolder } from '#adapters/fs/local-folder';
import type { RegistryWriter } from '#ports/registry-store';
import type { EventDraft } from '#registry/events';
import { changeRegistry } from '#stages/publish/change-registry';
import { publishRelease } from '#stages/publish/publish-release';
import { registryOpener } from '#stages/resolve/open-registries';
import { resolve } from '#stages/resolve/resolve';
import { releaseDraft } from '../test/registry/samples.ts';
import { type RegistryWorld, registryWorld } from '../test/fakes/registry-world.ts';
import { verifier } from '../test/trust/world.ts';
import { median, type Row } from './bench.ts';

export const name = 'registry';

const SMALL = 10;
const LARGE = 10_000;
const ROUNDS = 7;

interface Cost {
  readonly ms: number;
  readonly megabytes: number;
}

/** Counts what is read and written on the way. */
function metered(store: RegistryWriter): RegistryWriter & { bytes: number } {
  const meter = {
    bytes: 0,
    location: store.location,
    async read(path: string, maxBytes: number) {
      const bytes = await store.read(path, maxBytes);
      meter.bytes += bytes?.length ?? 0;
      return bytes;
    },
    async add(path: string, bytes: Uint8Array) {
      meter.bytes += bytes.length;
      await store.add(path, bytes);
    },
    async commit(files: Parameters<RegistryWriter['commit']>[0]) {
      for (const { bytes } of files) meter.bytes += bytes.length;
      await store.commit(files);
    },
    exclusively: store.exclusively,
  };
  return meter;
}

async function filled(folder: string, plugins: number): Promise<{ world: RegistryWorld; meter: { bytes: number } }> {
  const meter = metered(directoryRegistry(folder));
  const world = await registryWorld(meter);
  const events = new Map<string, EventDraft[]>();
  for (let index = 0; index < plugins; index += 1) {
    const plugin = `acme/plugin-${index}x`;
    events.set(plugin, [releaseDraft({ name: plugin, publishedAt: world.clock.now().toISOString() })]);
  }
  await changeRegistry(world.deps, async () => ({ events }));
  return { world, meter };
}

async function measured(meter: { bytes: number }, work: (round: number) => Promise<unknown>): Promise<Cost> {
  const times: number[] = [];
  const amounts: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    meter.bytes = 0;
    const begun = performance.now();
    await work(round);
    if (round === 0) continue;
    times.push(performance.now() - begun);
    amounts.push(meter.bytes / 1e6);
  }
  return { ms: median(times), megabytes: median(amounts) };
}

async function costs(folder: string, plugins: number): Promise<{ publish: Cost; resolve: Cost }> {
  const { world, meter } = await filled(join(folder, `registry-${plugins}`), plugins);
  const requests = await Promise.all(
    Array.from({ length: ROUNDS + 1 }, (_, round) =>
      world.request({ name: 'acme/plugin-7x', version: `2.0.${round}` }),
    ),
  );
  const publish = await measured(meter, async (round) => {
    const request = requests[round];
    if (request !== undefined) await publishRelease(request, world.deps);
  });
  const runtime = localFolder(join(folder, `runtime-${plugins}`));
  const { trust, clock } = world;
  const found = await measured(meter, () =>
    resolve(
      { requirements: [{ name: 'acme/plugin-7x', range: '^2' }], trust, now: clock.now() },
      registryOpener({ trust, readerFor: () => world.registry, verifier, clock, runtime }),
    ),
  );
  return { publish, resolve: found };
}

export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-registry-'));
  try {
    const small = await costs(folder, SMALL);
    const large = await costs(folder, LARGE);
    const row = (what: string, unit: 'ms' | 'MB', big: number, little: number): Row => ({
      what: `${what}, ${LARGE} plugins`,
      value: big,
      unit,
      peer: { name: `${SMALL} plugins`, value: little },
    });
    return [
      row('publish a version', 'ms', large.publish.ms, small.publish.ms),
      row('read and written to publish', 'MB', large.publish.megabytes, small.publish.megabytes),
      row('open and resolve', 'ms', large.resolve.ms, small.resolve.ms),
      row('read to open and resolve', 'MB', large.resolve.megabytes, small.resolve.megabytes),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
