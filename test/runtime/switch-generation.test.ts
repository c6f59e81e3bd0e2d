import { beforeEach, describe, expect, it } from 'vitest';
import type { Generation } from '#model/runtime-state';
import { digestOf } from '#model/digest';
import { encodeDocument, listGenerations, readCurrent, readLock } from '#runtime/documents';
import { RUNTIME } from '#runtime/layout';
import { type Consequences, recover, switchGeneration } from '#runtime/switch-generation';
import { type MemoryFolder, memoryFolder } from '../fakes/memory-folder.ts';
import { keyIdentity, KEYS } from '../trust/world.ts';

const bytesOf = (number: number) => new TextEncoder().encode(`bytes of ${number}`);

/** A set of one plugin whose bytes are its own. */
function generation(number: number): Generation {
  const digest = digestOf(bytesOf(number));
  return {
    schema: 'assay.generation/1',
    number,
    createdAt: '2026-06-01T12:00:00Z',
    plugins: {
      'acme/greet': {
        registry: 'main',
        version: `${number}.0.0`,
        release: digest,
        artifact: {
          digest,
          size: bytesOf(number).length,
          mediaType: 'application/wasm',
          build: 'default',
          platform: 'wasm',
        },
        abi: { kind: 'custom' },
        capabilities: [],
        signer: keyIdentity(KEYS.author),
        dependencies: {},
      },
    },
    lock: { lockVersion: 1, configSerial: number, registries: {}, plugins: {} },
  };
}

const quietly: Consequences = { registries: new Map(), blocked: [], generationsKept: 3 };

let folder: MemoryFolder;
beforeEach(async () => {
  folder = memoryFolder();
  for (const number of [1, 2]) await use(number);
});

async function use(number: number, consequences = quietly): Promise<void> {
  await folder.add(RUNTIME.blob(digestOf(bytesOf(number))), bytesOf(number));
  await switchGeneration(folder, generation(number), true, consequences);
}

describe('a switch', () => {
  it('writes in the order that recovery relies on', async () => {
    folder.log.length = 0;
    await use(3);
    expect(folder.log.map((deed) => deed.replace(/[0-9a-f]{64}/, 'HEX'))).toEqual([
      'add store/sha256/HEX',
      'replace journal.json',
      'add generations/3/generation.json',
      'replace current.json',
      'replace journal.json',
      'replace assay.lock',
      'replace blocked.json',
      'replace journal.json',
      'remove journal.json',
    ]);
  });

  it('keeps so many generations, and the one in use whatever its age', async () => {
    await switchGeneration(folder, generation(1), false, quietly);
    for (const number of [3, 4, 5]) await use(number);
    expect(await listGenerations(folder)).toEqual([3, 4, 5]);
    await switchGeneration(folder, generation(3), false, { ...quietly, generationsKept: 2 });
    expect(await listGenerations(folder)).toEqual([3, 5]);
    expect((await folder.list(RUNTIME.store)).length).toBe(2);
  });

  it('throws no blob away while a generation that may need it cannot be read', async () => {
    folder.files.set(RUNTIME.generationFile(1), new TextEncoder().encode('{'));
    await use(3);
    expect((await folder.list(RUNTIME.store)).length).toBe(3);
  });
});

describe('recovery', () => {
  const journal = (state: string, created: boolean) =>
    folder.replace(
      RUNTIME.journal,
      encodeDocument({ schema: 'assay.journal/1', state, from: 2, to: created ? 3 : 1, created }),
    );
  const current = (number: number) =>
    folder.replace(RUNTIME.current, encodeDocument({ schema: 'assay.current/1', generation: number }));

  it('does nothing where no switch was under way', async () => {
    expect(await recover(folder)).toBe('nothing to do');
  });

  it.each(['prepared', 'switched'])('undoes a new set that got as far as %s, and removes it', async (state) => {
    await folder.add(RUNTIME.generationFile(3), encodeDocument(generation(3)));
    await current(3);
    await journal(state, true);
    expect(await recover(folder)).toBe('undone');
    expect([await readCurrent(folder), await listGenerations(folder)]).toEqual([2, [1, 2]]);
    expect((await readLock(folder))?.configSerial).toBe(2);
  });

  it('undoes going back without losing the set that was gone back to', async () => {
    await current(1);
    await folder.replace(RUNTIME.lock, encodeDocument(generation(1).lock));
    await journal('switched', false);
    expect(await recover(folder)).toBe('undone');
    expect([await readCurrent(folder), await listGenerations(folder)]).toEqual([2, [1, 2]]);
    expect((await readLock(folder))?.configSerial).toBe(2);
  });

  it('can be interrupted and repeated itself', async () => {
    await folder.add(RUNTIME.generationFile(3), encodeDocument(generation(3)));
    await current(3);
    await journal('switched', true);
    for (let failAt = 1; ; failAt++) {
      let writes = 0;
      folder.beforeWrite = () => {
        if (++writes === failAt) throw new Error('the power fails');
      };
      const done = await recover(folder).then(
        () => true,
        () => false,
      );
      folder.beforeWrite = undefined;
      if (done) break;
    }
    expect([await readCurrent(folder), await listGenerations(folder)]).toEqual([2, [1, 2]]);
  });

  it('refuses a journal that cannot be read instead of guessing', async () => {
    await folder.replace(RUNTIME.journal, new TextEncoder().encode('{"state":"half"}'));
    await expect(recover(folder)).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
  });
});
