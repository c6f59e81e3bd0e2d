import { canonicalJson } from '#model/canonical-json';
import type { BlockedVersion, Generation, Journal, RegistryState } from '#model/runtime-state';
import type { Folder } from '#ports/folder';
import { encodeDocument, listGenerations, readCurrent, readGeneration, readJournal, readLock } from './documents.ts';
import { RUNTIME } from './layout.ts';
import { collectGarbage } from './garbage.ts';

/** What becomes true together with a generation. */
export interface Consequences {
  readonly registries: ReadonlyMap<string, RegistryState>;
  readonly blocked: readonly BlockedVersion[];
  readonly generationsKept: number;
  /** Asked after the switch; when it throws, the set before comes back. */
  readonly probe?: () => Promise<void>;
}

/**
 * Puts a generation into use: journal `prepared`, the generation whole, `current.json` replaced, journal `switched`,
 * lock and registry states, journal `committed`. A process that dies anywhere in between leaves either set complete,
 * and `recover` finishes or undoes. To be called inside `exclusively`, with all bytes in the store already.
 */
export async function switchGeneration(
  folder: Folder,
  generation: Generation,
  created: boolean,
  consequences: Consequences,
): Promise<void> {
  const from = await readCurrent(folder);
  const lockPlaced = await hasPlacedLock(folder, from);
  const note = (state: Journal['state']) =>
    writeJournal(folder, { state, from, to: generation.number, created, lockPlaced });
  await note('prepared');
  if (created) await folder.add(RUNTIME.generationFile(generation.number), encodeDocument(generation));
  await setCurrent(folder, generation.number);
  await note('switched');
  if (consequences.probe !== undefined) {
    try {
      await consequences.probe();
    } catch (cause) {
      await recover(folder);
      throw cause;
    }
  }
  await folder.replace(RUNTIME.lock, encodeDocument(generation.lock));
  await remember(folder, consequences);
  await note('committed');
  await finish(folder, consequences.generationsKept);
}

/** Whether assay.lock is not the one of the set in use: somebody put it there to have it installed. */
async function hasPlacedLock(folder: Folder, from: number | undefined): Promise<boolean> {
  const lock = await readLock(folder).catch(() => undefined);
  if (lock === undefined || from === undefined) return lock !== undefined;
  return canonicalJson(lock) !== canonicalJson((await readGeneration(folder, from)).lock);
}

/** Keeps what was learnt of registries, also when no plugin changes. */
export async function remember(
  folder: Folder,
  { registries, blocked }: Pick<Consequences, 'registries' | 'blocked'>,
): Promise<void> {
  await folder.replace(RUNTIME.blocked, encodeDocument({ schema: 'assay.blocked/1', versions: blocked }));
  for (const [id, state] of registries) await folder.replace(RUNTIME.registryState(id), encodeDocument(state));
}

/** Number for the next generation: higher than every one that is kept. */
export async function nextNumber(folder: Folder): Promise<number> {
  return ((await listGenerations(folder)).at(-1) ?? 0) + 1;
}

export type Recovery = 'nothing to do' | 'undone' | 'finished';

/**
 * Brings the folder back to a whole set after a process died in a switch: what was committed is finished, anything else
 * is undone. To be called inside `exclusively`, before anything else is done there.
 */
export async function recover(folder: Folder): Promise<Recovery> {
  const journal = await readJournal(folder);
  if (journal === undefined) return 'nothing to do';
  if (journal.state === 'committed') {
    await folder.remove(RUNTIME.journal);
    return 'finished';
  }
  // Between `switched` and `committed` the lock may already be the new set's.
  const undoesLock = journal.state === 'switched' && journal.lockPlaced !== true;
  if (journal.from === undefined) {
    await folder.remove(RUNTIME.current);
    if (undoesLock) await folder.remove(RUNTIME.lock);
  } else {
    await setCurrent(folder, journal.from);
    if (undoesLock) {
      await folder.replace(RUNTIME.lock, encodeDocument((await readGeneration(folder, journal.from)).lock));
    }
  }
  if (journal.created) await folder.remove(RUNTIME.generation(journal.to));
  await folder.remove(RUNTIME.journal);
  return 'undone';
}

async function finish(folder: Folder, generationsKept: number): Promise<void> {
  await collectGarbage(folder, generationsKept);
  await folder.remove(RUNTIME.journal);
}

async function setCurrent(folder: Folder, generation: number): Promise<void> {
  await folder.replace(RUNTIME.current, encodeDocument({ schema: 'assay.current/1', generation }));
}

async function writeJournal(
  folder: Folder,
  {
    from,
    lockPlaced,
    ...rest
  }: Pick<Journal, 'state' | 'to' | 'created'> & { from: number | undefined; lockPlaced: boolean },
): Promise<void> {
  const journal: Journal = {
    schema: 'assay.journal/1',
    ...rest,
    ...(from === undefined ? {} : { from }),
    ...(lockPlaced ? { lockPlaced } : {}),
  };
  await folder.replace(RUNTIME.journal, encodeDocument(journal));
}
