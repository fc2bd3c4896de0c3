/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads that carry out jobs. In Python:
 *
 *     with concurrent.futures.ThreadPoolExecutor(max_workers=2) as executor:
 *         future = executor.submit(square, 12)
 *         print(future.result())
 *         for result in executor.map(square, range(8)):
 *             print(result)
 *
 * Results of a map come in the order of the arguments, whichever job was done first. A job is the caller's memory:
 * one for submit, an array for map, and nothing is allocated for either.
 */
#include "strategies/coroutine/executor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { JOBS = 8 };

/* Later arguments are done sooner. */
static int square(void *arg, void **value)
{
    uintptr_t n = (uintptr_t)arg;
    struct timespec pause = {.tv_nsec = n < JOBS ? (long)(JOBS - n) * 1000000 : 0};
    nanosleep(&pause, NULL);
    *value = (void *)(n * n);
    return 0;
}

int main(void)
{
    struct executor *executor;
    struct executor_job job, jobs[JOBS];
    void *arg[JOBS], *value;
    int err = executor_create(&executor, 2, 0);
    if (err)
        return 1;
    printf("%u workers\n", executor_max_workers(executor));

    err = executor_submit(executor, &job, square, (void *)(uintptr_t)12);
    if (!err) {
        err = future_result(&job.future, FUTURE_FOREVER, &value);
        printf("submit: %" PRIuPTR "\n", err ? 0 : (uintptr_t)value);
        future_fini(&job.future);
    }

    for (uintptr_t i = 0; i < JOBS; i++)
        arg[i] = (void *)i;
    void *squares[JOBS] = {0};
    err = executor_map(executor, square, arg, jobs, squares, JOBS);
    printf("map:");
    for (int i = 0; i < JOBS; i++)
        printf(" %" PRIuPTR, (uintptr_t)squares[i]);
    printf("\n");

    executor_shutdown(executor, false);
    bool refused = executor_submit(executor, &job, square, NULL) == -ESHUTDOWN;
    printf("after shutdown: %s\n", refused ? "no more jobs" : "taken");
    executor_destroy(executor);
    return err || !refused;
}
