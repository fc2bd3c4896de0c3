/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coro_yield(): one switch through the scheduler, its turns (completions, timers, messages) included, beside one bare
 * fcontext jump.
 *
 * What it costs with many coroutines depends on where the next one lies in memory. So the order of the queue is made,
 * not hoped for: all coroutines are started and stand still, are sorted by the address of their control blocks (and so
 * of their stacks), or shuffled, and become runnable in that order. From then on the queue goes round and keeps it.
 */
#include "bench.h"
#include "on_loop.h"
#include "peers.h"

#include "strategies/coroutine/block.h"
#include "strategies/coroutine/worker.h"

#include "measure/clock.h"
#include "measure/rng.h"

#include <errno.h>
#include <stdlib.h>

struct crowd {
    unsigned k;
    bool shuffled;
    size_t stack_bytes; /* 0 = the runtime's default */
};

struct yields {
    const struct crowd *crowd;
    uint64_t laps, seed;
    struct coro **order;
    unsigned arrived;
    bool go;
    uint64_t start_ns, end_ns;
};

static int yielder(struct coro *self, void *arg)
{
    struct yields *y = arg;
    y->order[y->arrived++] = self;
    while (!y->go)
        coro_suspend(self, CORO_WAIT_SEAT);
    bool first = self == y->order[0];
    coro_yield(self); /* the first lap brings everything into the caches that has room there */
    if (first)
        y->start_ns = clock_monotonic_ns();
    for (uint64_t i = 0; i < y->laps; i++)
        coro_yield(self);
    if (first)
        y->end_ns = clock_monotonic_ns();
    return 0;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t) * (struct coro *const *)a, y = (uintptr_t) * (struct coro *const *)b;
    return (x > y) - (x < y);
}

static void order_make(struct yields *y)
{
    struct rng rng = {y->seed};
    qsort(y->order, y->arrived, sizeof y->order[0], by_address);
    for (unsigned i = y->arrived; y->crowd->shuffled && i > 1; i--) {
        unsigned j = (unsigned)rng_below(&rng, i);
        struct coro *co = y->order[j];
        y->order[j] = y->order[i - 1];
        y->order[i - 1] = co;
    }
}

static int yields_main(struct coro *self, void *arg, void **value)
{
    struct yields *y = arg;
    struct scope scope;
    int err = 0;
    (void)value;
    scope_init(&scope, self, SCOPE_LOCAL);
    for (unsigned i = 0; i < y->crowd->k && !err; i++)
        err = scope_spawn(&scope, yielder, y);
    while (!err && y->arrived < y->crowd->k)
        err = coro_yield(self);
    order_make(y);
    y->go = true;
    for (unsigned i = 0; i < y->arrived; i++)
        worker_ready(y->order[i]);
    int join_err = scope_join(&scope);
    return err ? err : join_err;
}

static int yield_measure(const struct bench_call *call, double *total)
{
    const struct crowd *crowd = call->arg;
    struct yields y = {.crowd = crowd, .laps = call->n / crowd->k, .seed = call->seed};
    const struct loop_config config = {.workers = 1, .stack_bytes = crowd->stack_bytes};
    y.order = calloc(crowd->k, sizeof *y.order);
    int err = y.order ? on_loop_run(&config, yields_main, &y) : -ENOMEM;
    *total = (double)(y.end_ns - y.start_ns);
    free(y.order);
    return err;
}

static const struct crowd two = {2, false, 0};
static const struct crowd thousand = {1000, false, 0}, thousand_random = {1000, true, 0};
static const struct crowd many = {100000, false, 0}, many_random = {100000, true, 0};
static const struct crowd many_random_16k = {100000, true, 16 << 10};
static const struct body empty = {BODY_EMPTY, true};

#define YIELD                                                                                                          \
    .per = "yield", .cpus = BENCH_ONE_CPU, .peer_name = "boost fcontext",                                              \
    .peer = {.measure = peer_fcontext_measure, .arg = &empty, .quantum = 2}, .target_of = BENCH_RATIO
#define STACKS(size)     .live = "a loop counter, " size " stacks; the peer is a bare jump, 2 flows and no scheduler"
#define OURS(crowd_, k_) .ours = {.measure = yield_measure, .arg = &(crowd_), .quantum = (k_)}
#define SEQUENTIAL       .order = "first in, first out, by ascending address"
#define RANDOM           .order = "first in, first out; neighbours in the queue are random in memory"
#define TARGET(limit)    .target_limit = (limit)

static const struct bench_row rows[] = {
    {.name = "yield_2", YIELD, .k = "2", STACKS("64 KiB"), SEQUENTIAL, OURS(two, 2), TARGET(1)},
    {.name = "yield_1k", YIELD, .k = "1 000", STACKS("64 KiB"), SEQUENTIAL, OURS(thousand, 1000), TARGET(2)},
    {.name = "yield_1k_random", YIELD, .k = "1 000", STACKS("64 KiB"), RANDOM, OURS(thousand_random, 1000), TARGET(2)},
    {.name = "yield_100k", YIELD, .k = "100 000", STACKS("64 KiB"), SEQUENTIAL, OURS(many, 100000), TARGET(7)},
    {.name = "yield_100k_random",
     YIELD,
     .k = "100 000",
     STACKS("64 KiB"),
     RANDOM,
     OURS(many_random, 100000),
     TARGET(7)},
    {.name = "yield_100k_random_16k",
     YIELD,
     .k = "100 000",
     STACKS("16 KiB"),
     RANDOM,
     OURS(many_random_16k, 100000),
     TARGET(7)},
};

const struct bench_table rows_yield = {rows, sizeof rows / sizeof rows[0]};
