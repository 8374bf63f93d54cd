;; Pictures filtered as Pillow does it (src/libImaging/Resample.c): weights are whole numbers with 22 bits of fraction, sums are
;; rounded to bytes. `npm run convolution` makes convolution-code.ts of this file.
(module
  (memory (export "memory") 1)

  ;; Filters one row of RGB pixels along the row.
  ;; from, to: the row's bytes, and where `pixels` pixels of 3 bytes are written (and one byte more).
  ;; first, counts: int32 per pixel: the first pixel of `from` that counts, and how many do (1 or more).
  ;; weights: int32, `most` per pixel.
  (func (export "alongRow")
    (param $from i32) (param $to i32) (param $pixels i32)
    (param $first i32) (param $counts i32) (param $weights i32) (param $most i32)
    (local $sum v128) (local $at i32) (local $weight i32) (local $end i32)
    (loop $eachPixel
      (local.set $sum (v128.const i32x4 0x200000 0x200000 0x200000 0x200000)) ;; half of 1 << 22
      (local.set $at (i32.add (local.get $from) (i32.mul (i32.load (local.get $first)) (i32.const 3))))
      (local.set $weight (local.get $weights))
      (local.set $end (i32.add (local.get $weights) (i32.shl (i32.load (local.get $counts)) (i32.const 2))))
      (loop $eachWeight
        (local.set $sum
          (i32x4.add
            (local.get $sum)
            (i32x4.mul
              (v128.load32_splat (local.get $weight))
              (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $at)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 3)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $eachWeight (i32.lt_u (local.get $weight) (local.get $end))))
      (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))
      (local.set $first (i32.add (local.get $first) (i32.const 4)))
      (local.set $counts (i32.add (local.get $counts) (i32.const 4)))
      (local.set $weights (i32.add (local.get $weights) (i32.shl (local.get $most) (i32.const 2))))
      (local.set $pixels (i32.sub (local.get $pixels) (i32.const 1)))
      (br_if $eachPixel (local.get $pixels))))

  ;; Filters across rows: makes one row of `bytes` bytes out of `count` rows of as many (1 or more), each with its weight, int32.
  ;; It reads and writes 16 bytes at a time, up to 15 behind the end.
  (func (export "acrossRows")
    (param $from i32) (param $to i32) (param $bytes i32) (param $weights i32) (param $count i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $factor v128) (local $values v128) (local $half v128)
    (local $x i32) (local $at i32) (local $weight i32) (local $end i32)
    (local.set $end (i32.add (local.get $weights) (i32.shl (local.get $count) (i32.const 2))))
    (loop $eachBlock
      (local.set $a (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $at (i32.add (local.get $from) (local.get $x)))
      (local.set $weight (local.get $weights))
      (loop $eachRow
        (local.set $factor (v128.load32_splat (local.get $weight)))
        (local.set $values (v128.load (local.get $at)))
        (local.set $half (i16x8.extend_low_i8x16_u (local.get $values)))
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $half)))))
        (local.set $b
          (i32x4.add (local.get $b) (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $half)))))
        (local.set $half (i16x8.extend_high_i8x16_u (local.get $values)))
        (local.set $c
          (i32x4.add (local.get $c) (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $half)))))
        (local.set $d
          (i32x4.add (local.get $d) (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $half)))))
        (local.set $at (i32.add (local.get $at) (local.get $bytes)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $eachRow (i32.lt_u (local.get $weight) (local.get $end))))
      (v128.store
        (i32.add (local.get $to) (local.get $x))
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
          (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $eachBlock (i32.lt_u (local.get $x) (local.get $bytes))))))
