/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races of the thread pool, provoked (hammer.h). It is built together with the pool's sources and STRATEGY_STEPS, so
 * random delays fall between the steps of every protocol: claim and publish, enter and look again, take off the stack
 * and deliver, close and wake. After a round every accepted job ran once, every refused one never, sums are right.
 */
#include "pool_hammer.h"

#include "strategies/steps.h"

#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#ifndef STRATEGY_STEPS
#error "build this together with the pool's sources and -DSTRATEGY_STEPS"
#endif

static _Atomic bool quiet;

uint32_t pool_dice(uint32_t sides)
{
    return (hammer_random() >> 8) % sides;
}

void pool_delay(void)
{
    switch (pool_dice(16)) {
    case 0:
        sched_yield();
        break;
    case 1:
        if (pool_dice(8) == 0)
            nanosleep(&(struct timespec){.tv_nsec = pool_dice(60000)}, NULL);
        break;
    case 2:
    case 3:
        for (volatile uint32_t spin = pool_dice(2000); spin > 0; spin--)
            ;
        break;
    default:
        break;
    }
}

void pool_delays(bool on)
{
    atomic_store(&quiet, !on);
}

void strategy_step(void)
{
    if (!atomic_load_explicit(&quiet, memory_order_relaxed))
        pool_delay();
}

int main(int argc, char **argv)
{
    static const struct hammer_part parts[] = {{"submit", pool_hammer_submit},
                                               {"closing", pool_hammer_closing},
                                               {"children", pool_hammer_children},
                                               {"queue", pool_hammer_queue}};
    static const struct hammer hammer = {.program = "pool_hammer",
                                         .parts = parts,
                                         .n_parts = sizeof parts / sizeof *parts,
                                         .silence_s = 60,
                                         .options = ""};
    return hammer_main(&hammer, argc, argv);
}
