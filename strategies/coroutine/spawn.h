/* SPDX-License-Identifier: Apache-2.0 */
/* Between the scheduler (worker.c) and what begins coroutines for it (spawn.c). All on the worker's own thread. */
#ifndef QUINTET_COROUTINE_SPAWN_H
#define QUINTET_COROUTINE_SPAWN_H

#include "strategies/coroutine/worker.h"

/* A new coroutine for the newest closure, not queued: the caller switches to it. NULL: there is none. */
struct coro *spawn_newest(struct worker *w);

/* If the newest closure is a child of `s`, whose parent runs: carry it out in a new coroutine, and whatever newer ones
 * follow on the same stack, while nobody else is runnable. Back when they have ended, or when the parent has been woken
 * meanwhile. False: there was none. */
bool spawn_call_newest(struct worker *w, struct scope *s);

/* Make the oldest closure runnable. False: there is none. */
bool spawn_oldest(struct worker *w);

/* Make a closure of another worker of the group runnable here. False: none was found. */
bool spawn_steal(struct worker *w);

/* When this worker may take from others again: 0 = now, else CLOCK_MONOTONIC. Called when it has nothing to do. */
uint64_t spawn_steal_after_ns(struct worker *w);

/* Tell one idle worker that there is something to take. */
void spawn_offer(struct worker *w);

/* Make room for the first closure, or for one more. 0 or -ENOMEM. */
int spawn_make_room(struct worker *w);

/* Note down a closure that may start at any time, here or on an idle worker of the group. 0; -EAGAIN: too many are
 * noted down; -ENOMEM: no memory for the coroutine that would carry it out. */
static inline int spawn_push(struct worker *w, const struct coro_closure *c)
{
    /* Whoever is noted down can be started: there is a control block and a stack for each. */
    bool roomy = deque_exists(&w->closures) && (int64_t)w->usual.free_count > deque_count(&w->closures);
    int err = __builtin_expect(roomy, 1) ? 0 : spawn_make_room(w);
    if (err)
        return err;
    if (!deque_push(&w->closures, c))
        return -EAGAIN;
    /* One alone is about to be taken by this worker itself; waking somebody for it costs more than it is worth. */
    if (w->config.group && deque_count(&w->closures) > 1)
        spawn_offer(w);
    return 0;
}

#endif
