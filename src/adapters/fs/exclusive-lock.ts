import { randomUUID } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { AssayError } from '#model/errors';
import { readCapped } from './capped-read.ts';
import { diskError, isMissing, systemCode } from './disk-errors.ts';

const HolderSchema = z.strictObject({ pid: z.int().positive(), host: z.string(), nonce: z.string() });
type Holder = z.infer<typeof HolderSchema>;

const MAX_HOLDER_BYTES = 4096;
const POLL_MS = 50;
/** A process that was killed between making the file and writing to it leaves it empty. */
const ABANDONED_MS = 10_000;

/**
 * Runs an action while this process holds the lock file. A lock whose process has died on this machine is taken over.
 * Throws LOCKED when another process holds it for longer than `patienceMs`.
 */
export async function withLock<T>(path: string, patienceMs: number, action: () => Promise<T>): Promise<T> {
  await acquire(path, patienceMs);
  try {
    return await action();
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

async function acquire(path: string, patienceMs: number): Promise<void> {
  for (let waited = 0; ; waited += POLL_MS) {
    if (await create(path)) return;
    const holder = await readHolder(path);
    if (holder === undefined ? await isAbandoned(path) : isDead(holder)) {
      await breakLock(path, holder);
      if (await create(path)) return;
    }
    if (waited >= patienceMs) {
      const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
      throw new AssayError('LOCKED', `${path} is held by ${who}`, {
        hint: 'Wait until it is done. If it is not running any more, delete that file.',
      });
    }
    await wait(POLL_MS);
  }
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      const holder: Holder = { pid: process.pid, host: hostname(), nonce: randomUUID() };
      await file.writeFile(JSON.stringify(holder));
    } catch (cause) {
      // On a full disk an empty file would keep everybody out for ever.
      await rm(path, { force: true }).catch(() => {});
      throw cause;
    } finally {
      await file.close();
    }
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw diskError(cause, 'written', path);
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    // The folder may be a clone of somebody else's: a link or a pipe must not be waited for.
    const bytes = await readCapped(path, MAX_HOLDER_BYTES);
    return HolderSchema.parse(JSON.parse(Buffer.from(bytes ?? []).toString('utf8')));
  } catch {
    // Gone again, or caught between creation and its first byte: the next round tells.
    return undefined;
  }
}

function isDead({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return systemCode(cause) === 'ESRCH';
  }
}

/** Whether a lock file that says nothing has stood there for longer than it takes to write its few bytes. */
async function isAbandoned(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined);
  return info?.isFile() === true && info.size === 0 && Date.now() - info.mtimeMs > ABANDONED_MS;
}

/** Only one of several processes can move the dead lock away; what it moved is compared with what it saw. */
async function breakLock(path: string, dead: Holder | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if (isMissing(cause)) return;
    throw diskError(cause, 'written', path);
  }
  const moved = await readHolder(aside);
  if (moved !== undefined && moved.nonce !== dead?.nonce) await rename(aside, path);
  else await rm(aside, { force: true });
}
