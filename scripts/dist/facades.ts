import { posix } from 'node:path';

interface BundledFile {
  readonly path: string;
  readonly text: string;
}

/** Where esbuild puts files that no entry point is named after. */
const CHUNK = /(?:^|\/)chunks\/[^/]+$/;
const IMPORT = /^import(?:\{([\w$,]+)\}from)?"([^"]+)";/;
const EXPORT = /^export\{([\w$,]+)\};\s*$/;
const STATIC_IMPORT = /(?:^|[;}])(?:import|export)(?:\{[^}]*\}from)?"([^"]+)"/gm;

/**
 * Leaves out files that only hand on what one other file exports, and imports that one in their place: esbuild makes a
 * file of each module that is imported later, also where the module itself went into a shared one, and Node needs
 * about a third of a millisecond to find and read it. Throws where such a file is used otherwise.
 */
export function withoutFacades(files: readonly BundledFile[]): BundledFile[] {
  const texts = new Map(files.map(({ path, text }) => [slashed(path), text]));
  const targets = new Map<string, string>();
  for (const [path, text] of texts) {
    const target = CHUNK.test(path) ? handedOn(path, text) : undefined;
    if (target !== undefined && loadsAll(target, staticImports(path, text), texts)) targets.set(path, target);
  }
  const kept = files
    .filter(({ path }) => !targets.has(slashed(path)))
    .map(({ path, text }) => ({ path, text: redirected(slashed(path), text, targets) }));
  for (const { path, text } of kept) {
    const used = [...targets.keys()].find((facade) => text.includes(posix.basename(facade)));
    if (used !== undefined) throw new Error(`${path} takes something from ${used}, which was left out`);
  }
  return kept;
}

/** The file whose exports this one hands on under the same names; undefined where it does anything else. */
function handedOn(path: string, text: string): string | undefined {
  let rest = text;
  let target: string | undefined;
  let names = '';
  for (let match = IMPORT.exec(rest); match !== null; match = IMPORT.exec(rest)) {
    const [whole, taken, from = ''] = match;
    if (taken !== undefined) {
      if (target !== undefined) return undefined;
      [target, names] = [posix.join(posix.dirname(path), from), taken];
    }
    rest = rest.slice(whole.length);
  }
  const given = EXPORT.exec(rest)?.[1];
  return given !== undefined && sorted(given) === sorted(names) ? target : undefined;
}

/** Whether a file brings all these with it, so that leaving their import out changes nothing. */
function loadsAll(target: string, wanted: readonly string[], texts: ReadonlyMap<string, string>): boolean {
  const loaded = new Set([target]);
  for (const path of loaded) for (const next of staticImports(path, texts.get(path) ?? '')) loaded.add(next);
  return wanted.every((path) => loaded.has(path));
}

function staticImports(path: string, text: string): string[] {
  return [...text.matchAll(STATIC_IMPORT)].map(([, from = '']) => posix.join(posix.dirname(path), from));
}

function redirected(path: string, text: string, targets: ReadonlyMap<string, string>): string {
  return text.replaceAll(/import\("(\.{1,2}\/[^"]+)"\)/g, (whole, from: string) => {
    const target = targets.get(posix.join(posix.dirname(path), from));
    if (target === undefined) return whole;
    const shown = posix.relative(posix.dirname(path), target);
    return `import("${shown.startsWith('.') ? shown : `./${shown}`}")`;
  });
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function sorted(names: string): string {
  return names.split(',').toSorted().join();
}
