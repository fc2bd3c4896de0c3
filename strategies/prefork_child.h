/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two halves of prefork: what a child and its caller share, and how a child begins. prefork_child.c is the child's
 * half, prefork.c the caller's.
 */
#ifndef QUINTET_STRATEGIES_PREFORK_CHILD_H
#define QUINTET_STRATEGIES_PREFORK_CHILD_H

#include "contract/strategy.h"

#include "strategies/spsc.h"

#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Where a test may end the child (unit/prefork_deaths_test.c): between any two of its steps. Nothing otherwise. */
#ifdef PREFORK_STEPS
void prefork_step(unsigned step);
#else
static inline void prefork_step(unsigned step)
{
    (void)step;
}
#endif
enum { STEP_BORN, STEP_LOOKS, STEP_TIRES, STEP_DOZES, STEP_TAKEN, STEP_RAN, STEP_DONE, STEP_NEWS };

/* --- what is shared --- */

/* word[0] of a job is the task's address (mapped before the fork, hence the same everywhere), word[1] its id; word[0]
 * of an answer is that id, or: */
#define ANSWER_READY UINT64_MAX /* a child has come to life; word[1] is what strategy_place() said */

struct channel {
    struct spsc jobs;                          /* to the child */
    struct spsc done;                          /* from it */
    _Alignas(128) _Atomic uint32_t child_naps; /* futex: 1 while the child sleeps or is about to */
};

struct shared {
    _Alignas(128) _Atomic uint32_t caller_naps; /* 1 while the caller sleeps or is about to */
    _Atomic uint32_t stop;
    struct channel channels[];
};

/* A futex that processes share: sleep while it has this value (and come back before, perhaps); wake one that sleeps. */
static inline void word_wait(_Atomic uint32_t *word, uint32_t value)
{
    syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

static inline void word_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Between two looks of a spin. */
static inline void spin_pause(bool yielding)
{
    if (yielding)
        sched_yield();
    else
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("isb");
#else
        atomic_signal_fence(memory_order_seq_cst);
#endif
}

/* --- the child --- */

struct self {
    const struct strategy_config *config;
    const struct ctx_ops *ops;
    struct shared *shared;
    struct channel *channel;
    _Atomic uint64_t *news; /* the word with our bit */
    uint64_t spin_ns;
    unsigned index;
    int eventfd;
    bool yielding; /* while it spins */
};

/* All that a child does, from its fork to its end. The caller's signals are blocked. */
_Noreturn void prefork_child_main(const struct self *self, pid_t parent);

#endif
