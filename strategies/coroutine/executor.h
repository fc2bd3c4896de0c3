/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An executor: threads that carry out jobs from one bounded queue (Python's ThreadPoolExecutor).
 *
 * A job is the caller's memory and begins with a future: nothing is allocated per job. Jobs start in order of
 * submission. The queue is strategies/mpmc.h, idle threads sleep by strategies/event_count.h.
 */
#ifndef QUINTET_COROUTINE_EXECUTOR_H
#define QUINTET_COROUTINE_EXECUTOR_H

#include "strategies/coroutine/future.h"

#include <stdbool.h>
#include <stddef.h>

struct executor;

/* What a job runs, on a thread of the executor: 0 with *value, or -errno, which becomes the future's exception. */
typedef int executor_fn(void *arg, void **value);

/* Treat all but `future` as opaque. Must stay where it is until it is done and future_fini(&job->future) returned. */
struct executor_job {
    struct future future; /* first */
    executor_fn *fn;
    void *arg;
    struct executor_ticket *ticket;
};

/* max_workers threads, 1 to 1024, all started now; room for queue_count waiting jobs (0 = 1024).
 * 0, -EINVAL, -ENOMEM, -EAGAIN (a limit on threads). */
int executor_create(struct executor **out, unsigned max_workers, size_t queue_count);

/*
 * Submit fn(arg). Initialises *job. Any thread, jobs included. When the queue is full the caller carries out the oldest
 * waiting job itself until there is room (a coroutine's worker would be kept busy: give it a queue long enough); one of
 * the executor's own jobs carries out the new one, at once. So a job that submits can never deadlock, nor nest deeper
 * than if jobs called each other. 0; -ESHUTDOWN after executor_shutdown() began. future_cancel(&job->future) succeeds
 * until a thread has taken the job.
 */
int executor_submit(struct executor *ex, struct executor_job *job, executor_fn *fn, void *arg);

/* fn on each of arg[0..n), results in the order of the arguments; waits for all, and carries out those that nobody has
 * taken. Cancelling a coroutine that calls it cancels a job that waits (-ECANCELED); all the same no job goes on when
 * it returns. The first failure in order of the arguments, else 0. jobs and values are n of the caller's; values may be
 * NULL. */
int executor_map(struct executor *ex, executor_fn *fn, void *const arg[], struct executor_job jobs[], void *values[],
                 size_t n);

/* How many threads it has: the number it was created with. Any thread. */
unsigned executor_max_workers(const struct executor *ex);

/* Take no more jobs; cancel those that wait (cancel_pending) or carry them out; wait until all threads have ended. May
 * be called again. -EDEADLK, and nothing happens, from one of its own jobs. */
int executor_shutdown(struct executor *ex, bool cancel_pending);

/* Shut down (carrying out what waits) and free. Nobody may use it any more. NULL is allowed. */
void executor_destroy(struct executor *ex);

#endif
