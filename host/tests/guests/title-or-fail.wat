;; Asks for the page's title. Answers `1` if it got one; otherwise the code of its failure is one letter: `a`
;; for the first case of `page-error`, `b` for the second, and so on.
(import "gantry:automation/page@0.1.0" "title" (func $title (param i32)))
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (call $title (i32.const 600))
  (if (i32.eqz (i32.load8_u (i32.const 600)))
    (then
      (i32.store8 (i32.const 512) (i32.const 0))
      (i32.store (i32.const 516) (i32.const 4096))
      (i32.store (i32.const 520) (i32.const 1)))
    (else
      (i32.store8 (i32.const 512) (i32.const 1))
      (i32.store8 (i32.const 4100) (i32.add (i32.load8_u (i32.const 604)) (i32.const 97)))
      (i32.store (i32.const 516) (i32.const 4100)) (i32.store (i32.const 520) (i32.const 1))
      (i32.store (i32.const 524) (i32.const 4100)) (i32.store (i32.const 528) (i32.const 1))))
  (i32.const 512))
(data (i32.const 4096) "1")
