;; Answers with its input.
(func (export "gantry:automation/handler@0.1.0#run") (param $at i32) (param $bytes i32) (param i32 i32) (result i32)
  (i32.store8 (i32.const 512) (i32.const 0))
  (i32.store (i32.const 516) (local.get $at))
  (i32.store (i32.const 520) (local.get $bytes))
  (i32.const 512))
