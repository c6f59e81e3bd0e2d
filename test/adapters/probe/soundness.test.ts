import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childProcessProber } from '#adapters/probe/child-process';
import { CORPUS, corpusPath } from '../../../scripts/corpus/modules.ts';
import { auditBytes } from '../../rules/audited.ts';

const VENDOR = join(import.meta.dirname, '../../../node_modules/@bytecodealliance/jco-transpile/vendor');
const LARGEST = 3 * 1024 * 1024;
const MOST_EXPORTS = 40;

const MODULES = [
  join(VENDOR, 'js-component-bindgen-component.core2.wasm'),
  join(VENDOR, 'wasm-tools.core.wasm'),
  ...CORPUS.map(({ file }) => corpusPath(file)),
].filter((path) => existsSync(path) && readFileSync(path).length <= LARGEST);

describe('what real modules call when they are probed', () => {
  it.each(MODULES.map((path) => [path.split('node_modules/').at(-1) ?? path, path] as const))(
    'lies within what reachability says: %s',
    async (_name, path) => {
      const bytes = readFileSync(path);
      const { facts } = await auditBytes(bytes);
      const calls = facts.exports.flatMap(({ name, type }) => (type.kind === 'func' ? [name] : []));
      const probe = await childProcessProber.probe({
        bytes,
        facts,
        calls: calls.slice(0, MOST_EXPORTS),
        timeoutMs: 4_000,
      });
      for (const { root, calls: called } of probe.roots) {
        const reachable = new Set(
          facts.reachability.classes
            .filter((group) => group.roots.includes(root))
            .flatMap((group) => group.imports)
            .map((index) => `${facts.imports[index]?.module}.${facts.imports[index]?.name}`),
        );
        const beyond = called.map((call) => call.import).filter((key) => !reachable.has(key));
        expect(beyond, `${root} called what it cannot reach`).toEqual([]);
      }
    },
    30_000,
  );
});
