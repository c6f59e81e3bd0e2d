import { join } from 'node:path';
import { localBuildFiles } from '#adapters/fs/build-files';
import { readCapped } from '#adapters/fs/capped-read';
import { AssayError } from '#model/errors';
import { parseJson, parseValue } from '#model/parse';
import { type TrustPolicy, TrustPolicySchema } from '#model/trust-policy';

const FILE = 'trust.json';
const MAX_BYTES = 1024 * 1024;

/** What a runtime folder trusts, or undefined when nobody has said so yet. */
export async function readTrust(runtime: string): Promise<TrustPolicy | undefined> {
  const path = join(runtime, FILE);
  const bytes = await readCapped(path, MAX_BYTES);
  if (bytes === undefined) return undefined;
  return parseJson(TrustPolicySchema, bytes, { source: path, hint: 'docs/runtime.md lists the keys of trust.json.' });
}

/** The same, where nothing can be done without it. */
export async function requireTrust(runtime: string): Promise<TrustPolicy> {
  const trust = await readTrust(runtime);
  if (trust !== undefined) return trust;
  throw new AssayError('REGISTRY_UNKNOWN', `${runtime} trusts no registry yet`, {
    hint: `Say which: assay trust add REGISTRY --runtime ${runtime} --root sha256:…`,
  });
}

/** Writes trust.json whole, after checking that it can be read again. */
export async function writeTrust(runtime: string, trust: TrustPolicy): Promise<void> {
  const checked = parseValue(TrustPolicySchema, trust, { source: FILE });
  const text = `${JSON.stringify(checked, null, 2)}\n`;
  await localBuildFiles.write(runtime, [{ name: FILE, bytes: new TextEncoder().encode(text) }]);
}
