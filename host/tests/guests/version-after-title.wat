;; Asks for the page's title, and answers with its own version.
(import "gantry:automation/page@0.1.0" "title" (func $title (param i32)))
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (call $title (i32.const 600))
  (i32.store8 (i32.const 512) (i32.const 0))
  (i32.store (i32.const 516) (i32.const 3072))
  (i32.store (i32.const 520) (i32.const 7))
  (i32.const 512))
