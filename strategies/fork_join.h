/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork_join: workers that steal children from each other, and whose idle ones sleep. The engine of pool_steal, and
 * usable without it:
 *
 *     static int64_t fib(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t n)
 *     {
 *         return n < 2 ? (int64_t)n : fib_split(w, head, shared, n);
 *     }
 *     static int64_t fib_split(...) // noinline: a leaf is then no call, worth a third of the time
 *     {
 *         fork_spawn(w, head, fib, shared, n - 1);
 *         int64_t second = fib(w, head + 1, shared, n - 2);
 *         const struct split_slot *stolen = fork_join(w, head);
 *         return second + (stolen ? stolen->value : fib(w, head, shared, n - 1)); // a direct call
 *     }
 *     ...
 *     fork_pool_create(&pool, &(struct fork_config){.workers = 2, .spin_ns = FORK_SPIN_AUTO});
 *     sum = fork_join_run(pool, fib, NULL, 36);
 *
 * The first child goes to `head`, the next to `head + 1`, and what is called meanwhile gets the first free one. Every
 * child is joined, the newest first, before the function that spawned it returns. How it works: split_deque.h,
 * fork_join.c, fork_pool.c.
 */
#ifndef QUINTET_STRATEGIES_FORK_JOIN_H
#define QUINTET_STRATEGIES_FORK_JOIN_H

#include "contract/ctx.h"

#include "strategies/chase_lev.h"
#include "strategies/event_count.h"
#include "strategies/split_deque.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FORK_SPIN_AUTO = -1,
    FORK_CAPACITY = 8192,      /* children of one worker that wait to be joined; more are calls */
    FORK_STACK_BYTES = 262144, /* of a worker, by default */
    FORK_QUEUE_COUNT = 1024,   /* jobs */
    FORK_WORKERS_MAX = EVENT_COUNT_SLEEPERS_MAX,
    FORK_BATCH_MAX = 512, /* jobs that a worker takes at a time, at most; its deque holds as many */
};

/* Something to be done by some worker. */
typedef void fork_job_fn(struct fork_worker *w, struct split_slot *head, void *arg);

/* Zeros mean: the default, or none. */
struct fork_config {
    unsigned workers; /* threads, 1 .. FORK_WORKERS_MAX */
    unsigned cpus;    /* that they have; 0: as many as workers */
    int64_t spin_ns;  /* see fork_pool_spin_ns() */
    unsigned capacity, queue_count, batch;
    size_t stack_bytes;
    int (*begin)(struct fork_worker *w, void *arg);        /* first thing on each worker's thread; 0 or -errno */
    void (*refused)(void *arg, unsigned started, int err); /* a thread was refused, so create fails with err; on the
                                                              creating thread, while those started are still alive */
    void *arg;                                             /* of both */
};

struct fork_worker {
    struct ctx ctx;          /* for the strategy, whose tasks get it; first */
    struct split_slot *head; /* likewise: where children go that are split off through the ctx */
    struct split_deque deque;
    struct fork_pool *pool;
    unsigned index;
    bool open;                     /* my bit in the pool's `open` is set */
    struct event_count *searching; /* where I am a searcher, or NULL */
    uint32_t random;
    uint32_t victim;            /* number + 1 of the last one that had something; 0: nobody */
    uintptr_t stack_floor;      /* half of the stack is in use below this address */
    uint64_t stolen_count;      /* children of others that I have carried out */
    _Atomic uint32_t waits_for; /* number + 1 of who has the child that I must wait for; a hint for others */
    struct chase_lev jobs;
};

struct fork_pool;

/* Start the workers. *out is NULL on error. 0, -EINVAL, -ENOMEM, what pthread_create or config->begin said. */
int fork_pool_create(struct fork_pool **out, const struct fork_config *config);
/* End them. No job may be left. */
void fork_pool_destroy(struct fork_pool *pool);

/* What is in use. */
uint64_t fork_pool_spin_ns(const struct fork_pool *pool);
size_t fork_pool_stack_bytes(const struct fork_pool *pool);

/*
 * From outside, by one thread at a time: announce `count` jobs, submit each (waits while the queue is full), and wait
 * for the end of all.
 */
void fork_pool_begin(struct fork_pool *pool, uint32_t count);
void fork_pool_submit(struct fork_pool *pool, fork_job_fn *run, void *arg);
void fork_pool_wait(struct fork_pool *pool);

/* From outside: fn(some worker, shared, arg), and its value. The calling thread sleeps meanwhile. */
int64_t fork_join_run(struct fork_pool *pool, split_fn *fn, const void *shared, uint64_t arg);

/* --- on a worker --- */

/* What the functions below do beyond the usual. */
void fork_attend(struct fork_worker *w, struct split_slot *head);
const struct split_slot *fork_join_slow(struct fork_worker *w, struct split_slot *slot);
void fork_publish(struct fork_worker *w, struct split_slot *head);

/* Split off fn(.., shared, arg), at `head`. It may not be remembered (split_full()): the join then says that it is
 * yours. */
static inline void fork_spawn(struct fork_worker *w, struct split_slot *head, split_fn *fn, const void *shared,
                              uint64_t arg)
{
    if (split_push(&w->deque, head, fn, shared, arg))
        fork_attend(w, head + 1);
}

/* The newest child, the one at `slot`. NULL: nobody has run it, do it now. If it was stolen: it has ended, and its
 * value is to be read before anything else is split off. */
static inline const struct split_slot *fork_join(struct fork_worker *w, struct split_slot *slot)
{
    return split_join_fast(&w->deque, slot) ? NULL : fork_join_slow(w, slot);
}

/* Before a call that may block: let the others see what only this worker sees, and tell them. */
static inline void fork_before_blocking(struct fork_worker *w, struct split_slot *head)
{
    if (split_has_private(&w->deque, head))
        fork_publish(w, head);
}

#endif
