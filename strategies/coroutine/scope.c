/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scopes: children that end before their parent goes on.
 *
 * Children are counted on the parent's worker, in `here`: up when they are noted down, and down when they end there
 * before the join counts. Each that ends elsewhere, or later, takes one off `left`; the join adds the one to the other.
 * So what nobody has taken costs no atomics, and `left` reaches zero only after the join has counted: whoever brings it
 * there is the last, and the parent, which waits, is granted the way on. Nothing is touched after that.
 *
 * Before it counts, the join carries out those children itself that are the newest: each is a coroutine, and called
 * rather than switched to (coro_call()). One that waits makes room for the others like any coroutine.
 *
 * The children that have started on the parent's worker form a list, for cancellation. Those that idle workers have
 * taken are found by a message that goes from worker to worker and looks through all coroutines there; it counts as a
 * child, so that the scope cannot go away under it.
 */
#include "strategies/coroutine/scope.h"
#include "strategies/coroutine/loop.h"
#include "strategies/coroutine/spawn.h"

#include <errno.h>
#include <stddef.h>

/* When too many wait, how many may begin, one after the other on one stack, before the parent goes on: its yield, and
 * the start of the first, are paid for by so many. */
enum { FIRST_WHEN_FULL = 256 };

/* On the parent's worker: one more child, or, with -1, not after all. A child that begins another after the join has
 * counted has not ended itself, so this cannot meet the end. */
static void scope_count(struct scope *s, uint32_t n)
{
    if (s->counted)
        scope_left_add(s, n);
    else
        s->here += n;
}

int scope_spawn(struct scope *s, coro_fn *fn, void *arg)
{
    struct worker *w = s->parent->worker;
    struct coro_closure c = {.fn = fn, .arg = arg, .scope = s};
    if (atomic_load_explicit(&s->cancelled, memory_order_relaxed))
        return -ECANCELED;
    scope_count(s, 1);
    int err;
    if (s->flags & SCOPE_LOCAL && deque_shared(&w->closures)) { /* where nobody can take it: the run queue */
        struct coro *child = worker_spawn(w, fn, arg, worker_new_id(w));
        if (child)
            child->scope = s;
        err = child ? 0 : -ENOMEM;
    } else {
        while ((err = spawn_push(w, &c)) == -EAGAIN) { /* very many are waiting: let some begin */
            spawn_oldest(w);
            struct coro *self = w->current;
            w->closures_first = FIRST_WHEN_FULL;
            bool asked = coro_yield(self) == -ECANCELED;
            w->closures_first = 0;
            self->flags |= asked ? CORO_CANCEL : 0; /* spawning is no place to be told */
        }
    }
    if (err)
        scope_count(s, (uint32_t)-1);
    return err;
}

int scope_start(struct scope *s, struct coro_task *task, coro_task_fn *fn, void *arg)
{
    if (atomic_load_explicit(&s->cancelled, memory_order_relaxed))
        return -ECANCELED;
    scope_count(s, 1);
    int err = task_start_here(task, s->parent->worker, s, fn, arg);
    if (err)
        scope_count(s, (uint32_t)-1);
    return err;
}

/* ---- on the child ---- */

/* A message for the parent's worker, from a child elsewhere that failed. It waits for the answer: its scope cannot go
 * away meanwhile, for it has not been counted as ended. */
struct failure {
    struct mail mail; /* first */
    struct scope *scope;
    _Atomic uintptr_t event;
};

static void fail_fast(struct scope *s)
{
    scope_cancel(s);
    if (s->joining)
        return;
    /* Told at its present wait, the parent comes to the join; if it comes without having waited, the join takes the
     * request back. One that is pending already is somebody else's: then nobody takes it back. */
    bool pending = s->parent->flags & CORO_CANCEL;
    coro_cancel(s->parent);
    s->parent->canceller = pending ? NULL : s;
}

static void failure_deliver(struct mail *mail, struct worker *at)
{
    struct failure *failure = (struct failure *)mail;
    (void)at;
    fail_fast(failure->scope);
    event_post(&failure->event);
}

void scope_child_failed(struct scope *s, struct coro *child, int err)
{
    int none = 0;
    if (err > 0)
        err = -EINVAL; /* neither success nor failure */
    bool first =
        atomic_compare_exchange_strong_explicit(&s->error, &none, err, memory_order_relaxed, memory_order_relaxed);
    if (!first || !(s->flags & SCOPE_FAIL_FAST))
        return;
    if (!(child->flags & CORO_FOREIGN)) {
        fail_fast(s);
        return;
    }
    struct failure failure = {.mail.deliver = failure_deliver, .scope = s};
    worker_post(s->parent->worker, &failure.mail);
    event_wait(child, &failure.event, CORO_NEVER, false, CORO_WAIT_FUTURE);
}

/* ---- cancelling and joining ---- */

static void cancel_if_child(struct coro *co, void *arg)
{
    if (co->scope == arg && co->flags & CORO_FOREIGN)
        coro_cancel(co);
}

/* The round of scope_cancel(): worker by worker, and back at the parent's it ends. */
static void round_deliver(struct mail *mail, struct worker *at)
{
    struct scope *s = (struct scope *)((char *)mail - offsetof(struct scope, round));
    struct worker_group *group = at->config.group;
    struct coro *parent = s->parent;
    if (at != parent->worker) {
        worker_each(at, cancel_if_child, s);
        worker_post(group->worker[(at->config.index + 1) % group->count], mail);
    } else if (scope_left_add(s, (uint32_t)-1) == 0) {
        worker_grant(parent, at);
    }
}

void scope_cancel(struct scope *s)
{
    struct worker *w = s->parent->worker;
    struct worker_group *group = w->config.group;
    if (atomic_exchange_explicit(&s->cancelled, true, memory_order_seq_cst))
        return;
    for (struct coro *child = s->children; child; child = child->sibling_next)
        if (child != w->current)
            coro_cancel(child);
    if (atomic_load_explicit(&s->taken, memory_order_seq_cst)) {
        scope_count(s, 1);
        s->round.deliver = round_deliver;
        worker_post(group->worker[(w->config.index + 1) % group->count], &s->round);
    }
}

/* One more to wait for, unless nobody is left: then the grant is under way, and there is nobody to cancel. */
static bool left_hold(struct scope *s)
{
    uint32_t left = atomic_load_explicit(&s->left, memory_order_relaxed);
    while (left)
        if (atomic_compare_exchange_weak_explicit(&s->left, &left, left + 1, memory_order_acq_rel,
                                                  memory_order_relaxed))
            return true;
    return false;
}

/* Have all children ended here, and well? Then nobody else ever knew of them, and the scope is as scope_init() made it.
 */
static bool scope_is_as_new(struct scope *s)
{
    return !s->here && !atomic_load_explicit(&s->error, memory_order_relaxed) &&
           !atomic_load_explicit(&s->cancelled, memory_order_relaxed);
}

int scope_join(struct scope *s)
{
    struct coro *self = s->parent;
    bool asked = false;
    s->joining = true;
    while (s->here && !(self->flags & CORO_CANCEL) && spawn_call_newest(self->worker, s))
        ;
    if (!(self->flags & CORO_CANCEL) && scope_is_as_new(s)) {
        s->joining = false;
        return 0;
    }
    if (self->flags & CORO_CANCEL && self->canceller != s) {
        asked = coro_take_cancel(self);
        scope_cancel(s);
    }
    CORO_STEP();
    s->counted = true; /* from here to the sum nothing else happens on this worker */
    if (s->here && scope_left_add(s, s->here) != 0) {
        while (!(self->flags & CORO_GRANTED)) {
            coro_suspend(self, CORO_WAIT_SCOPE);
            if (self->flags & CORO_CANCEL && !(self->flags & CORO_GRANTED)) {
                asked = coro_take_cancel(self) || asked;
                if (!left_hold(s))
                    continue;
                scope_cancel(s);
                if (scope_left_add(s, (uint32_t)-1) == 0)
                    break; /* they ended meanwhile: nobody else will say so */
            }
        }
        self->flags = (uint8_t)(self->flags & ~CORO_GRANTED);
    }
    int err = atomic_load_explicit(&s->error, memory_order_acquire);
    if (self->flags & CORO_CANCEL && self->canceller == s)
        coro_take_cancel(self); /* it was by a child of ours, and this is the place it was meant for */
    if (asked && err) {         /* the failure is what is reported: the request is met by the next wait */
        self->flags |= CORO_CANCEL;
        self->canceller = NULL;
    }
    unsigned flags = s->flags;
    scope_init(s, self, flags);
    return err ? err : asked ? -ECANCELED : 0;
}
