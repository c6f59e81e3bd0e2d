import { getBuiltinModule } from 'node:process';
import type { Plugin } from 'esbuild';

/** Not part of what Node starts with: loading one costs milliseconds, so each is loaded when something of it is used. */
const COSTLY = /^node:(?:child_process|crypto|fs\/promises|https?|os|stream\/promises|worker_threads|zlib)$/;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Takes Node's own modules from `process.getBuiltinModule` instead of importing them. An import reads every property of
 * the module, and some of them (`fs.promises`, `fs.ReadStream`, `crypto.webcrypto`, most of `util`) load others: for
 * `node:fs` alone that is 3 ms of every start. Only what is named is read here.
 */
export const leanNodeModules: Plugin = {
  name: 'lean-node-modules',
  setup(api) {
    api.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: COSTLY.test(path) ? 'node-late' : 'node' } : undefined,
    );
    api.onLoad({ filter: /./, namespace: 'node' }, ({ path }) => ({ contents: namedReads(path) }));
    api.onLoad({ filter: /./, namespace: 'node-late' }, ({ path }) => ({ contents: lateReads(path) }));
  },
};

/** One constant a name, of which esbuild keeps those that are imported. */
function namedReads(path: string): string {
  const lines = namesOf(path).map((name) => `export const ${name} = /* @__PURE__ */ (() => module.${name})();`);
  return [
    `const module = /* @__PURE__ */ process.getBuiltinModule('${path}');`,
    'export default module;',
    ...lines,
  ].join('\n');
}

/** A getter a name: CommonJS, because there a name is read where it is used, not where it is imported. */
function lateReads(path: string): string {
  const getters = namesOf(path).map((name) => `get ${name}() { return process.getBuiltinModule('${path}').${name}; },`);
  return `module.exports = {\n${getters.join('\n')}\n};`;
}

function namesOf(path: string): string[] {
  const module = getBuiltinModule(path);
  if (module === undefined) throw new Error(`Node has no module ${path}`);
  return Object.keys(module)
    .filter((name) => IDENTIFIER.test(name) && name !== 'default')
    .toSorted();
}
