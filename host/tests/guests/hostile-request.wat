;; Passes 40 MiB to the host in one call.
(import "gantry:automation/log@0.1.0" "write" (func $write (param i32 i32 i32)))
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (drop (memory.grow (i32.const 640)))
  (memory.fill (i32.const 131072) (i32.const 32) (i32.const 41943040))
  (call $write (i32.const 1) (i32.const 131072) (i32.const 41943040))
  unreachable)
