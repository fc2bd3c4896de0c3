# The runtime behind the strategies whose names begin with "coroutines". Paths relative to strategies/.
enable_language(ASM) # switch.S, assembled by the C compiler's driver
set(coroutine_sources
  coroutine/bounce.c
  coroutine/carriers.c
  coroutine/carriers_part.c
  coroutine/children.c
  coroutine/epoll.c
  coroutine/epoll_slot.c
  coroutine/epoll_try.c
  coroutine/event.c
  coroutine/executor.c
  coroutine/fd_memo.c
  coroutine/file_pool.c
  coroutine/future.c
  coroutine/generator.c
  coroutine/io.c
  coroutine/io_ctx.c
  coroutine/loop.c
  coroutine/overflow.c
  coroutine/scope.c
  coroutine/seat.c
  coroutine/slab.c
  coroutine/spawn.c
  coroutine/stack.c
  coroutine/switch.S
  coroutine/switch.c
  coroutine/task.c
  coroutine/timer.c
  coroutine/uring.c
  coroutine/uring_probe.c
  coroutine/uring_setup.c
  coroutine/wait.c
  coroutine/worker.c
  coroutine/worker_loop.c
  thread_pool.c # under the executor, and under the strategy pool
  thread_pool_life.c)
