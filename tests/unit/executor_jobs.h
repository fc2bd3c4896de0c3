/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that several tests of the executor give it. */
#ifndef QUINTET_TESTS_EXECUTOR_JOBS_H
#define QUINTET_TESTS_EXECUTOR_JOBS_H

#include "runtime_support.h"

static inline struct executor *make(unsigned workers, size_t queue)
{
    struct executor *ex = NULL;
    cr_assert_eq(executor_create(&ex, workers, queue), 0);
    cr_assert_eq(executor_max_workers(ex), workers);
    return ex;
}

static inline int square(void *arg, void **value)
{
    *value = VALUE(NUMBER(arg) * NUMBER(arg));
    return 0;
}

static inline int fails(void *arg, void **value)
{
    (void)value;
    return (int)(intptr_t)arg;
}

/* A door that jobs wait at, so that a test can say when a worker is busy. */
struct door {
    _Atomic unsigned waiting, passed;
    _Atomic bool open;
};

static inline int wait_at_door(void *arg, void **value)
{
    struct door *d = arg;
    (void)value;
    d->waiting++;
    while (!d->open)
        sched_yield();
    d->passed++;
    return 0;
}

static inline void until(_Atomic unsigned *counter, unsigned value)
{
    while (*counter != value)
        sched_yield();
}

#endif
