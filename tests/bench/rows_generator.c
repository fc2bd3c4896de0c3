/* SPDX-License-Identifier: Apache-2.0 */
/* generator_next(), inlined: two switches, there and back; beside a call that gives the same values. */
#include "bench.h"
#include "peers.h"

#include "strategies/coroutine/generator.h"

#include "measure/clock.h"

#include <errno.h>

/* 0, 1, 2, ... */
static void numbers(struct generator *self, void *arg)
{
    (void)arg;
    for (uintptr_t i = 0;; i++)
        if (generator_yield(self, i) < 0)
            return;
}

static __attribute__((noinline)) uint64_t generator_sum(struct generator *g, uint64_t n)
{
    uint64_t sum = 0;
    for (uintptr_t value; n > 0 && generator_next(g, &value) > 0; n--)
        sum += value;
    return sum;
}

static int generator_measure(const struct bench_call *call, double *total)
{
    struct stack_pool pool;
    struct generator g;
    uint64_t warm = call->n / 16, sum = 0;
    stack_pool_init(&pool, 0, STACK_GUARD_MADVISE);
    int err = generator_open(&g, &pool, numbers, NULL);
    if (!err) {
        sum = generator_sum(&g, warm);
        uint64_t start_ns = clock_monotonic_ns();
        sum += generator_sum(&g, call->n);
        *total = (double)(clock_monotonic_ns() - start_ns);
        generator_close(&g);
    }
    stack_pool_fini(&pool);
    uint64_t all = warm + call->n;
    return err ? err : sum == all * (all - 1) / 2 ? 0 : -EBADMSG;
}

struct counter {
    uint64_t next;
};

static uint64_t counter_next(struct counter *c)
{
    return c->next++;
}

/* Not known to the compiler. */
static uint64_t (*volatile counter_pointer)(struct counter *) = counter_next;

static __attribute__((noinline)) uint64_t call_sum(struct counter *c, uint64_t n)
{
    uint64_t sum = 0;
    for (; n > 0; n--)
        sum += counter_pointer(c);
    return sum;
}

int peer_call_measure(const struct bench_call *call, double *total)
{
    struct counter c = {0};
    uint64_t warm = call->n / 16, sum = call_sum(&c, warm);
    uint64_t start_ns = clock_monotonic_ns();
    sum += call_sum(&c, call->n);
    *total = (double)(clock_monotonic_ns() - start_ns);
    uint64_t all = warm + call->n;
    return sum == all * (all - 1) / 2 ? 0 : -EBADMSG;
}

static const struct bench_row rows[] = {
    {.name = "generator_next",
     .per = "next",
     .live = "a sum and a counter on the caller's side, a counter in the body",
     .k = "1",
     .order = "caller and body take turns",
     .cpus = BENCH_ONE_CPU,
     .peer_name = "call by pointer",
     .ours = {.measure = generator_measure},
     .peer = {.measure = peer_call_measure},
     .target_of = BENCH_DIFFERENCE,
     .target_limit = 3},
};

const struct bench_table rows_generator = {rows, sizeof rows / sizeof rows[0]};
