import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from '#model/digest';
import { isAssayError } from '#model/errors';
import type { ToolchainPresence } from '#ports/toolchain';
import { readCapped } from '../fs/capped-read.ts';

const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** What package managers write into node_modules about what they installed there. */
const RECORDS = ['.package-lock.json', '.modules.yaml', '.pnpm/lock.yaml', '.yarn-integrity', '.yarn-state.yml'];

/**
 * What is installed for a plugin in node_modules of its folder and of those above it, for compilers that import from
 * there. The package managers' own records say it; where one of them is missing, or links a package to a folder that
 * may change at any time, nothing does, and no cache may answer.
 */
export async function installedPackages(
  pluginFolder: string,
): Promise<Pick<ToolchainPresence, 'identity' | 'uncacheable'>> {
  const records: string[] = [];
  for (let at = pluginFolder; ; at = dirname(at)) {
    const packages = join(at, 'node_modules');
    if ((await stat(packages).catch(() => undefined))?.isDirectory() === true) {
      const texts = await readRecords(packages);
      if (texts === undefined || texts.every((text) => text === '') || texts.some(hasLinks)) {
        return { uncacheable: true };
      }
      records.push(...texts);
    }
    if (dirname(at) === at) break;
  }
  return records.length === 0 ? {} : { identity: `packages ${digestOf(JSON.stringify(records))}` };
}

/** The records in a folder, empty ones for those that are not there; undefined where one of them cannot be read. */
async function readRecords(packages: string): Promise<string[] | undefined> {
  try {
    const read = await Promise.all(RECORDS.map((name) => readCapped(join(packages, name), MAX_RECORD_BYTES)));
    return read.map((bytes) => (bytes === undefined ? '' : new TextDecoder().decode(bytes)));
  } catch (failure) {
    if (!isAssayError(failure)) throw failure;
    return undefined;
  }
}

function hasLinks(record: string): boolean {
  return /"link":\s*true|\blink:\.|\bportal:/.test(record);
}
