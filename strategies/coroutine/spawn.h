/* SPDX-License-Identifier: Apache-2.0 */
/* Between the scheduler (worker.c) and what begins coroutines for it (spawn.c). All on the worker's own thread. */
#ifndef QUINTET_COROUTINE_SPAWN_H
#define QUINTET_COROUTINE_SPAWN_H

#include "strategies/coroutine/worker.h"

/* A new coroutine for the newest closure, not queued: the caller switches to it. NULL: there is none. */
struct coro *spawn_newest(struct worker *w);

/* Make the oldest closure runnable. False: there is none. */
bool spawn_oldest(struct worker *w);

/* Make a closure of another worker of the group runnable here. False: none was found. */
bool spawn_steal(struct worker *w);

/* When this worker may take from others again: 0 = now, else CLOCK_MONOTONIC. Called when it has nothing to do. */
uint64_t spawn_steal_after_ns(struct worker *w);

/* Tell one idle worker that there is something to take. */
void spawn_offer(struct worker *w);

/* Let go of what sanitizers keep for each context (before the thread ends), and of all memory (afterwards). */
void spawn_forget_contexts(struct worker *w);
void spawn_fini(struct worker *w);

#endif
