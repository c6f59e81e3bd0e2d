import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localFolder } from '#adapters/fs/local-folder';
import { directoryRegistry } from '#adapters/store/directory';
import { readLock } from '#runtime/documents';
import { start } from '#stages/install/maintain';
import { type RegistryWorld, registryWorld } from '../../fakes/registry-world.ts';

const CHILD = fileURLToPath(new URL('./killed-install.ts', import.meta.url));
const AT_ONCE = 3;

let base: string;
let world: RegistryWorld;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-kill-'));
  world = await registryWorld(directoryRegistry(join(base, 'registry')));
});
afterAll(() => rm(base, { recursive: true, force: true }));

interface End {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function installInChild(runtime: string, killBefore: number): Promise<End> {
  return new Promise((resolve, reject) => {
    const args = [
      CHILD,
      join(base, 'registry'),
      runtime,
      JSON.stringify(world.trust),
      String(world.clock.now().getTime()),
    ];
    const child = spawn(process.execPath, ['--no-warnings', ...args], {
      env: { ASSAY_TEST_KILL_BEFORE: String(killBefore) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ signal, stdout, stderr }));
  });
}

/** Kills an upgrade before one of its calls, starts up, and says what is then installed. */
async function killedUpgrade(killBefore: number): Promise<string> {
  const runtime = join(base, `runtime-${killBefore}`);
  await cp(join(base, 'runtime'), runtime, { recursive: true });
  const { signal, stderr } = await installInChild(runtime, killBefore);
  expect(signal, stderr).toBe('SIGKILL');
  const folder = localFolder(runtime);
  const { generation, recovery } = await start(folder);
  const version = generation?.plugins['acme/greet']?.version;
  expect((await readLock(folder))?.plugins['acme/greet']?.version).toBe(version);
  return `${recovery}: ${version}`;
}

// Windows reports no signal for a process that ended itself.
it.skipIf(process.platform === 'win32')(
  'an upgrade that is killed before any rename or removal leaves one whole set, lock included',
  async () => {
    await world.publish();
    const first = await installInChild(join(base, 'runtime'), 0);
    expect(first.signal, first.stderr).toBeNull();
    await world.publish({ version: '1.1.0' });
    await cp(join(base, 'runtime'), join(base, 'runtime-alive'), { recursive: true });
    const calls = Number((await installInChild(join(base, 'runtime-alive'), 0)).stdout);
    expect(calls).toBeGreaterThan(8);

    const outcomes: string[] = [];
    for (let next = 1; next <= calls; next += AT_ONCE) {
      const points = Array.from({ length: Math.min(AT_ONCE, calls - next + 1) }, (_, index) => next + index);
      outcomes.push(...(await Promise.all(points.map(killedUpgrade))));
    }
    expect(new Set(outcomes)).toEqual(
      new Set(['nothing to do: 1.0.0', 'undone: 1.0.0', 'finished: 1.1.0', 'nothing to do: 1.1.0']),
    );
    // Once the new set is in use for good, it never goes back.
    expect(outcomes.lastIndexOf('undone: 1.0.0')).toBeLessThan(outcomes.indexOf('finished: 1.1.0'));
  },
  120_000,
);
