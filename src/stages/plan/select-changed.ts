import { baseOf, inputMatcher, WORKSPACE_FILES } from '#model/build-inputs';
import type { Manifest } from '#model/manifest';

export interface PlannedPlugin {
  /** Relative to the workspace, forward slashes; `.` for the workspace itself. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * The plugins that a set of changed files touches: their own files, the shared files their `inputs` name, workspace
 * and lock files above them, and every plugin that depends on a touched one. A file belongs to the innermost plugin
 * folder around it. A path that ends with a slash is a submodule: it touches what it holds, and what reads below it; a
 * plugin's folder may be one, with the slash or without it. Work grows with the number of changed files, not with plugins × files.
 */
export function selectChanged<P extends PlannedPlugin>(plugins: readonly P[], changed: readonly string[]): P[] {
  const byFolder = new Map(plugins.map((plugin) => [plugin.folder, plugin]));
  const touched = new Set<P>();
  for (const path of changed) {
    const owner = ownerOf(path, byFolder);
    if (owner !== undefined && reads(owner, path)) touched.add(owner);
  }
  const steering = changed.filter(isWorkspaceFile);
  const submodules = changed.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
  const whole = new Set([...changed, ...submodules]);
  for (const plugin of plugins) {
    if (touched.has(plugin)) continue;
    if (foldersOf(plugin.folder).some((folder) => whole.has(folder))) touched.add(plugin);
    else if (submodules.some((path) => readsBelow(plugin, path))) touched.add(plugin);
    else if (steering.some((path) => isBelow(plugin.folder, folderOfWorkspaceFile(path)))) touched.add(plugin);
    else if (plugin.manifest.builds.some((build) => build.inputs?.some((glob) => glob.startsWith('../')) === true)) {
      if (changed.some((path) => reads(plugin, path))) touched.add(plugin);
    }
  }
  addDependants(plugins, touched);
  return plugins.filter((plugin) => touched.has(plugin));
}

function ownerOf<P>(path: string, byFolder: ReadonlyMap<string, P>): P | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const owner = byFolder.get(path.slice(0, end));
    if (owner !== undefined) return owner;
  }
  return byFolder.get('.');
}

function reads(plugin: PlannedPlugin, path: string): boolean {
  const relative = relativeTo(plugin.folder, path);
  if (relative === 'plugin.yaml') return true;
  if (plugin.manifest.companions?.some((companion) => companion.path === relative) === true) return true;
  return plugin.manifest.builds.some((build) => inputMatcher(build.inputs ?? [])(relative));
}

function readsBelow(plugin: PlannedPlugin, submodule: string): boolean {
  const relative = relativeTo(plugin.folder, submodule);
  return plugin.manifest.builds.some(({ inputs = [] }) => {
    const wanted = inputs.filter((glob) => !glob.startsWith('!')).map(baseOf);
    return (wanted.length === 0 ? ['.'] : wanted).some((base) =>
      base === '.' ? !relative.startsWith('../') : isBelow(base, relative) || isBelow(relative, base),
    );
  });
}

/** A folder and those above it. */
function foldersOf(folder: string): string[] {
  const parts = folder.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function relativeTo(folder: string, path: string): string {
  const from = folder === '.' ? [] : folder.split('/');
  const to = path.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return '../'.repeat(from.length - shared) + to.slice(shared).join('/');
}

function isWorkspaceFile(path: string): boolean {
  return workspaceFileName(path) !== undefined;
}

function workspaceFileName(path: string): string | undefined {
  const parts = path.split('/');
  return [parts.slice(-1).join('/'), parts.slice(-2).join('/')].find((name) => WORKSPACE_FILES.has(name));
}

function folderOfWorkspaceFile(path: string): string {
  const folder = path.slice(0, -(workspaceFileName(path)?.length ?? 0)).replace(/\/$/, '');
  return folder === '' ? '.' : folder;
}

function isBelow(folder: string, parent: string): boolean {
  return parent === '.' || folder === parent || folder.startsWith(`${parent}/`);
}

function addDependants<P extends PlannedPlugin>(plugins: readonly P[], touched: Set<P>): void {
  const dependants = new Map<string, P[]>();
  for (const plugin of plugins) {
    for (const name of Object.keys(plugin.manifest.dependencies ?? {})) {
      dependants.set(name, [...(dependants.get(name) ?? []), plugin]);
    }
  }
  const queue = [...touched];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const dependant of dependants.get(next.manifest.name) ?? []) {
      if (touched.has(dependant)) continue;
      touched.add(dependant);
      queue.push(dependant);
    }
  }
}
