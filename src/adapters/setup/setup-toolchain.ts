import { join } from 'node:path';
import type { BuildJob } from '#model/build-record';
import { AssayError } from '#model/errors';
import { parseValue } from '#model/parse';
import { type ToolchainPin, ToolchainPinsSchema } from '#model/toolchain-pins';
import type { Toolchain, ToolchainPresence } from '#ports/toolchain';
import { PACKAGE_MANAGERS, type PackageManager } from './package-managers.ts';
import { pinnedTool } from './pinned-tool.ts';
import pinsFile from './toolchains.json' with { type: 'json' };

/** The downloads that come with Assay, each with its digest and where that was found. */
export const TOOLCHAIN_PINS: readonly ToolchainPin[] = parseValue(ToolchainPinsSchema, pinsFile, {
  source: 'toolchains.json',
}).pins;

export interface SetupRequest {
  readonly toolchain: Toolchain;
  readonly sourceFolder: string;
  readonly job?: BuildJob;
  /** Ways that may be used besides what is there already. */
  readonly allow: { readonly packages: boolean; readonly downloads: boolean };
}

export interface SetupOptions {
  readonly managers?: readonly PackageManager[];
  readonly pins?: readonly ToolchainPin[];
  readonly platform?: string;
  readonly log?: (text: string) => void;
}

export interface SetupResult {
  readonly presence: ToolchainPresence;
  /** Where it came from: what the machine had, the package manager's name, or `pinned download`. */
  readonly origin: string;
  /** For the steps that follow: folders to put onto PATH, and variables. This process has them already. */
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes a toolchain available: what the machine has, else a package manager that checks what it installs, else a
 * download with a pinned digest. Throws TOOLCHAIN_MISSING with what was tried, DIGEST_MISMATCH, NETWORK.
 */
export async function setupToolchain(request: SetupRequest, options: SetupOptions = {}): Promise<SetupResult> {
  const { toolchain, sourceFolder, job } = request;
  const log = options.log ?? (() => {});
  const detect = () => toolchain.detect(sourceFolder, job);
  const first = await detect();
  if (!('missing' in first)) return { presence: first, origin: 'already there', path: [], variables: {} };

  const tried: string[] = [];
  for (const manager of request.allow.packages ? (options.managers ?? PACKAGE_MANAGERS) : []) {
    const failure = await installBy(manager, request, log);
    if (failure === 'not asked') continue;
    const presence = await detect();
    if (!('missing' in presence)) return { presence, origin: manager.name, path: [], variables: {} };
    tried.push(`${manager.name}: ${failure ?? 'installed, but the toolchain is still not found'}`);
  }

  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const pin = (options.pins ?? TOOLCHAIN_PINS).find(
    (entry) => entry.toolchain === toolchain.name && entry.platform === platform,
  );
  if (request.allow.downloads && pin !== undefined) {
    log(`${pin.tool} ${pin.version} from ${pin.url}`);
    const installed = await enter(pin);
    const presence = await detect();
    if (!('missing' in presence)) return { presence, origin: 'pinned download', ...installed };
    tried.push(`${pin.tool} ${pin.version}: installed, but it does not work here`);
  } else if (pin === undefined) tried.push(`no pinned download for ${toolchain.name} on ${platform}`);

  throw new AssayError('TOOLCHAIN_MISSING', `${first.missing} is not there and could not be set up`, {
    hint: first.hint,
    problems: tried.map((message) => ({ message })),
  });
}

async function installBy(
  manager: PackageManager,
  request: SetupRequest,
  log: (text: string) => void,
): Promise<string | undefined> {
  const commands = await manager.plan(request.toolchain.name, request.sourceFolder, request.job);
  if (commands.length === 0) return 'not asked';
  for (const command of commands) {
    log(command.join(' '));
    const failure = await manager.run(command, request.sourceFolder);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

async function enter(pin: ToolchainPin): Promise<Pick<SetupResult, 'path' | 'variables'>> {
  const folder = await pinnedTool(pin);
  const path = pin.path.map((below) => join(folder, below));
  const variables = Object.fromEntries(pin.variables.map((name) => [name, folder]));
  const separator = process.platform === 'win32' ? ';' : ':';
  process.env['PATH'] = [...path, process.env['PATH'] ?? ''].join(separator);
  for (const [name, value] of Object.entries(variables)) process.env[name] = value;
  return { path, variables };
}
