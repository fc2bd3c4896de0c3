/* SPDX-License-Identifier: Apache-2.0 */
/* What worker.c (who runs next, who wakes whom) and worker_loop.c (a worker's life and its turns) share. */
#ifndef QUINTET_COROUTINE_WORKER_PRIVATE_H
#define QUINTET_COROUTINE_WORKER_PRIVATE_H

#include "strategies/coroutine/worker.h"

/*
 * The park word. Every access is a read-modify-write of the same word, and that is the whole proof that no wake-up is
 * lost: the modifications have one order. A producer that publishes and then exchanges NOTE either does so before the
 * owner's compare-exchange RUN -> PARK, which then fails, or after it, and then reads PARK and wakes. Plain loads and
 * stores in either place are how others lost wake-ups.
 */
enum {
    PARK_RUN,  /* the owner is awake and will look again before it sleeps */
    PARK_NOTE, /* something was published since the owner last looked */
    PARK_ASLEEP,
};

/* The worker of this thread; others ask worker_current(). Defined where every switch reads it. */
extern _Thread_local struct worker *worker_here;

#endif
