import { describe, expect, it } from 'vitest';
import type { BuildJob } from '#model/build-record';
import type { Toolchain, ToolchainPresence } from '#ports/toolchain';
import { JOB } from '../../stages/build/fakes.ts';

/** Compilers that no npm package brings may take long on a busy machine. */
export const SLOW_MS = 300_000;

/**
 * Tests that need a compiler which `npm ci` does not bring. Where it is missing they are skipped under a name that says
 * what is missing; with ASSAY_DEEP=1, as in CI, a missing compiler is a failure.
 */
export async function describeInstalled(
  toolchain: Toolchain,
  tests: () => void,
  job: Partial<BuildJob> = {},
  folder = '.',
): Promise<void> {
  const presence = await toolchain.detect(folder, { ...JOB, toolchain: toolchain.name, ...job });
  const missing = 'missing' in presence ? presence : undefined;
  if (missing !== undefined && process.env['ASSAY_DEEP'] === '1') {
    it(`${toolchain.name} is installed`, () => expect.fail(`missing: ${missing.missing}. ${missing.hint}`));
    return;
  }
  const title = 'missing' in presence ? `${toolchain.name}, which needs ${presence.missing}` : versionOf(presence);
  describe.skipIf(missing !== undefined)(`${title}`, { timeout: SLOW_MS }, () => {
    tests();
  });
}

function versionOf({ version }: ToolchainPresence): string {
  return version.split('\n')[0] ?? version;
}
