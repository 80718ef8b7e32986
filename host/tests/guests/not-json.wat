;; Answers with something that is not JSON.
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 512) (i32.const 0))
  (i32.store (i32.const 516) (i32.const 4096))
  (i32.store (i32.const 520) (i32.const 7))
  (i32.const 512))
(data (i32.const 4096) "no json")
