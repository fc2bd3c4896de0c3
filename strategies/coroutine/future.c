/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Futures. See future.h.
 *
 * One word holds the state, and a bit that locks the future for the dozen instructions of a change. A lock instead of
 * lock-free lists, because callbacks must also be removable, and because nobody sleeps or calls anything while
 * holding it. Threads that wait sleep on the same word (futex).
 *
 * Whoever completes a future with callbacks leaves it marked BUSY until the last of them has returned: future_fini()
 * waits for that, and so a future may lie on a stack. Without callbacks the unlocking is the last touch.
 */
#include "strategies/coroutine/future.h"
#include "strategies/coroutine/loop.h"

#include "measure/clock.h"

#include "strategies/futex.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>

enum {
    WORD_STATE = 3, /* enum future_state */
    WORD_LOCKED = 4,
    WORD_WAITED = 8,     /* a thread sleeps on the word */
    WORD_BUSY = 16,      /* callbacks are being called */
    WORD_POSTED = 32,    /* a task's message is under way */
    WORD_WANTED = 64,    /* ... and asks for cancellation */
    WORD_UNTOLD = 128,   /* a task ended before it was told of the last request */
    WORD_CALLBACK = 256, /* from here on: how many callbacks are on their way to the loop */
    WORD_FLAGS = WORD_CALLBACK - 1,
};

static uint32_t lock(struct future *f)
{
    uint32_t word;
    while ((word = atomic_fetch_or_explicit(&f->word, WORD_LOCKED, memory_order_acquire)) & WORD_LOCKED)
        sched_yield();
    return word;
}

/* From `word`, as lock() gave it, to `changed`. The holder alone changes the word, except that WORD_BUSY, once set,
 * may go away at any moment, and callbacks are counted: hence xor, and nobody changes these here. */
static void unlock(struct future *f, uint32_t word, uint32_t changed)
{
    atomic_fetch_xor_explicit(&f->word, (word ^ changed) | WORD_LOCKED, memory_order_release);
}

static bool state_is_final(uint32_t word)
{
    return (word & WORD_STATE) >= FUTURE_CANCELLED;
}

void future_init(struct future *f, struct loop *loop)
{
    memset(f, 0, sizeof *f);
    f->loop = loop;
}

/* Somebody on another thread is about to finish something short; let it. */
static void stand_by(void)
{
    struct coro *self = coro_current();
    if (!self || coro_yield(self) != -ECANCELED) {
        sched_yield();
        return;
    }
    self->flags |= CORO_CANCEL; /* this is no place to be told */
    sched_yield();
}

void future_fini(struct future *f)
{
    const uint32_t in_use = WORD_LOCKED | WORD_BUSY | WORD_POSTED | ~(uint32_t)WORD_FLAGS;
    while (atomic_load_explicit(&f->word, memory_order_acquire) & in_use) {
        if (f->loop)
            loop_take_mail(f->loop);
        stand_by();
    }
}

/* ---- completing ---- */

static void callback_call(struct future *f, struct future_callback *node)
{
    if (node->inline_always) {
        node->fn(f, node->arg);
        /* The node's last touch by us; whoever waits in future_unlink() may go on, and its memory with it. */
        atomic_store_explicit(&node->future, NULL, memory_order_release);
    } else if (f->loop) {
        atomic_fetch_add_explicit(&f->word, WORD_CALLBACK, memory_order_relaxed);
        loop_post(f->loop, &node->mail);
    } else {
        node->fn(f, node->arg);
    }
}

static void callbacks_call(struct future *f, struct future_callback *node)
{
    while (node) {
        struct future_callback *next = node->next; /* its owner may reuse it as soon as it was called */
        callback_call(f, node);
        node = next;
    }
    atomic_fetch_and_explicit(&f->word, ~(uint32_t)WORD_BUSY, memory_order_release);
}

/* `may_run`: only from PENDING unless true. */
static int complete(struct future *f, enum future_state state, int error, void *value, bool may_run)
{
    uint32_t word = lock(f);
    enum future_state now = (enum future_state)(word & WORD_STATE);
    if (now >= FUTURE_CANCELLED || (now == FUTURE_RUNNING && !may_run)) {
        unlock(f, word, word);
        return -EALREADY;
    }
    struct future_callback *list = f->first;
    f->error = error;
    f->value = value;
    f->first = f->last = NULL;
    bool waited = word & WORD_WAITED;
    unlock(f, word, (word & ~(uint32_t)(WORD_STATE | WORD_WAITED)) | (uint32_t)state | (list ? WORD_BUSY : 0));
    if (waited)
        futex_wake(&f->word, INT_MAX); /* the address only */
    if (list)
        callbacks_call(f, list);
    return 0;
}

int future_set_result(struct future *f, void *value)
{
    return f->request_cancel ? -EPERM : complete(f, FUTURE_FINISHED, 0, value, true);
}

int future_set_exception(struct future *f, int error)
{
    if (f->request_cancel)
        return -EPERM;
    return error < 0 ? complete(f, FUTURE_FINISHED, error, NULL, true) : -EINVAL;
}

int future_settle(struct future *f, int error, void *value, bool cancelled)
{
    return complete(f, cancelled ? FUTURE_CANCELLED : FUTURE_FINISHED, error, value, true);
}

int future_set_running(struct future *f)
{
    uint32_t word = lock(f);
    enum future_state now = (enum future_state)(word & WORD_STATE);
    unlock(f, word, now == FUTURE_PENDING ? (word & ~(uint32_t)WORD_STATE) | FUTURE_RUNNING : word);
    return now == FUTURE_PENDING ? 0 : now == FUTURE_CANCELLED ? -ECANCELED : -EALREADY;
}

bool future_cancel(struct future *f)
{
    if (f->request_cancel)
        return f->request_cancel(f);
    return complete(f, FUTURE_CANCELLED, -ECANCELED, NULL, false) == 0 || (!f->loop && future_cancelled(f));
}

/* ---- looking ---- */

enum future_state future_state(const struct future *f)
{
    return (enum future_state)(atomic_load_explicit(&f->word, memory_order_acquire) & WORD_STATE);
}

bool future_done(const struct future *f)
{
    return state_is_final(atomic_load_explicit(&f->word, memory_order_acquire));
}

bool future_cancelled(const struct future *f)
{
    return future_state(f) == FUTURE_CANCELLED;
}

/* ---- waiting ---- */

int future_outcome(const struct future *f, void **value)
{
    if (value && !f->error)
        *value = f->value;
    return f->error;
}

/* A thread of its own: sleep on the word. */
static bool thread_wait(struct future *f, uint64_t deadline_ns)
{
    for (;;) {
        uint32_t word = lock(f);
        if (state_is_final(word)) {
            unlock(f, word, word);
            return true;
        }
        unlock(f, word, word | WORD_WAITED);
        if (clock_monotonic_ns() >= deadline_ns)
            return false;
        futex_wait_until(&f->word, (word | WORD_WAITED) & ~(uint32_t)WORD_LOCKED, deadline_ns);
    }
}

int future_result(struct future *f, uint64_t timeout_ns, void **value)
{
    if (!future_done(f)) {
        if (timeout_ns == 0)
            return -ETIMEDOUT;
        uint64_t now = clock_monotonic_ns();
        uint64_t deadline_ns = timeout_ns < FUTURE_FOREVER - now ? now + timeout_ns : FUTURE_FOREVER;
        struct coro *self = coro_current();
        if (self)
            return future_await_until(self, f, deadline_ns, value);
        if (!thread_wait(f, deadline_ns))
            return -ETIMEDOUT;
    }
    return future_outcome(f, value);
}

int future_exception(struct future *f, uint64_t timeout_ns)
{
    return future_result(f, timeout_ns, NULL);
}

/* ---- callbacks ---- */

static void callback_deliver(struct mail *mail, struct worker *at)
{
    struct future_callback *node = (struct future_callback *)((char *)mail - offsetof(struct future_callback, mail));
    struct future *f = node->future;
    (void)at;
    node->fn(f, node->arg);
    atomic_fetch_sub_explicit(&f->word, WORD_CALLBACK, memory_order_release); /* the last touch, as with WORD_BUSY */
}

static void callback_add(struct future *f, struct future_callback *node)
{
    uint32_t word = lock(f);
    node->future = f;
    node->next = NULL;
    if (state_is_final(word)) {
        unlock(f, word, word);
        callback_call(f, node);
        return;
    }
    node->previous = f->last;
    if (f->last)
        f->last->next = node;
    else
        f->first = node;
    f->last = node;
    unlock(f, word, word);
}

void future_add_done_callback(struct future *f, struct future_callback *node, future_callback_fn *fn, void *arg)
{
    *node = (struct future_callback){.fn = fn, .arg = arg, .mail.deliver = callback_deliver};
    callback_add(f, node);
}

void future_link(struct future *f, struct future_callback *node, future_callback_fn *fn, void *arg)
{
    *node = (struct future_callback){.fn = fn, .arg = arg, .inline_always = true};
    callback_add(f, node);
}

void future_link_owned(struct future *f, struct future_callback *node, future_callback_fn *fn, void *owner)
{
    *node = (struct future_callback){.fn = fn, .arg = node, .owner = owner, .inline_always = true};
    callback_add(f, node);
}

/* False: it is not in the list, or no longer. */
static bool callback_remove(struct future *f, struct future_callback *node)
{
    uint32_t word = lock(f);
    /* Completing takes the whole list at once. */
    bool linked = !state_is_final(word) && atomic_load_explicit(&node->future, memory_order_relaxed) == f;
    if (linked) {
        atomic_store_explicit(&node->future, NULL, memory_order_relaxed);
        *(node->previous ? &node->previous->next : &f->first) = node->next;
        *(node->next ? &node->next->previous : &f->last) = node->previous;
    }
    unlock(f, word, word);
    return linked;
}

bool future_remove_done_callback(struct future *f, struct future_callback *node)
{
    return callback_remove(f, node) || !atomic_load_explicit(&node->future, memory_order_relaxed); /* removed before */
}

bool future_unlink(struct future *f, struct future_callback *node)
{
    if (callback_remove(f, node))
        return true;
    while (atomic_load_explicit(&node->future, memory_order_acquire))
        stand_by();
    return false;
}

/* ---- tasks' messages ---- */

int future_post_begin(struct future *f, bool cancel)
{
    uint32_t word = lock(f);
    if (state_is_final(word)) {
        unlock(f, word, word);
        return -EALREADY;
    }
    unlock(f, word, word | WORD_POSTED | (cancel ? WORD_WANTED : 0));
    return !(word & WORD_POSTED);
}

bool future_post_end(struct future *f)
{
    uint32_t word = lock(f);
    uint32_t untold = state_is_final(word) && word & WORD_WANTED ? WORD_UNTOLD : 0;
    unlock(f, word, (word & ~(uint32_t)(WORD_POSTED | WORD_WANTED)) | untold);
    return word & WORD_WANTED;
}

void future_mark_untold(struct future *f)
{
    atomic_fetch_or_explicit(&f->word, WORD_UNTOLD, memory_order_relaxed);
}

bool future_is_untold(const struct future *f)
{
    uint32_t word = atomic_load_explicit(&f->word, memory_order_acquire);
    return (word & WORD_STATE) == FUTURE_FINISHED && word & (WORD_WANTED | WORD_UNTOLD);
}
