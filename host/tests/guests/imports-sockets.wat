;; Wants the network.
(import "wasi:sockets/instance-network@0.2.0" "instance-network" (func $network (result i32)))
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (call $network))
