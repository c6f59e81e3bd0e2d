import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '#model/errors';
import type { ToolchainPin } from '#model/toolchain-pins';
import { digestOfFile } from '../fs/digest-of-file.ts';

/**
 * The folder of a pinned tool: from the runner's tool cache, else downloaded, checked by its digest before anything
 * reads it, unpacked and put there. RUNNER_TEMP and RUNNER_TOOL_CACHE say where. Throws DIGEST_MISMATCH for other
 * bytes, OUTPUT_MISSING when the archive does not hold what the pin says, NETWORK; nothing is left behind then.
 */
export async function pinnedTool(pin: ToolchainPin): Promise<string> {
  const tools = await import('@actions/tool-cache');
  const cached = tools.find(pin.tool, pin.version);
  if (cached !== '') return cached;
  let archive: string | undefined;
  let unpacked: string | undefined;
  try {
    archive = await tools.downloadTool(pin.url).catch((cause: unknown) => {
      throw new AssayError('NETWORK', `${pin.tool} ${pin.version} cannot be downloaded: ${messageOf(cause)}`, {
        cause,
        hint: `Install it yourself, or try again: ${pin.url}`,
      });
    });
    await checkDigest(archive, pin);
    unpacked = await unpack(tools, archive, pin);
    const folder = join(unpacked, pin.folder);
    if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) {
      throw new AssayError(
        'OUTPUT_MISSING',
        `the archive of ${pin.tool} ${pin.version} holds no folder ${pin.folder}`,
        {
          hint: 'The pin is wrong; correct its "folder".',
        },
      );
    }
    return await tools.cacheDir(folder, pin.tool, pin.version);
  } finally {
    for (const path of [archive, unpacked]) if (path !== undefined) await rm(path, { recursive: true, force: true });
  }
}

async function checkDigest(path: string, pin: ToolchainPin): Promise<void> {
  const found = await digestOfFile(path);
  if (found === pin.sha256) return;
  throw new AssayError('DIGEST_MISMATCH', `${pin.url} is not the pinned file: it is ${found}, not ${pin.sha256}`, {
    hint: `The digest comes from ${pin.evidence}. Do not use the file before you know why it changed.`,
  });
}

async function unpack(
  tools: typeof import('@actions/tool-cache'),
  archive: string,
  pin: ToolchainPin,
): Promise<string> {
  try {
    if (pin.url.endsWith('.zip')) return await tools.extractZip(archive);
    return await tools.extractTar(archive, undefined, pin.url.endsWith('.xz') ? 'xJ' : 'xz');
  } catch (cause) {
    throw new AssayError('OUTPUT_MISSING', `${pin.tool} ${pin.version} cannot be unpacked: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
