import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { expect, it } from 'vitest';
import { componentizeJs } from '#adapters/toolchains/componentize-js';
import { decodeFacts } from '#wasm/facts';
import { zigCc } from '#adapters/toolchains/zig-cc';
import { compile, compileFolder } from './compile.ts';
import { describeInstalled } from './installed.ts';
import { callsOf } from './run-component.ts';

const FOLDER = fileURLToPath(new URL('component', import.meta.url));
const ADAPTERS = `${FOLDER}/node_modules/@bytecodealliance/jco/lib`;

/** What the facts say that each root reaches, as the recorded calls spell it. */
function reachedIn(bytes: Uint8Array): { reach: (root: string) => ReadonlySet<string>; open: boolean } {
  const { imports, reachability } = decodeFacts(bytes);
  const plain = (name: string) => name.replace(/@[^#]*/, '');
  const reach = (name: string) => {
    const root = plain(name);
    const groups = reachability.classes.filter(({ roots }) => roots.map(plain).includes(root));
    expect(groups, `${root} is a root`).toHaveLength(1);
    const names = groups.flatMap((group) => [
      ...(group.members ?? []),
      ...group.imports.map((place) => imports[place]?.name ?? ''),
    ]);
    return new Set(names.map(plain));
  };
  return { reach, open: reachability.open };
}

async function linked(bytes: Uint8Array, kind: 'command' | 'reactor'): Promise<Uint8Array> {
  const adapter = await readFile(`${ADAPTERS}/wasi_snapshot_preview1.${kind}.wasm`);
  return componentNew(bytes, [['wasi_snapshot_preview1', new Uint8Array(adapter)]]);
}

async function command(source: string): Promise<Uint8Array> {
  const { bytes } = await compile(zigCc, { 'main.c': source }, { options: { command: true } });
  return linked(bytes, 'command');
}

const RUN = 'wasi:cli/run@0.2.12#run';
const OPEN_AT = 'wasi:filesystem/types#[method]descriptor.open-at';

/** Every call was foretold. Returns which functions were called, so that a test can ask for some. */
async function foretold(
  bytes: Uint8Array,
  exports: readonly string[],
  own: Parameters<typeof callsOf>[2] = {},
): Promise<Record<string, ReadonlySet<string>>> {
  const { onLoad, byExport } = await callsOf(bytes, exports, own);
  const { reach, open } = reachedIn(bytes);
  expect(open).toBe(false);
  if (onLoad.size > 0) expect([...onLoad].filter((call) => !reach('(start)').has(call))).toEqual([]);
  for (const [root, calls] of byExport) {
    const reached = reach(root);
    expect([...calls].filter((call) => !reached.has(call))).toEqual([]);
  }
  return Object.fromEntries(byExport);
}

it('a component that runs calls only what its exports reach, through a shim too', async () => {
  const bytes = await parse(await readFile(new URL('../../wasm/components/shim.wat', import.meta.url), 'utf8'));
  const own = { log: { default: () => {} }, fs: { open: () => 3, close: () => {} } };
  const calls = await foretold(bytes, ['say', 'acme:api/io@1.0.0#read', 'acme:api/io@1.0.0#idle'], own);
  expect(calls).toEqual({
    say: new Set(['log']),
    'acme:api/io@1.0.0#read': new Set(['fs#open']),
    'acme:api/io@1.0.0#idle': new Set(),
  });
});

/** A component over two functions of its host, which its core modules import as "h" "open" and "h" "log". */
const overHost = async (rest: string) =>
  parse(`(component (import "log" (func $log)) (import "open" (func $open))
    (core func $llog (canon lower (func $log))) (core func $lopen (canon lower (func $open)))
    (core instance $h (export "log" (func $llog)) (export "open" (func $lopen))) ${rest}
    (func $run (canon lift (core func $m "run"))) (export "run" (func $run)))`);
const HOST = { log: { default: () => {} }, open: { default: () => {} } };

it('a call by a type that runs a function of a subtype was foretold', async () => {
  const bytes =
    await overHost(`(core module $main (type $plain (func)) (type $top (sub (func))) (type $low (sub $top (func)))
      (import "h" "open" (func $open)) (func $low (type $low) call $open) (table $t funcref (elem $low))
      (func (export "run") (call_indirect $t (type $top) (i32.const 0)))
      (func (export "other") (call_indirect $t (type $low) (i32.const 0))))
    (core instance $m (instantiate $main (with "h" (instance $h))))`);
  expect(await foretold(bytes, ['run'], HOST)).toEqual({ run: new Set(['open']) });
});

it('a call at an index to which an entry was moved was foretold', async () => {
  const bytes =
    await overHost(`(core module $table (table (export "t") 2 2 funcref)) (core instance $t (instantiate $table))
    (core module $fill (import "h" "open" (func $open)) (import "h" "log" (func $log)) (import "t" "t" (table 2 2 funcref))
      (elem (i32.const 0) func $log $open)
      (func $move (table.copy 0 0 (i32.const 0) (i32.const 1) (i32.const 1))) (start $move))
    (core instance (instantiate $fill (with "h" (instance $h)) (with "t" (instance $t))))
    (core module $main (import "t" "t" (table 2 2 funcref)) (func (export "run") i32.const 0 call_indirect))
    (core instance $m (instantiate $main (with "t" (instance $t))))`);
  expect(await foretold(bytes, ['run'], HOST)).toEqual({ run: new Set(['open']) });
});

// The adapters of WASI preview 1 come with componentize-js: npm ci --prefix test/adapters/toolchains/component
await describeInstalled(
  componentizeJs,
  () => {
    it('a C program that prints reaches its output and opens no file; one that opens a file does', async () => {
      const prints = await command('#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n');
      const printed = await foretold(prints, [RUN]);
      expect([...(printed[RUN] ?? [])]).toContain('wasi:cli/stdout#get-stdout');
      expect(reachedIn(prints).reach(RUN)).not.toContain(OPEN_AT);
      const opens = await command(
        '#include <stdio.h>\nint main(void) { FILE *f = fopen("/a", "r"); return f ? fclose(f) : 0; }\n',
      );
      expect([...((await foretold(opens, [RUN]))[RUN] ?? [])]).toContain('wasi:filesystem/preopens#get-directories');
      expect(reachedIn(opens).reach(RUN)).toContain(OPEN_AT);
    });

    it('exports of a C library are told apart, and its constructors run on load', async () => {
      const source = `#include <stdio.h>
        #include <stdlib.h>
        unsigned run(void) { return puts("x"); }
        void idle(void) {}
        unsigned peek(void) { return fopen("/x", "r") != 0; }
        void *cabi_realloc(void *p, size_t old, size_t align, size_t size) { (void)old; (void)align; return realloc(p, size); }`;
      const { bytes } = await compile(
        zigCc,
        { 'lib.c': source },
        { options: { exports: ['run', 'idle', 'peek', 'cabi_realloc'] } },
      );
      const world =
        'package acme:test; world w { export run: func() -> u32; export idle: func(); export peek: func() -> u32; }';
      const component = await linked(await componentEmbed({ binary: bytes, witSource: world }), 'reactor');
      await foretold(component, ['run', 'idle', 'peek']);
      const { reach } = reachedIn(component);
      expect(reach('idle').size).toBe(0);
      expect(reach('run')).not.toContain(OPEN_AT);
      expect(reach('peek')).toContain(OPEN_AT);
    });

    it('a script in its engine reaches nothing where all features are disabled, and says what it calls where not', async () => {
      const job = { sources: ['app.js'], options: { wit: 'wit/world.wit' } };
      const all = await compileFolder(componentizeJs, FOLDER, job);
      const calls = await foretold(all.bytes, ['title-case']);
      expect(calls['title-case']?.size).toBeGreaterThan(0);
      const disable = ['stdio', 'random', 'clocks', 'http', 'fetch-event'];
      const none = await compileFolder(componentizeJs, FOLDER, { ...job, options: { ...job.options, disable } });
      expect(reachedIn(none.bytes).reach('title-case').size).toBe(0);
    });
  },
  {},
  FOLDER,
);
