/* SPDX-License-Identifier: Apache-2.0 */
/* For our sides: run one coroutine, and whatever it starts, on a loop of its own. */
#ifndef QUINTET_TESTS_BENCH_ON_LOOP_H
#define QUINTET_TESTS_BENCH_ON_LOOP_H

#include "strategies/coroutine/coro.h"

/* 0, or -errno: of making the loop, what main returned, or of closing the loop. */
static inline int on_loop_run(const struct loop_config *config, coro_task_fn *main, void *arg)
{
    struct loop *loop;
    int err = loop_create(&loop, config);
    if (err)
        return err;
    err = loop_run(loop, main, arg, NULL);
    int close_err = loop_close(loop);
    return err ? err : close_err;
}

#endif
