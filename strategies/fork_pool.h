/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a fork_pool: what fork_join.c (children) and fork_pool.c (jobs, sleep, life) have in common. */
#ifndef QUINTET_STRATEGIES_FORK_POOL_H
#define QUINTET_STRATEGIES_FORK_POOL_H

#include "strategies/fork_join.h"
#include "strategies/mpmc.h"

#include <pthread.h>

struct fork_pool {
    struct fork_config config;
    struct fork_worker *workers;
    pthread_t *threads;
    unsigned started; /* workers that have a thread */
    unsigned open_words;
    uint64_t spin_ns;
    struct mpmc injector;
    struct event_count idle, joining;
    _Atomic bool stop;
    _Atomic int begin_error;
    _Atomic uint64_t *open;        /* bit i: worker i may have children */
    _Atomic uint32_t space_wanted; /* futex: 1 while the caller sleeps for room in the injector, or is about to */
    _Alignas(128) _Atomic uint32_t pending; /* jobs (while starting: workers) that have not been handed in */
    _Atomic uint32_t pending_is_none;       /* futex: 1 when the last one was */
};

/* Something to begin with, that differs each time. */
static inline uint32_t fork_random(struct fork_worker *w)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 17;
    w->random ^= w->random << 5;
    return w->random;
}

/* --- fork_pool.c --- */

/* Look for what a sleeper could take, and tell one of them, or ask on their behalf. */
void fork_announce(struct fork_pool *pool);
/* Tell somebody that there is a child. */
void fork_announce_child(struct fork_pool *pool);
/* The worker has something to do: if it was a searcher, it is one no more. */
void fork_search_end(struct fork_worker *w);
/* Look again, after a moment? No, once that has been so for spin_ns. *until_ns is 0 at first. */
bool fork_spin_on(struct fork_pool *pool, uint64_t *until_ns);

/* --- fork_join.c --- */

/* Steal a child from anybody and carry it out, its own children at `head` and above. False: nobody had one. */
bool fork_steal_any(struct fork_worker *w, struct split_slot *head);
/* The worker goes idle: nothing is in its deque, and nobody looks there before its next spawn. */
void fork_shut(struct fork_worker *w);

#endif
