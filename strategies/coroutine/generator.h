/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generators: a function that hands out values one by one and keeps its place in between.
 *
 * The body runs on a stack of its own, so it may yield from any depth of calls. `next` and `yield` are one context
 * switch each (switch.h), inlined at the call site; no scheduler is involved, and a generator works on any thread.
 *
 *              next, send            return
 *    CREATED ------------> RUNNING ----------> CLOSED
 *       |                   ^   |                ^
 *       |        next, send |   | yield          |
 *       |                   |   v                |
 *       |                 SUSPENDED -------------+
 *       |                           close: the body is resumed, is told, and returns
 *       +----------------------------------------+
 *          close: the body never began
 *
 * One thread: whoever opened it also resumes and closes it. The body must not wait (await, sleep, do I/O through a
 * coroutine's ctx): it has no scheduler of its own, and the coroutine that called next is the one that is running.
 *
 *     static void count(struct generator *self, void *arg)
 *     {
 *         for (uintptr_t i = 0; i < (uintptr_t)arg; i++)
 *             if (generator_yield(self, i) < 0)
 *                 return; // closed
 *     }
 *
 *     struct generator g;
 *     generator_open(&g, &pool, count, (void *)10);
 *     for (uintptr_t i; generator_next(&g, &i) > 0;)
 *         use(i);
 *     generator_close(&g);
 */
#ifndef QUINTET_COROUTINE_GENERATOR_H
#define QUINTET_COROUTINE_GENERATOR_H

#include "strategies/coroutine/stack.h"
#include "strategies/coroutine/switch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

struct generator;

/* The body. Returning ends the generator. Values are words: numbers, or pointers to whatever the body keeps alive. */
typedef void generator_fn(struct generator *self, void *arg);

enum generator_state {
    GENERATOR_CREATED,   /* nothing of the body has run */
    GENERATOR_SUSPENDED, /* at a yield */
    GENERATOR_RUNNING,   /* between next and the yield that answers it */
    GENERATOR_CLOSED,    /* returned or closed; for ever */
};

/* Treat as opaque: the fields are here for the inline functions. */
struct generator {
    struct coro_context caller; /* whoever called next */
    struct coro_context own;
    uintptr_t sent;
    uint8_t state; /* enum generator_state */
    bool closing;
    bool ignored_close;
    generator_fn *fn;
    void *arg;
    struct coro_origin origin;
    struct stack *stack;
    struct stack_pool *pool;
};

/* Prepare *g in the caller's memory, which must stay where it is until generator_close(). The stack comes from `pool`,
 * which belongs to this thread (a coroutine's: coro_stacks()). Runs nothing yet. 0 or -ENOMEM. */
int generator_open(struct generator *g, struct stack_pool *pool, generator_fn *fn, void *arg);

/*
 * End it and give the stack back. A suspended body is resumed once: its yield returns -ECANCELED, and it is expected to
 * clean up and return. May be called again, and after the end.
 * 0; -EBUSY while running (that is: from the body), and nothing happens; -EPROTO if the body yielded once more instead
 * of returning: the rest of it is abandoned, as by longjmp(), and the generator is closed all the same.
 */
int generator_close(struct generator *g);

/* As it stands now; for the thread that the generator belongs to. */
static inline enum generator_state generator_state(const struct generator *g)
{
    return (enum generator_state)g->state;
}

/* For sanitizers: say whose stack calls next. */
void generator_note_caller(struct generator *g);

/* What generator_next() and generator_send() have in common, once they know that it can go on. */
static inline __attribute__((always_inline)) int generator_resume(struct generator *g, uintptr_t sent, uintptr_t *value)
{
#ifdef CORO_ANNOTATED
    generator_note_caller(g);
#endif
    g->sent = sent;
    g->state = GENERATOR_RUNNING;
    *value = coro_switch(&g->caller, &g->own, 0);
    return g->state != GENERATOR_CLOSED;
}

/* Run the body to its next yield. 1: *value is what it yielded. 0: it has ended, now or before (*value is undefined).
 * -EBUSY: it is running, which only its own body (or what that calls) can see. */
static inline __attribute__((always_inline)) int generator_next(struct generator *g, uintptr_t *value)
{
    if (__builtin_expect(g->state > GENERATOR_SUSPENDED, 0))
        return g->state == GENERATOR_RUNNING ? -EBUSY : 0;
    return generator_resume(g, 0, value);
}

/* The same; the yield at which the body stands finds `sent` in generator_sent(). -EINVAL for anything but 0 before the
 * first next: nobody stands at a yield to take it. */
static inline __attribute__((always_inline)) int generator_send(struct generator *g, uintptr_t sent, uintptr_t *value)
{
    if (__builtin_expect(g->state != GENERATOR_SUSPENDED, 0)) {
        if (g->state != GENERATOR_CREATED)
            return g->state == GENERATOR_RUNNING ? -EBUSY : 0;
        if (sent)
            return -EINVAL;
    }
    return generator_resume(g, sent, value);
}

/* Body only, at any depth of calls: hand out `value` and stay here until the next next. 0, or -ECANCELED when the
 * generator is being closed: return as soon as possible, and do not yield again. */
static inline __attribute__((always_inline)) int generator_yield(struct generator *self, uintptr_t value)
{
    self->state = GENERATOR_SUSPENDED;
    self->ignored_close = self->closing;
    coro_switch(&self->own, &self->caller, value);
    return __builtin_expect(self->closing, 0) ? -ECANCELED : 0;
}

/* Body only: what generator_send() brought to the yield that returned last; 0 after generator_next(). */
static inline uintptr_t generator_sent(const struct generator *self)
{
    return self->sent;
}

#endif
