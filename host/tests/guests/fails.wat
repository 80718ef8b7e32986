;; Fails, with everything that a failure can say.
(func (export "gantry:automation/handler@0.1.0#run") (param i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 512) (i32.const 1))
  (i32.store (i32.const 516) (i32.const 4096)) (i32.store (i32.const 520) (i32.const 19)) ;; code
  (i32.store (i32.const 524) (i32.const 4128)) (i32.store (i32.const 528) (i32.const 11)) ;; message
  (i32.store8 (i32.const 532) (i32.const 1)) ;; retryable
  (i32.store8 (i32.const 536) (i32.const 1)) (i32.store (i32.const 540) (i32.const 2)) ;; phase
  (i32.store (i32.const 544) (i32.const 4160)) (i32.store (i32.const 548) (i32.const 1)) ;; fields
  (i32.store (i32.const 552) (i32.const 4192)) (i32.store (i32.const 556) (i32.const 1)) ;; evidence
  (i32.store8 (i32.const 560) (i32.const 1)) ;; signed-out
  (i32.store8 (i32.const 561) (i32.const 1)) ;; resumable
  (i32.const 512))
(data (i32.const 4096) "container-not-found")
(data (i32.const 4128) "not in list")
(data (i32.const 4160) "\80\10\00\00\09\00\00\00\8c\10\00\00\03\00\00\00")
(data (i32.const 4224) "container")
(data (i32.const 4236) "ABC")
(data (i32.const 4192) "\00\11\00\00\20\00\00\00")
(data (i32.const 4352) "000102030405060708090a0b0c0d0e0f")
