;; Luhn checksum (ISO/IEC 7812-1, annex B), the last digit of card numbers. Spaces and hyphens are skipped.
(module $luhn
  (memory (export "memory") 1 4)
  (global $top (mut i32) (i32.const 1024))

  ;; Hands out memory for an argument; the instance is short-lived, so nothing is given back.
  (func (export "alloc") (param $size i32) (result i32)
    (local $start i32)
    (local.set $start (global.get $top))
    (global.set $top
      (i32.and (i32.add (i32.add (global.get $top) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $start))

  ;; The checksum modulo 10, or -1 when the text holds no digit or something that is neither digit, space nor hyphen.
  ;; $double says whether the rightmost digit is the first to be doubled.
  (func $sum (param $text i32) (param $length i32) (param $double i32) (result i32)
    (local $byte i32) (local $digit i32) (local $total i32) (local $digits i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $length)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (local.set $byte (i32.load8_u (i32.add (local.get $text) (local.get $length))))
        (br_if $next (i32.eq (local.get $byte) (i32.const 0x20)))
        (br_if $next (i32.eq (local.get $byte) (i32.const 0x2D)))
        (local.set $digit (i32.sub (local.get $byte) (i32.const 0x30)))
        (if (i32.gt_u (local.get $digit) (i32.const 9)) (then (return (i32.const -1))))
        (local.set $digits (i32.add (local.get $digits) (i32.const 1)))
        (if (local.get $double)
          (then
            (local.set $digit (i32.shl (local.get $digit) (i32.const 1)))
            (if (i32.gt_u (local.get $digit) (i32.const 9))
              (then (local.set $digit (i32.sub (local.get $digit) (i32.const 9)))))))
        (local.set $double (i32.eqz (local.get $double)))
        (local.set $total (i32.add (local.get $total) (local.get $digit)))
        (br $next)))
    (if (i32.eqz (local.get $digits)) (then (return (i32.const -1))))
    (i32.rem_u (local.get $total) (i32.const 10)))

  ;; 1 when the number carries the right check digit.
  (func (export "valid") (param $text i32) (param $length i32) (result i32)
    (i32.eqz (call $sum (local.get $text) (local.get $length) (i32.const 0))))

  ;; The digit to append to a number, or -1 when it is not one.
  (func (export "check_digit") (param $text i32) (param $length i32) (result i32)
    (local $rest i32)
    (local.set $rest (call $sum (local.get $text) (local.get $length) (i32.const 1)))
    (if (i32.lt_s (local.get $rest) (i32.const 0)) (then (return (i32.const -1))))
    (i32.rem_u (i32.sub (i32.const 10) (local.get $rest)) (i32.const 10))))
