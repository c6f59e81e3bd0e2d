import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { assemble, type Hostile, MEMORY, WASI } from './trick.ts';

const TYPE = '(type $u (func (param i32 i32 i32) (result i32)))';
const IMPORT = `(import "${WASI}" "path_unlink_file" (func $unlink (type $u)))`;
const BEFORE = `${TYPE} ${IMPORT} ${MEMORY}`;
const ARGUMENTS = '(i32.const 3) (i32.const 0) (i32.const 4)';
const CALL = `(drop (call_indirect (type $u) ${ARGUMENTS} (i32.const 0)))`;
const callRef = (target: string) => `(drop (call_ref $u ${ARGUMENTS} ${target}))`;

/** A module that deletes a file and does not say so; only how it gets at the function differs. */
const hides = (trick: string, rest: string): Hostile => ({
  trick,
  rule: 'ASY122',
  abi: 'wasi-p1',
  module: assemble(`(module ${BEFORE} ${rest})`),
});

/** Ways to an import that no direct call shows. */
export const HIDDEN_CALLS: readonly Hostile[] = [
  {
    trick: 'files for an inner component, which its host is to instantiate',
    rule: 'ASY211',
    abi: 'component',
    module: () =>
      parse(`(component (component $c
      (import "wasi:filesystem/types@0.2.0" (instance $fs (export "open" (func)))) (alias export $fs "open" (func $open))
      (export "run" (func $open))) (export "c" (component $c)))`),
  },
  hides(
    'a segment of expressions',
    `(table 1 funcref) (elem (i32.const 0) funcref (ref.func $unlink)) (func (export "run") ${CALL})`,
  ),
  hides(
    'a reference in a global',
    `(global $g (ref null $u) (ref.func $unlink)) (func (export "run") ${callRef('(global.get $g)')})`,
  ),
  hides(
    'a reference behind a cast',
    `(global $g funcref (ref.func $unlink)) (func (export "run") ${callRef('(ref.cast (ref $u) (global.get $g))')})`,
  ),
  hides('a table that begins with the import', `(table 1 1 funcref (ref.func $unlink)) (func (export "run") ${CALL})`),
  hides(
    'a table that grows by the import',
    `(table $t 0 funcref) (elem declare func $unlink) (func (export "run") (drop (table.grow $t (ref.func $unlink) (i32.const 1))) ${CALL})`,
  ),
  hides(
    'a table that is filled',
    `(table $t 1 funcref) (elem declare func $unlink) (func (export "run") (table.fill $t (i32.const 0) (ref.func $unlink) (i32.const 1)) ${CALL})`,
  ),
  hides(
    'a copy from a second table',
    `(table $t 1 funcref) (table $v 1 funcref) (elem (table $v) (i32.const 0) func $unlink) (func (export "run") (table.copy $t $v (i32.const 0) (i32.const 0) (i32.const 1)) ${CALL})`,
  ),
  hides(
    'a tail call through the table',
    `(table 1 funcref) (elem (i32.const 0) $unlink) (func (export "run") (result i32) (return_call_indirect (type $u) ${ARGUMENTS} (i32.const 0)))`,
  ),
  hides(
    'a tail call of a reference',
    `(elem declare func $unlink) (func (export "run") (result i32) (return_call_ref $u ${ARGUMENTS} (ref.func $unlink)))`,
  ),
  hides('a global handed out', '(global (export "g") funcref (ref.func $unlink)) (func (export "run"))'),
  hides(
    'a reference handed out',
    '(elem declare func $unlink) (func (export "run") (result funcref) (ref.func $unlink))',
  ),
  hides(
    'an exported table written at run time',
    '(table $t (export "t") 1 funcref) (elem declare func $unlink) (func (export "run") (table.set $t (i32.const 0) (ref.func $unlink)))',
  ),
  hides(
    'a reference thrown and caught',
    `(tag $t (param (ref null $u))) (elem declare func $unlink) (func (export "run") ${callRef('(block $b (result (ref null $u)) (try_table (catch $t $b) (throw $t (ref.func $unlink))) (ref.null $u))')})`,
  ),
  {
    ...hides('a field of a structure', ''),
    module: assemble(
      `(module ${TYPE} (type $s (struct (field (mut (ref null $u))))) ${IMPORT} ${MEMORY} (elem declare func $unlink) (func (export "run") ${callRef('(struct.get $s 0 (struct.new $s (ref.func $unlink)))')}))`,
    ),
  },
  {
    ...hides('an element of an array', ''),
    module: assemble(
      `(module ${TYPE} (type $a (array (mut (ref null $u)))) ${IMPORT} ${MEMORY} (elem $e (ref null $u) (ref.func $unlink)) (func (export "run") ${callRef('(array.get $a (array.new_elem $a $e (i32.const 0) (i32.const 1)) (i32.const 0))')}))`,
    ),
  },
  {
    ...hides('a structure handed out as an external reference', ''),
    module: assemble(
      `(module ${TYPE} (type $s (struct (field (ref $u)))) ${IMPORT} ${MEMORY} (elem declare func $unlink) (func (export "run") (result externref) (extern.convert_any (struct.new $s (ref.func $unlink)))))`,
    ),
  },
  {
    ...hides('a call by a supertype', ''),
    module: assemble(
      `(module (type $base (sub (func (param i32 i32 i32) (result i32)))) (type $u (sub $base (func (param i32 i32 i32) (result i32)))) ${IMPORT} ${MEMORY} (table 1 funcref) (elem (i32.const 0) $unlink) (func (export "run") (drop (call_indirect (type $base) ${ARGUMENTS} (i32.const 0)))))`,
    ),
  },
  {
    ...hides('a reference given to the host', ''),
    policy: 'imports: { allow: ["*"] }\n',
    declares: ['host:host.take'],
    module: assemble(
      `(module ${TYPE} (import "host" "take" (func $take (param funcref))) ${IMPORT} ${MEMORY} (elem declare func $unlink) (func (export "run") (call $take (ref.func $unlink))))`,
    ),
  },
  {
    ...hides(
      'the start section calls a reference',
      `(global $g (ref null $u) (ref.func $unlink)) (func $s ${callRef('(global.get $g)')}) (start $s) (func (export "run"))`,
    ),
    rule: 'ASY221',
    declares: ['fs'],
  },
];
