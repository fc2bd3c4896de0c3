/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seats (ctx.h) for coroutines: wake theirs, wait at mine.
 *
 * `waiter` holds the coroutine that waits; whoever takes the pointer out has claimed it and is the only one to grant it
 * the turn (CORO_GRANTED). Woken without that, it was cancelled, and takes its own pointer out if it still can.
 *
 * Waking:  take the waiter; if there was one, done. Else store the token, and look for a waiter again: if there is one,
 * and the token still there, it is granted that token. Waiting: take the token; if there was one, done. Else publish
 * oneself, and look for a token again. Each side writes its own word before it reads the other's, all sequentially
 * consistent, so at least one of them sees the other. If both do, the pointer decides: the one who takes it out has
 * won.
 */
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/worker.h"

#include <errno.h>
#include <stdatomic.h>

/* Claimed waiter, or NULL with the wake-up stored in the token. */
static struct coro *seat_post_shared(struct seat *seat)
{
    struct coro *co = (struct coro *)atomic_exchange_explicit(&seat->waiter, 0, memory_order_seq_cst);
    if (co)
        return co;
    CORO_STEP();
    atomic_exchange_explicit(&seat->token, 1, memory_order_seq_cst);
    do {
        CORO_STEP();
        co = (struct coro *)atomic_exchange_explicit(&seat->waiter, 0, memory_order_seq_cst);
        if (!co)
            return NULL;
        CORO_STEP();
        if (atomic_exchange_explicit(&seat->token, 0, memory_order_seq_cst))
            return co; /* it came in between, and is granted this very token (and any that was merged into it) */
        /* It took the token before, and waits for the next one already: not ours to wake. Put it back, and look for
         * whoever stored a token while it was missing and so could not find it. */
        CORO_STEP();
        atomic_exchange_explicit(&seat->waiter, (uintptr_t)co, memory_order_seq_cst);
        CORO_STEP();
    } while (atomic_load_explicit(&seat->token, memory_order_seq_cst));
    return NULL;
}

/* True: the wake-up was there already. False: published, must suspend until claimed. */
static bool seat_take_shared(struct seat *seat, struct coro *self)
{
    for (;;) {
        if (atomic_load_explicit(&seat->token, memory_order_relaxed) &&
            atomic_exchange_explicit(&seat->token, 0, memory_order_seq_cst))
            return true;
        CORO_STEP();
        atomic_exchange_explicit(&seat->waiter, (uintptr_t)self, memory_order_seq_cst);
        CORO_STEP();
        if (!atomic_load_explicit(&seat->token, memory_order_seq_cst))
            return false;
        CORO_STEP();
        if (atomic_exchange_explicit(&seat->waiter, 0, memory_order_seq_cst) != (uintptr_t)self)
            return false; /* claimed: whoever holds it will grant that token, or put it back and look again */
    }
}

/* The same on one worker: nothing runs in between, so plain accesses do. */
static struct coro *seat_post_local(struct seat *seat)
{
    struct coro *co = (struct coro *)atomic_load_explicit(&seat->waiter, memory_order_relaxed);
    if (co)
        atomic_store_explicit(&seat->waiter, 0, memory_order_relaxed);
    else
        atomic_store_explicit(&seat->token, 1, memory_order_relaxed);
    return co;
}

static bool seat_take_local(struct seat *seat, struct coro *self)
{
    if (atomic_load_explicit(&seat->token, memory_order_relaxed)) {
        atomic_store_explicit(&seat->token, 0, memory_order_relaxed);
        return true;
    }
    atomic_store_explicit(&seat->waiter, (uintptr_t)self, memory_order_relaxed);
    return false;
}

/* Woken, and not by a grant: cancelled. Leave the seat, unless somebody has claimed this coroutine just now: they grant
 * it the turn in a moment (then the cancellation has to wait), or put it back (then it can leave after all). */
static __attribute__((noinline)) int seat_leave(struct coro *self, struct seat *mine)
{
    while (!(self->flags & CORO_GRANTED)) {
        if (!(self->flags & CORO_CANCEL)) {
            if (coro_suspend(self, CORO_WAIT_SEAT))
                return 0;
        } else if (atomic_exchange_explicit(&mine->waiter, 0, memory_order_seq_cst) == (uintptr_t)self) {
            coro_take_cancel(self);
            return -ECANCELED;
        } else {
            bool asked = coro_yield(self) == -ECANCELED;
            self->flags |= asked ? CORO_CANCEL : 0; /* not told yet */
        }
    }
    self->flags = (uint8_t)(self->flags & ~CORO_GRANTED);
    return 0;
}

/* `next` was claimed at theirs; `wait`: self is published at mine. */
static inline int handoff_finish(struct coro *self, struct coro *next, struct seat *mine, bool wait)
{
    if (!wait) {
        if (next)
            worker_grant(next, self->worker);
        return 0;
    }
    bool handed = false;
    if (__builtin_expect(self->flags & CORO_CANCEL, 0)) {
        if (next) /* it gets its turn; self does not wait, nobody would wake it for this cancellation again */
            worker_grant(next, self->worker);
    } else if (next) {
        handed = coro_grant_and_suspend(self, next, CORO_WAIT_SEAT);
    } else {
        handed = coro_suspend(self, CORO_WAIT_SEAT);
    }
    if (__builtin_expect(handed, 1))
        return 0;
    if ((self->flags & (CORO_GRANTED | CORO_CANCEL)) != CORO_GRANTED)
        return seat_leave(self, mine);
    self->flags = (uint8_t)(self->flags & ~CORO_GRANTED);
    return 0;
}

int seat_handoff_shared(struct ctx *ctx, struct seat *mine, struct seat *theirs)
{
    struct coro *self = coro_of_ctx(ctx);
    struct coro *next = theirs ? seat_post_shared(theirs) : NULL;
    bool wait = mine && !seat_take_shared(mine, self);
    CORO_STEP();
    return handoff_finish(self, next, mine, wait);
}

int seat_handoff_local(struct ctx *ctx, struct seat *mine, struct seat *theirs)
{
    struct coro *self = coro_of_ctx(ctx);
    struct coro *next = theirs ? seat_post_local(theirs) : NULL;
    bool wait = mine && !seat_take_local(mine, self);
    return handoff_finish(self, next, mine, wait);
}
