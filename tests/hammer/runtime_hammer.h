/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of runtime_hammer share. */
#ifndef QUINTET_TESTS_RUNTIME_HAMMER_H
#define QUINTET_TESTS_RUNTIME_HAMMER_H

#include "hammer.h"

#include "measure/clock.h"

#include "strategies/coroutine/coro.h"
#include "strategies/coroutine/executor.h"
#include "strategies/coroutine/future.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

extern struct loop_config hammer_loop_config; /* as the options say */

/* Nothing, a few instructions, a yield, or some microseconds of sleep. */
void hammer_delay(void);

/* A loop as the options say; it must be closed. */
struct loop *hammer_loop(void);

/* For a round of two to 64 threads: nobody goes on before all have come. */
struct meeting {
    unsigned size;
    _Atomic unsigned come, round;
};
void meeting_wait(struct meeting *m);

void hammer_futures(void);
void hammer_loop_callbacks(void);
void hammer_wakeups(void);
void hammer_posts(void);
void hammer_cancel(void);
void hammer_tasks(void);
void hammer_scopes(void);
void hammer_children(void);
void hammer_completed(void);
void hammer_executors(void);
void hammer_errands(void);

#endif
