/* SPDX-License-Identifier: Apache-2.0 */
/* The queue under the pool alone: 48 bytes in and out again, one thread, nobody else there. Both sides are queues for
 * any number of producers and consumers, and pay for that; ours is bounded, oneTBB's is not. */
#include "bench.h"
#include "peers.h"

#include "strategies/mpmc.h"

#include "measure/clock.h"

#include <errno.h>

enum { RUN = 64 }; /* in, before they come out */

static uint64_t runs_through(struct mpmc *q, uint64_t n)
{
    uint64_t sum = 0;
    struct closure job = {0};
    for (uint64_t done = 0; done < n; done += RUN) {
        for (unsigned i = 0; i < RUN; i++) {
            job.arg[0] = i;
            mpmc_push(q, &job);
        }
        for (unsigned i = 0; i < RUN; i++)
            sum += mpmc_pop(q, &job) ? job.arg[0] : 0;
    }
    return sum;
}

static int queue_measure(const struct bench_call *call, double *total)
{
    struct mpmc q;
    if (mpmc_init(&q, 1024, 0))
        return -ENOMEM;
    runs_through(&q, call->n); /* warm */
    uint64_t start_ns = clock_monotonic_ns();
    uint64_t sum = runs_through(&q, call->n);
    *total = (double)(clock_monotonic_ns() - start_ns);
    mpmc_fini(&q);
    return sum == call->n / RUN * (RUN * (RUN - 1) / 2) ? 0 : -EBADMSG;
}

static const struct bench_row rows[] = {
    {.name = "queue",
     .per = "push + pop",
     .live = "48 bytes; queues for many producers and many consumers, of which there is one",
     .k = "64",
     .order = "64 in, 64 out",
     .cpus = BENCH_ONE_CPU,
     .ours = {.measure = queue_measure, .quantum = RUN},
     PEER_PROCESS("TBB concurrent_queue", peer_tbb, "queue", RUN)},
};

const struct bench_table rows_queue = {rows, sizeof rows / sizeof rows[0]};
