import { basename, dirname } from 'node:path/posix';
import { getBuiltinModule } from 'node:process';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';

/** Not part of what Node starts with: loading one costs milliseconds, so each is loaded when something of it is used. */
const COSTLY = /^node:(?:child_process|crypto|fs\/promises|https?|os|stream\/promises|worker_threads|zlib)$/;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Takes Node's own modules from `process.getBuiltinModule` instead of importing them. An import reads every property of
 * the module, and some of them (`fs.promises`, `fs.ReadStream`, `crypto.webcrypto`, most of `util`) load others: for
 * `node:fs` alone that is 3 ms of every start. Only what is named is read here. What is read for files of one party is
 * not shared with those of another, which would otherwise take a file more to load.
 */
export function leanNodeModules(partyOf: (importer: string) => string): Plugin {
  return {
    name: 'lean-node-modules',
    setup(api) {
      api.onResolve({ filter: /^node:/ }, ({ path, kind, importer }) => {
        if (kind !== 'import-statement') return undefined;
        return { path, namespace: COSTLY.test(path) ? 'node-late' : 'node', suffix: `?${partyOf(importer)}` };
      });
      api.onLoad({ filter: /./, namespace: 'node' }, ({ path }) => ({ contents: namedReads(path) }));
      api.onLoad({ filter: /./, namespace: 'node-late' }, ({ path, suffix }) => ({
        contents: lateReads(path, suffix),
      }));
      api.onResolve({ filter: /^value:/ }, ({ path }) => {
        const [, place = '', suffix = ''] = /^value:(.*)(\?.*)$/.exec(path) ?? [];
        return { path: place, namespace: 'node-value', suffix, sideEffects: false };
      });
      api.onLoad({ filter: /./, namespace: 'node-value' }, ({ path }) => ({ contents: valueRead(path) }));
    },
  };
}

/** One constant a name, of which esbuild keeps those that are imported. */
function namedReads(path: string): string {
  const lines = namesOf(path).map((name) => `export const ${name} = /* @__PURE__ */ (() => module.${name})();`);
  return [
    `const module = /* @__PURE__ */ process.getBuiltinModule('${path}');`,
    'export default module;',
    ...lines,
  ].join('\n');
}

/** A function a name that loads the module when it is called, of which esbuild keeps those that are imported. */
function lateReads(path: string, suffix: string): string {
  return [...namesOf(path), 'default']
    .map((name) =>
      isPlainFunction(path, name)
        ? `export function ${name}(...given) { return process.getBuiltinModule('${path}').${name}(...given); }`
        : `export { ${name} } from 'value:${path}/${name}${suffix}';`,
    )
    .join('\n');
}

/**
 * A getter for a class, a constant or what carries properties: CommonJS, because there a name is read where it is used,
 * not where it is imported.
 */
function valueRead(place: string): string {
  const path = dirname(place);
  const name = basename(place);
  const read = `process.getBuiltinModule('${path}')${name === 'default' ? '' : `.${name}`}`;
  return `module.exports = { __esModule: true, get ${name}() { return ${read}; } };`;
}

/** Whether nothing but calling it makes sense: no class, and nothing that `promisify` treats in its own way. */
function isPlainFunction(path: string, name: string): boolean {
  const value: unknown = Reflect.get(builtin(path), name);
  return typeof value === 'function' && /^[a-z]/.test(name) && !(promisify.custom in value);
}

function namesOf(path: string): string[] {
  return Object.keys(builtin(path))
    .filter((name) => IDENTIFIER.test(name) && name !== 'default')
    .toSorted();
}

function builtin(path: string): object {
  const module: object | undefined = getBuiltinModule(path);
  if (module === undefined) throw new Error(`Node has no module ${path}`);
  return module;
}
