/* SPDX-License-Identifier: Apache-2.0 */
/* The thread pool's two files among themselves: thread_pool.c, the way of a job; thread_pool_life.c, begin and end. */
#ifndef QUINTET_STRATEGIES_THREAD_POOL_PRIVATE_H
#define QUINTET_STRATEGIES_THREAD_POOL_PRIVATE_H

#include "strategies/event_count.h"
#include "strategies/latch.h"
#include "strategies/mpmc.h"
#include "strategies/thread_pool.h"

#include <pthread.h>

struct pool_thread {
    struct thread_pool *pool;
    void *worker;
    pthread_t thread;
    unsigned index;
};

struct thread_pool {
    struct thread_pool_config config;
    struct pool_thread *threads;
    unsigned started;
    struct event_sleeper *sleepers; /* first those of `idle`, then those of `joining` */
    struct mpmc queue, inner;
    struct event_count idle, joining;
    _Alignas(128) _Atomic int32_t hungry;        /* threads that have found no job and not yet one */
    _Alignas(128) _Atomic int32_t wanted;        /* inner jobs: thread_pool_wanted() */
    _Alignas(128) _Atomic uint32_t space_wanted; /* futex: 1 while a submitter sleeps on it, or is about to */
    struct latch begun;
    _Atomic int begin_error;
    pthread_mutex_t stop;
};

/* A thread of the pool, from `begin` until the queue is closed and drained. `arg` is its struct pool_thread. */
void *thread_pool_main(void *arg);

#endif
