# The runtime behind the strategies whose names begin with "coroutines". Paths relative to strategies/.
enable_language(ASM) # switch.S, assembled by the C compiler's driver
set(coroutine_sources
  coroutine/fd_memo.c
  coroutine/generator.c
  coroutine/io_ctx.c
  coroutine/overflow.c
  coroutine/seat.c
  coroutine/stack.c
  coroutine/switch.S
  coroutine/switch.c
  coroutine/timer.c
  coroutine/uring.c
  coroutine/uring_probe.c
  coroutine/worker.c)
