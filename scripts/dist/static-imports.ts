import { posix } from 'node:path';

const STATIC_IMPORT = /(?:^|[;}])(?:import|export)(?:\{[^}]*\}from)?"([^"]+)"/gm;

/** The files that a bundled file brings with it, by paths with forward slashes; not what these bring. */
export function staticImports(path: string, text: string): string[] {
  return [...text.matchAll(STATIC_IMPORT)].map(([, from = '']) => posix.join(posix.dirname(path), from));
}

/** Everything that comes with a bundled file, by way of others too. It holds itself only where one imports it back. */
export function loadedWith(path: string, texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const loaded = new Set(staticImports(path, texts.get(path) ?? ''));
  for (const found of loaded) for (const next of staticImports(found, texts.get(found) ?? '')) loaded.add(next);
  return loaded;
}
