/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU work that takes as long as it says: a chain of integer operations in which each needs the one before.
 *
 *     x -> (x ^ (x >> 32)) * odd -> ... KERNEL_LINKS times = one step -> the next step -> ...
 *
 * There is nothing to fold, vectorise, run side by side or look up, no memory is touched, and no step depends on the
 * data: n steps take n times as long as one. A link is a shift, an exclusive or and a multiplication, 5 cycles on
 * today's x86-64 and aarch64 cores; a step of 6 links is 30 cycles, 10 ns at 3 GHz. Both operations can be undone, so
 * that different starts have different ends, and the end has to be used: it is the proof of the work.
 *
 * tests/arch/doubling.c checks, with grain, that twice the steps take twice the time.
 */
#ifndef QUINTET_WORKLOADS_KERNEL_H
#define QUINTET_WORKLOADS_KERNEL_H

#include "measure/clock.h"

#include <stdint.h>

enum { KERNEL_LINKS = 6, KERNEL_STEP_NOMINAL_NS = 10 };

/* `steps` steps from `x`; about 10 ns each. Pure. */
static inline uint64_t kernel_run(uint64_t x, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++)
        for (unsigned link = 0; link < KERNEL_LINKS; link++)
            x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return x;
}

/*
 * What one step really takes on this CPU at this moment, in ns: the least of five runs of 0.1 ms (disturbance only
 * adds). For setup(), of workloads that must say how long their computing is. `x`: any number, not known to the
 * compiler.
 */
static inline double kernel_step_ns(uint64_t x)
{
    enum { REPEATS = 5, STEPS = 10000 };
    uint64_t least_ns = UINT64_MAX;
    for (unsigned i = 0; i < REPEATS; i++) {
        uint64_t start_ns = clock_now_ns();
        x = kernel_run(x, STEPS);
        uint64_t took_ns = clock_now_ns() - start_ns + (x == 0); /* x is used, and hardly ever 0 */
        least_ns = took_ns < least_ns ? took_ns : least_ns;
    }
    return (double)least_ns / STEPS;
}

#endif
