;; Makes a table larger until it gets no more, and then aborts as a Rust guest does.
(table $growing 1 funcref)
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (loop $more
    (br_if $more (i32.ne (table.grow $growing (ref.null func) (i32.const 100)) (i32.const -1))))
  unreachable)
