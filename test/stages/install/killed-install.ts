/**
 * Installs acme/greet from a registry folder into a runtime folder and kills itself with SIGKILL before the n-th call
 * that changes what others see (ASSAY_TEST_KILL_BEFORE). Prints how many such calls there were when it lives on.
 * Arguments: registry folder, runtime folder, trust.json's text, time in milliseconds.
 */
import { syncBuiltinESMExports } from 'node:module';
import promises from 'node:fs/promises';
import { localFolder } from '#adapters/fs/local-folder';
import { bundleVerifier } from '#adapters/sigstore/bundle-verifier';
import { directoryRegistry } from '#adapters/store/directory';
import { TrustPolicySchema } from '#model/trust-policy';
import { readLock } from '#runtime/documents';
import { install } from '#stages/install/install';
import { registryOpener } from '#stages/resolve/open-registries';
import { resolve } from '#stages/resolve/resolve';

const killBefore = Number(process.env['ASSAY_TEST_KILL_BEFORE']);
let calls = 0;

function count(): void {
  calls++;
  if (calls === killBefore) process.kill(process.pid, 'SIGKILL');
}

const { rename, rm } = promises;
promises.rename = (...args) => {
  count();
  return rename(...args);
};
promises.rm = (...args) => {
  count();
  return rm(...args);
};
syncBuiltinESMExports();

const [registry = '', folder = '', trustText = '', time = ''] = process.argv.slice(2);
const trust = TrustPolicySchema.parse(JSON.parse(trustText));
const runtime = localFolder(folder);
const verifier = bundleVerifier();
const clock = { now: () => new Date(Number(time)), elapsed: () => 0 };
const locked = await readLock(runtime);
const open = registryOpener({ trust, readerFor: () => directoryRegistry(registry), verifier, clock, runtime, locked });
const requirements = [{ name: 'acme/greet', range: '*' }];
const resolution = await resolve({ requirements, trust, locked, upgrade: 'all', now: clock.now() }, open);
await install({ resolution, trust }, { runtime, verifier, clock, loader: { check: async () => {} } });
process.stdout.write(String(calls));
