/* SPDX-License-Identifier: Apache-2.0 */
/* The switch under torture, without a test library: torture_test.sh builds it in every way it can. Exit 0 or 1. */
#include "torture.h"

#include "strategies/coroutine/generator.h"

#include <stdio.h>

/* A context saved by one form of the switch is resumed by the other, over and over. */
static uint64_t torture_mix(uint64_t rounds)
{
    struct flow native = {0}, peer;
    uint64_t errors = 0;
    coro_context_native(&native.context);
    flow_open(&peer, &native.context, outline_body);
    for (uint64_t round = 0; round < rounds; round++)
        errors += coro_switch(&native.context, &peer.context, round) != round + 1;
    flow_close(&peer);
    return errors;
}

/* A leaf with live values around an inlined generator_next(), its body at a depth of calls. */
static __attribute__((noinline)) void yield_deep(struct generator *self, uintptr_t i, int depth)
{
    volatile char frame[64];
    frame[0] = (char)depth;
    if (depth > 0)
        yield_deep(self, i, depth - 1);
    else
        generator_yield(self, i * i);
    frame[1] = frame[0];
}

static void squares(struct generator *self, void *arg)
{
    for (uintptr_t i = 0; i < (uintptr_t)arg; i++)
        yield_deep(self, i, 3);
}

static uint64_t torture_generator(uintptr_t count)
{
    struct stack_pool pool;
    struct generator g;
    uintptr_t value, n = 0;
    uint64_t errors = 0;
    double sum = 0, want = 0;
    if (stack_pool_init(&pool, 0, STACK_GUARD_MADVISE) || generator_open(&g, &pool, squares, (void *)count))
        return 1;
    for (; generator_next(&g, &value) > 0; n++) {
        errors += value != n * n;
        sum += (double)value;
        want += (double)n * (double)n;
    }
    generator_close(&g);
    stack_pool_fini(&pool);
    return errors + (n != count) + (sum < want || sum > want);
}

int main(void)
{
    uint64_t storm_errors = 0, mix = torture_mix(100000), generator = torture_generator(100000),
             call = torture_call(100000);
    int signals = 0;
    /* How long a round takes is the compiler's doing; what counts is that signals have hit the switch. */
    for (int tries = 0; tries < 20 && signals < STORM_LEAST; tries++) {
        storm_errors += torture_storm(STORM_ROUNDS / 3);
        signals += (int)storm_count;
    }
    printf("storm %llu, mix %llu, generator %llu, call %llu wrong; %d signals\n", (unsigned long long)storm_errors,
           (unsigned long long)mix, (unsigned long long)generator, (unsigned long long)call, signals);
    return storm_errors || mix || generator || call || signals < STORM_LEAST;
}
