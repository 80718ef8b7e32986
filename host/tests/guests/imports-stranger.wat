;; Wants something that nobody knows.
(import "test:outside/registry@1.0.0" "lookup" (func $lookup (result i32)))
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (call $lookup))
