import { readFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import type { Reachability } from '#model/module-facts';
import { decodeFacts } from '#wasm/facts';

type Reached = Record<string, string[]>;

function reachedIn(bytes: Uint8Array): { reached: Reached; reachability: Reachability } {
  const { imports, reachability } = decodeFacts(bytes);
  const reached: Reached = {};
  for (const { roots, imports: places, members = [] } of reachability.classes) {
    const whole = places.map((place) => imports[place]?.name ?? '');
    const names = whole.flatMap((name) => {
      const own = members.filter((member) => member.startsWith(`${name}#`));
      return own.length === 0 ? [name] : own;
    });
    for (const root of roots) reached[root] = names.toSorted();
  }
  return { reached, reachability };
}

const reachedBy = async (text: string) => reachedIn(await parse(`(component ${text})`)).reached;
const reachabilityOf = async (text: string) => reachedIn(await parse(`(component ${text})`)).reachability;

const HOST = '(import "log" (func $log)) (import "fs" (instance $fs (export "open" (func)) (export "close" (func))))';
const LOWERED = `${HOST} (alias export $fs "open" (func $open)) (core func $lopen (canon lower (func $open)))
  (core func $llog (canon lower (func $log)))
  (core instance $h (export "open" (func $lopen)) (export "log" (func $llog)))`;
const lifted = (...names: string[]) =>
  names
    .map((name) => `(func $${name} (canon lift (core func $m "${name}"))) (export "${name}" (func $${name}))`)
    .join('\n');

describe('an export of a component', () => {
  it('reaches what its core function calls, and no more', async () => {
    expect(
      await reachedBy(`${LOWERED} (core module $main (import "h" "open" (func $open)) (import "h" "log" (func $log))
          (func $deep call $open) (func (export "read") call $deep) (func (export "say") call $log) (func (export "idle")))
        (core instance $m (instantiate $main (with "h" (instance $h)))) ${lifted('read', 'say', 'idle')}`),
    ).toEqual({ read: ['fs#open'], say: ['log'], idle: [] });
  });

  it('is told apart from its siblings through a shim that is filled in later, and by what follows a return', () => {
    return parse(readFileSync(new URL('components/shim.wat', import.meta.url), 'utf8')).then((bytes) => {
      expect(reachedIn(bytes).reached).toEqual({
        say: ['log'],
        num: ['fs#close'],
        'acme:api/io@1.0.0#read': ['fs#open'],
        'acme:api/io@1.0.0#idle': [],
      });
    });
  });

  it('reaches what the allocation function of its options calls, and that of a function it calls', async () => {
    expect(
      await reachedBy(`(import "log" (func $log)) (import "text" (func $text (result string)))
        (core func $llog (canon lower (func $log)))
        (core module $alloc (import "h" "log" (func $log)) (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) call $log i32.const 0))
        (core instance $h (export "log" (func $llog))) (core instance $a (instantiate $alloc (with "h" (instance $h))))
        (alias core export $a "memory" (core memory $memory)) (alias core export $a "realloc" (core func $realloc))
        (core func $ltext (canon lower (func $text) (memory $memory) (realloc $realloc)))
        (core instance $t (export "text" (func $ltext)))
        (core module $main (import "t" "text" (func $text (param i32)))
          (func (export "take") (param i32 i32)) (func (export "call") i32.const 0 call $text))
        (core instance $m (instantiate $main (with "t" (instance $t))))
        (func $take (param "s" string) (canon lift (core func $m "take") (memory $memory) (realloc $realloc)))
        (export "take" (func $take)) ${lifted('call')}`),
    ).toEqual({ take: ['log'], call: ['log', 'text'] });
  });

  it('that is a function or an instance of the host is reached by whoever calls it', async () => {
    expect(await reachedBy(`${HOST} (export "again" (func $log)) (export "files" (instance $fs))`)).toEqual({
      again: ['log'],
      'files#open': ['fs#open'],
      'files#close': ['fs#close'],
    });
  });

  it('is followed into components inside, by what they are given', async () => {
    expect(
      await reachedBy(`${HOST} (alias export $fs "open" (func $open))
        (component $inner (import "f" (func $f)) (core func $lf (canon lower (func $f)))
          (core module $main (import "h" "f" (func $f)) (func (export "run") call $f) (func (export "idle")))
          (core instance $h (export "f" (func $lf))) (core instance $m (instantiate $main (with "h" (instance $h))))
          ${lifted('run', 'idle')})
        (instance $one (instantiate $inner (with "f" (func $open))))
        (instance $two (instantiate $inner (with "f" (func $log))))
        (instance $three (instantiate $inner (with "f" (func $two "run"))))
        (export "one" (instance $one)) (export "two" (instance $two)) (export "three" (instance $three))`),
    ).toEqual({
      'one#run': ['fs#open'],
      'one#idle': [],
      'two#run': ['log'],
      'two#idle': [],
      'three#run': ['log'],
      'three#idle': [],
    });
  });

  it('reaches a destructor by dropping the resource, and so does the host', async () => {
    expect(
      await reachedBy(`(import "log" (func $log)) (core func $llog (canon lower (func $log)))
        (core instance $h (export "log" (func $llog)))
        (core module $d (import "h" "log" (func $log)) (func (export "destroy") (param i32) call $log))
        (core instance $d (instantiate $d (with "h" (instance $h))))
        (type $r (resource (rep i32) (dtor (core func $d "destroy")))) (core func $drop (canon resource.drop $r))
        (core instance $o (export "drop" (func $drop)))
        (core module $main (import "o" "drop" (func $drop (param i32)))
          (func (export "run") i32.const 1 call $drop) (func (export "idle")))
        (core instance $m (instantiate $main (with "o" (instance $o)))) (export "thing" (type $r)) ${lifted('run', 'idle')}`),
    ).toEqual({ run: ['log'], idle: [], '[resource-drop]thing': ['log'] });
  });

  it('reaches the host by dropping a resource of the host', async () => {
    expect(
      await reachedBy(`(import "io" (instance $io (export "stream" (type (sub resource)))))
        (alias export $io "stream" (type $s)) (core func $drop (canon resource.drop $s))
        (core instance $o (export "drop" (func $drop)))
        (core module $main (import "o" "drop" (func $drop (param i32))) (func (export "run") i32.const 1 call $drop))
        (core instance $m (instantiate $main (with "o" (instance $o)))) ${lifted('run')}`),
    ).toEqual({ run: ['io#[resource-drop]stream'] });
  });
});

describe('instantiating a component', () => {
  it('runs the start functions of core modules and of components, at any depth', async () => {
    expect(
      await reachedBy(`${LOWERED} (core module $main (import "h" "open" (func $open)) (start $open) (func (export "idle")))
        (core instance $m (instantiate $main (with "h" (instance $h)))) ${lifted('idle')}`),
    ).toEqual({ idle: [], '(start)': ['fs#open'] });
    expect(
      await reachedBy(`${HOST} (component $c (import "f" (func $f)) (start $f))
      (instance (instantiate $c (with "f" (func $log))))`),
    ).toEqual({ '(start)': ['log'] });
  });
});

describe('a table that core instances share', () => {
  /** `$t` holds log at 0 and open at 1, filled in by an instance of its own; `code` is the main module's. */
  const sharing = (code: string, names: string[], elements = '(elem (i32.const 0) func $log $open)') => `
    (import "log" (func $log (param "x" u32))) (import "fs" (instance $fs (export "open" (func))))
    (alias export $fs "open" (func $open)) (core func $lopen (canon lower (func $open)))
    (core func $llog (canon lower (func $log)))
    (core module $table (table (export "t") 4 4 funcref)) (core instance $t (instantiate $table))
    (core instance $h (export "open" (func $lopen)) (export "log" (func $llog)))
    (core module $fill (import "h" "open" (func $open)) (import "h" "log" (func $log (param i32)))
      (import "t" "t" (table 4 4 funcref)) ${elements})
    (core instance (instantiate $fill (with "h" (instance $h)) (with "t" (instance $t))))
    (core module $main (import "t" "t" (table 4 4 funcref)) ${code})
    (core instance $m (instantiate $main (with "t" (instance $t)))) ${lifted(...names)}`;
  const AT = (index: number) => `i32.const ${index} call_indirect`;

  it('gives a constant call what stands at the index', async () => {
    const code = `(func (export "f") ${AT(1)}) (func (export "g") ${AT(2)})`;
    expect(await reachedBy(sharing(code, ['f', 'g']))).toEqual({ f: ['fs#open'], g: [] });
  });

  it('gives any other call what has the type', async () => {
    const code = `(func (export "f") nop ${AT(1)}) (func (export "g") i32.const 7 i32.const 0 call_indirect (param i32))`;
    expect(await reachedBy(sharing(code, ['f', 'g']))).toEqual({ f: ['fs#open'], g: ['log'] });
  });

  it('may hold whatever is taken and has the type, at every index, where code writes it', async () => {
    const elements =
      '(global $at (mut i32) (i32.const 0)) (func (param i32) i32.const 0 ref.func $open table.set 0) (elem declare func $open)';
    const code = `(func (export "f") ${AT(3)}) (func (export "g") i32.const 7 i32.const 0 call_indirect (param i32))`;
    expect(await reachedBy(sharing(code, ['f', 'g'], elements))).toEqual({ f: ['fs#open'], g: [] });
  });

  it('may hold what it holds at any index, where code moves its entries', async () => {
    const elements = `(elem (i32.const 0) func $log $open)
      (func (table.copy 0 0 (i32.const 0) (i32.const 1) (i32.const 1)))`;
    const code = `(func (export "f") ${AT(0)})`;
    expect(await reachedBy(sharing(code, ['f'], elements))).toEqual({ f: ['fs#open'] });
  });

  it('is read by one and called through another table of the reader', async () => {
    const code = `(table $own 1 1 funcref) (func (export "f") i32.const 0 i32.const 1 table.get 0 table.set $own
      i32.const 0 call_indirect $own)`;
    expect(await reachedBy(sharing(code, ['f']))).toEqual({ f: ['fs#open'] });
  });
});

it('a reference that one core instance gives to another is any of the type that is taken', async () => {
  expect(
    await reachedBy(`${LOWERED}
      (core module $give (import "h" "open" (func $open)) (func (export "get") (result funcref) ref.func $open)
        (elem declare func $open))
      (core instance $g (instantiate $give (with "h" (instance $h))))
      (core module $main (import "g" "get" (func $get (result funcref))) (table $own 1 1 funcref)
        (func (export "run") i32.const 0 call $get table.set $own i32.const 0 call_indirect $own) (func (export "idle")))
      (core instance $m (instantiate $main (with "g" (instance $g)))) ${lifted('run', 'idle')}`),
  ).toEqual({ run: ['fs#open'], idle: [] });
});

it('a call by a type goes to functions of its subtypes, in whichever core instance they call on', async () => {
  expect(
    await reachedBy(`${LOWERED}
      (core module $main (type $top (sub (func))) (type $low (sub $top (func))) (import "h" "open" (func $open))
        (func $callee (type $low) call $open) (table $t 1 1 funcref) (elem (i32.const 0) func $callee)
        (func (export "run") i32.const 0 call_indirect (type $top)) (func i32.const 0 call_indirect (type $low))
        (func (export "idle")))
      (core instance $m (instantiate $main (with "h" (instance $h)))) ${lifted('run', 'idle')}
      (core module $other (import "h" "log" (func $log)) (func call $log))
      (core instance (instantiate $other (with "h" (instance $h))))`),
  ).toEqual({ run: ['fs#open'], idle: [] });
});

it('core instances of one module are told apart', async () => {
  expect(
    await reachedBy(`${LOWERED} (core module $one (import "h" "f" (func $f)) (func (export "f") call $f))
      (core instance $ho (export "f" (func $lopen))) (core instance $hl (export "f" (func $llog)))
      (core instance $o (instantiate $one (with "h" (instance $ho))))
      (core instance $l (instantiate $one (with "h" (instance $hl))))
      (func $read (canon lift (core func $o "f"))) (func $say (canon lift (core func $l "f")))
      (export "read" (func $read)) (export "say" (func $say))`),
  ).toEqual({ read: ['fs#open'], say: ['log'] });
});

it('a path goes through the core modules by name and number', async () => {
  const bytes = await parse(readFileSync(new URL('components/shim.wat', import.meta.url), 'utf8'));
  const path = reachedIn(bytes).reachability.paths?.find(({ root }) => root === 'say');
  expect(path).toMatchObject({ import: 0, root: 'say', by: 'call' });
  expect(path?.steps.map(({ name, module, by }) => [name, module, by])).toEqual([
    [undefined, 1, 'root'],
    ['w', 1, 'call'],
    [undefined, 0, 'call'],
  ]);
});

describe('what cannot be followed', () => {
  const everything = { imports: [0, 1], open: true };

  it('is code of the host that is instantiated inside', async () => {
    const { open, openReasons, classes } = await reachabilityOf(`(import "log" (func $log))
      (import "code" (core module $code (export "f" (func)))) (core instance $m (instantiate $code)) ${lifted('f')}`);
    expect({ open, classes }).toMatchObject({ open: true, classes: [{ roots: ['f'], ...everything }] });
    expect(openReasons[0]).toContain('a module that it imports is instantiated inside');
  });

  it('is a construct that is not known', async () => {
    const bytes = await parse(`(component ${HOST} (export "again" (func $log)))`);
    const unknown = Uint8Array.from([8, 2, 1, 0x7e]);
    const { open, openReasons, classes } = reachedIn(Buffer.concat([bytes, unknown])).reachability;
    expect({ open, classes }).toMatchObject({ open: true, classes: [{ roots: ['again', '(start)'], ...everything }] });
    expect(openReasons[0]).toContain('canonical function 0x7e');
  });

  it('is a thread that begins at an entry of a table', async () => {
    const { open, openReasons, classes } = await reachabilityOf(`${LOWERED}
      (core module $t (table (export "t") 1 funcref)) (core instance $t (instantiate $t))
      (core type $begin (func (param i32))) (alias core export $t "t" (core table $table))
      (core func $new (canon thread.new-indirect $begin (core table $table)))
      (core instance $threads (export "new" (func $new)))
      (core module $main (import "h" "open" (func $open)) (import "t" "t" (table 1 funcref))
        (import "threads" "new" (func $new (param i32 i32) (result i32)))
        (elem (i32.const 0) $work) (func $work (param i32) call $open)
        (func (export "run") (drop (call $new (i32.const 0) (i32.const 0)))))
      (core instance $m (instantiate $main (with "h" (instance $h)) (with "t" (instance $t))
        (with "threads" (instance $threads)))) ${lifted('run')}`);
    expect({ open, classes }).toMatchObject({ open: true, classes: [{ roots: ['run'], ...everything }] });
    expect(openReasons[0]).toContain('starts threads at entries of a table');
  });

  it('is more than the limits allow, such as components that double at every level', async () => {
    let text = '(core module $m (func (export "f"))) (core instance (instantiate $m))';
    for (let level = 0; level < 14; level++) {
      const twice = Array.from({ length: 20 }, () => '(instance (instantiate $c))').join('');
      text = `(component $c ${text}) ${twice}`;
    }
    const { open, openReasons } = await reachabilityOf(text);
    expect(open).toBe(true);
    expect(openReasons[0]).toMatch(/more than/);
  });
});

it('long names that stand before many short ones do not multiply', async () => {
  const name = `a${'-a'.repeat(20_000)}`;
  const members = Array.from({ length: 2_000 }, (_, index) => `(export "m${index}" (func))`).join('');
  const bytes = await parse(
    `(component (import "${name}" (instance $i ${members})) (export "b${name}" (instance $i)))`,
  );
  const { open, classes } = decodeFacts(bytes).reachability;
  expect(open).toBe(true);
  expect(JSON.stringify(classes).length).toBeLessThan(4 * bytes.length);
});
