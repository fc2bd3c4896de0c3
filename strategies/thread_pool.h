/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pool of threads that carry out jobs from a bounded queue, first in, first out. The engine under the strategy `pool`
 * (tasks are jobs) and under the executor (futures are what jobs leave behind). Nothing is allocated per job and no
 * lock is taken; a job is a `struct closure` (mpmc.h), 48 bytes, copied into the queue. What it does and why:
 * thread_pool.c.
 *
 *     struct thread_pool *pool;
 *     thread_pool_create(&pool, &(struct thread_pool_config){.threads = 4});
 *     struct latch done;
 *     latch_init(&done, 1);
 *     struct closure job = {.run = work, .arg = {(uintptr_t)&done}};     work() ends with latch_down(&done, 1)
 *     thread_pool_submit(pool, &job, THREAD_POOL_BLOCK);
 *     latch_wait(&done);
 *     thread_pool_destroy(pool);
 *
 * All functions may be called by any thread, also from inside of a job, unless they say otherwise.
 */
#ifndef QUINTET_STRATEGIES_THREAD_POOL_H
#define QUINTET_STRATEGIES_THREAD_POOL_H

#include "strategies/latch.h"
#include "strategies/mpmc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    THREAD_POOL_THREADS_MAX = UINT16_MAX - 1,
    THREAD_POOL_QUEUE_COUNT = 1024,
    THREAD_POOL_QUEUE_COUNT_MAX = 1 << 24
};

struct thread_pool;

/* Zero in a field means its default. */
struct thread_pool_config {
    unsigned threads;      /* 1 to THREAD_POOL_THREADS_MAX, all started by create */
    size_t queue_count;    /* jobs that can wait, rounded up to a power of two; default 1024 */
    size_t inner_count;    /* inner jobs that can wait (thread_pool_offer), likewise; default: nobody offers any */
    int32_t hungry_max;    /* for how many threads without work, at most, one of them is wanted; default: none */
    uint64_t spin_ns;      /* an idle thread looks for work this long before it sleeps; default: not at all */
    uint32_t spinners_max; /* threads that do so at a time; default 1 */
    size_t stack_bytes;    /* stack of a thread, without its guard page; default 256 KiB, at least what libc needs */
    void *arg;             /* given to the callbacks, on the thread that they are about. NULL: none */
    int (*begin)(void *arg, unsigned index, void **worker); /* before the first job: place it; *worker is what its jobs
                                                               get (at first NULL). -errno: create fails with that */
    void (*refused)(void *arg, unsigned started, int err);  /* a thread was refused, so create fails with err; on the
                                                               creating thread, while those started are still alive */
    void (*idle)(void *worker); /* whenever it has found nothing to do, after one job or many */
};

/* What submit does while the queue is full. */
enum thread_pool_policy {
    /* Sleep until half of it is free. On a thread that carries out a job of this pool: run the new job at once instead,
     * because all threads might come to wait for each other here. */
    THREAD_POOL_BLOCK,
    /* Carry out the oldest waiting job, and again, until there is room. The oldest, because all jobs then still start
     * in the order of submission, and the one that waited longest is not overtaken by a new one. On a thread that
     * carries out a job of this pool: run the new job at once, or else one job could begin in another and a third in
     * that, as deep as the queue is long; run at once, they nest like calls. */
    THREAD_POOL_CALLER_RUNS,
    /* -EAGAIN. */
    THREAD_POOL_TRY,
};

/* 0; -EINVAL, -ENOMEM, -EAGAIN (a limit on threads), or what `begin` returned: then no thread is left and *out is NULL.
 * Returns when each thread has come through `begin`. Signal mask and CPU affinity are those of the caller. */
int thread_pool_create(struct thread_pool **out, const struct thread_pool_config *config);

/* Give the pool a copy of *job. It runs once, on one of the threads with the worker's pointer, or on a caller's that is
 * none of them, with NULL. 0: it will run or has run. -EAGAIN: TRY and no room. -ESHUTDOWN: after thread_pool_close();
 * then it is still the caller's. */
int thread_pool_submit(struct thread_pool *pool, const struct closure *job, enum thread_pool_policy policy);

/* The same for jobs[0..n), in this order, cheaper than one by one. Returns how many the pool has taken, the first ones:
 * n, unless it is closed or (TRY) full. */
size_t thread_pool_submit_many(struct thread_pool *pool, const struct closure *jobs, size_t n,
                               enum thread_pool_policy policy);

/*
 * Inner jobs: what a job splits off and waits for (children). They have a queue of their own, that idle threads look
 * at first.
 *
 * *thread_pool_wanted(pool) says how many more are wanted in there: one for each thread that looks for work or sleeps,
 * up to hungry_max, less those that wait. It may be out of date, and negative. It changes when an inner job passes and
 * when a thread runs out of work, and stands in a cache line of its own: a job that looks at it whenever it splits
 * something off reads what it has in its cache.
 *
 * Offer: give the queue a copy of *job, whose last two words it uses itself; with `anyway` also if none is wanted. 0;
 * -EAGAIN: none is wanted; -ENOSPC: the queue is full. Only from inside of a job, which must not end before those it
 * offered have; so close and stop need not know about them.
 *
 * Take back: true, and it will not run, unless it has begun. `ticket` is the offer's; zero it before the first, and
 * keep it as long as there is the pool: what was taken back stays in the queue as an empty place, until it comes to
 * its head. A ticket may be used again as soon as its job has begun or was taken back, by the thread that offered.
 *
 * Make room: where such places fill the queue, the one at the head goes; is there a job, it is carried out, so only
 * from inside of one.
 */
struct thread_pool_ticket {
    _Atomic uint64_t state; /* odd: it waits. Each offer has numbers of its own, so an old place knows that it is old */
};
const _Atomic int32_t *thread_pool_wanted(const struct thread_pool *pool);
int thread_pool_offer(struct thread_pool *pool, const struct closure *job, struct thread_pool_ticket *ticket,
                      bool anyway);
bool thread_pool_take_back(struct thread_pool *pool, struct thread_pool_ticket *ticket);
void thread_pool_make_room(struct thread_pool *pool);

/*
 * Carry out inner jobs, anybody's, until *pending is 0, and sleep while there is none. On thread `index` of the pool
 * only, inside of a job. Whoever brings *pending to 0 does it by a sequentially consistent operation and then calls
 * thread_pool_nudge(pool, index), which does not touch *pending and may come too late.
 */
void thread_pool_help(struct thread_pool *pool, unsigned index, _Atomic int64_t *pending);
void thread_pool_nudge(struct thread_pool *pool, unsigned index);

/* Take no more jobs. Whoever waits for room comes back with -ESHUTDOWN. What waits is carried out, unless it is taken:
 * the oldest into *job (false: none waits). May be called again. */
void thread_pool_close(struct thread_pool *pool);
bool thread_pool_is_closed(struct thread_pool *pool);
bool thread_pool_take(struct thread_pool *pool, struct closure *job);

/* Run *job on this thread, at once, as one of the pool's: what was taken, or is better not queued. */
void thread_pool_run(struct thread_pool *pool, const struct closure *job);

/* Does this thread carry out a job of this pool, be it one of its own threads or a caller that helps? */
bool thread_pool_is_here(const struct thread_pool *pool);

/* Close; come back when all that waited has been carried out and all threads have ended, also to several callers.
 * -EDEADLK, and nothing happens, from inside of one of its own jobs. */
int thread_pool_stop(struct thread_pool *pool);

/* Stop and free. Not from inside of a job; nobody may use the pool any more. NULL is allowed. */
void thread_pool_destroy(struct thread_pool *pool);

#endif
