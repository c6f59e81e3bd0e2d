import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Capability } from '#model/capability';
import { AssayError } from '#model/errors';
import type { CommandInput } from './command.ts';
import { listOption } from './options.ts';

/**
 * The folders of `--dir HOST[::GUEST]`, by the name under which the plugin sees them: as they were named, without a
 * GUEST. Throws USAGE where the plugin may not have any, FILE_MISSING and INPUT_INVALID.
 */
export function passedFolders(
  input: CommandInput,
  cwd: string,
  capabilities: readonly Capability[],
): Record<string, string> {
  const folders = new Map<string, string>();
  for (const text of listOption(input, 'dir')) {
    const [host = '', guest = host, ...rest] = text.split('::');
    if (host === '' || guest === '' || rest.length > 0) {
      throw new AssayError('INPUT_INVALID', `--dir ${text} is not FOLDER or FOLDER::NAME`, {
        hint: 'For example: --dir ./notes::/notes, and the plugin opens /notes/today.txt.',
      });
    }
    const folder = resolve(cwd, host);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new AssayError('FILE_MISSING', `--dir ${host} is not a folder`, {
        hint: 'Make it first; it is relative to where you stand.',
      });
    }
    requireNew(folders, guest, `--dir ${text}`);
    folders.set(guest, folder);
  }
  if (folders.size > 0) requireCapability('fs', '--dir', capabilities);
  return Object.fromEntries(folders);
}

/** The variables of `--env NAME=VALUE`. Throws USAGE where the plugin may not have any, and INPUT_INVALID. */
export function passedVariables(input: CommandInput, capabilities: readonly Capability[]): Record<string, string> {
  const variables = new Map<string, string>();
  for (const text of listOption(input, 'env')) {
    const [, name, value] = /^([^=\0]+)=([^\0]*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new AssayError('INPUT_INVALID', `--env ${text} is not NAME=VALUE`, {
        hint: 'The variables of this process are not passed on; give the value too.',
      });
    }
    requireNew(variables, name, `--env ${text}`);
    variables.set(name, value);
  }
  if (variables.size > 0) requireCapability('env', '--env', capabilities);
  return Object.fromEntries(variables);
}

function requireNew(passed: ReadonlyMap<string, string>, name: string, said: string): void {
  if (!passed.has(name)) return;
  throw new AssayError('INPUT_INVALID', `${said} gives ${name} a second time`, { hint: 'Give each name once.' });
}

function requireCapability(needed: Capability, option: string, capabilities: readonly Capability[]): void {
  if (capabilities.includes(needed)) return;
  throw new AssayError('USAGE', `${option} would have no effect: the plugin does not have the capability ${needed}`, {
    hint: `Declare ${needed} in plugin.yaml; a bare module gets it with --allow ${needed}.`,
  });
}
