/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closures that have not started: a Chase-Lev deque (strategies/chase_lev.h) of three words each, with types on.
 */
#ifndef QUINTET_COROUTINE_DEQUE_H
#define QUINTET_COROUTINE_DEQUE_H

#include "strategies/chase_lev.h"
#include "strategies/coroutine/coro.h"

enum { DEQUE_CELLS = CHASE_LEV_CELLS, DEQUE_WORDS = 3 };

/* A coroutine to be: fn(self, arg) as a child of `scope`. */
struct coro_closure {
    coro_fn *fn;
    void *arg;
    struct scope *scope;
};

struct deque {
    struct chase_lev ring;
};

/* The three words of an entry as what they stand for. */
static inline struct coro_closure deque_closure(const uintptr_t *words)
{
    return (struct coro_closure){(coro_fn *)words[0], (void *)words[1], (struct scope *)words[2]};
}

/* `start`: the first position, for tests. 0 or -ENOMEM. */
static inline int deque_init(struct deque *d, bool shared, int64_t start)
{
    return chase_lev_init(&d->ring, DEQUE_WORDS, shared, start);
}

/* Has it been made, and are there thieves? */
static inline bool deque_exists(const struct deque *d)
{
    return d->ring.cells != NULL;
}

/* May other workers steal from it? */
static inline bool deque_shared(const struct deque *d)
{
    return d->ring.shared;
}

/* Free it. Nobody may use it any more. */
static inline void deque_fini(struct deque *d)
{
    chase_lev_fini(&d->ring);
}

/* Exact for the owner, a guess for others. */
static inline int64_t deque_count(const struct deque *d)
{
    return chase_lev_count(&d->ring);
}

/* Owner: whose child the newest is. NULL: empty. It may be taken by somebody else the next moment. */
static inline struct scope *deque_newest_scope(const struct deque *d)
{
    return deque_count(d) > 0 ? (struct scope *)chase_lev_newest(&d->ring, DEQUE_WORDS, 2) : NULL;
}

/* Owner. False: full. */
static inline bool deque_push(struct deque *d, const struct coro_closure *c)
{
    const uintptr_t words[DEQUE_WORDS] = {(uintptr_t)c->fn, (uintptr_t)c->arg, (uintptr_t)c->scope};
    return chase_lev_push(&d->ring, DEQUE_WORDS, words, memory_order_release);
}

/* Owner: the newest. False: empty. */
static inline bool deque_take(struct deque *d, struct coro_closure *out)
{
    uintptr_t words[DEQUE_WORDS];
    if (!chase_lev_take(&d->ring, DEQUE_WORDS, words))
        return false;
    *out = deque_closure(words);
    return true;
}

/* Anybody: the oldest. False: empty, or somebody else was faster. */
static inline bool deque_steal(struct deque *d, struct coro_closure *out)
{
    uintptr_t words[DEQUE_WORDS];
    if (!chase_lev_steal(&d->ring, DEQUE_WORDS, words))
        return false;
    *out = deque_closure(words);
    return true;
}

#endif
