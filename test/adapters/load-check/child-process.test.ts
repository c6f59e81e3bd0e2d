import { describe, expect, it } from 'vitest';
import { childProcessLoader } from '#adapters/load-check/child-process';
import { tinyModule } from '../../fakes/registry-world.ts';

const abi = { kind: 'custom' } as const;

describe('a load in a process of its own', () => {
  it('passes a module that the engine takes', async () => {
    await childProcessLoader().check(tinyModule('x'), abi, 'acme/x 1.0.0');
  });

  it('names what the engine has against another one', async () => {
    const broken = Uint8Array.from([...tinyModule('x'), 0xff]);
    await expect(childProcessLoader().check(broken, abi, 'acme/x 1.0.0')).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringMatching(/^acme\/x 1\.0\.0 does not load: WebAssembly\.Module\(\)/),
    });
  });

  it('is ended when it takes too long', async () => {
    await expect(childProcessLoader({ timeoutMs: 1 }).check(tinyModule('x'), abi, 'x')).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('longer'),
    });
  });

  it('leaves components to the host that knows them', async () => {
    await childProcessLoader().check(Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), abi, 'component');
  });
});
