/* SPDX-License-Identifier: Apache-2.0 */
/* How coroutines begin and end, and closures: those that have not begun. See worker.h and spawn.h. */
#include "strategies/coroutine/spawn.h"
#include "strategies/coroutine/scope.h"
#include "strategies/coroutine/slab.h"

#include "measure/clock.h"

#include <errno.h>
#include <stdlib.h>

static void coro_free(struct worker *w, struct coro *co)
{
    co->state = CORO_FREE;
    w->live_count--;
    slab_recycle(w, co);
}

/* ---- spawning and ending ---- */

static bool closure_into(struct worker *w, struct coro *co);

/* From the first call to the last. */
static inline int coro_first_to_last(struct coro *self)
{
    coro_fn *fn = self->fn;
    void *arg = self->arg;
    if (self->scope)
        scope_child_begin(self);
    bool skip = (self->flags & (CORO_CANCEL | CORO_SETTLES)) == CORO_CANCEL;
    return skip ? -ECANCELED : fn(self, arg);
}

/* Apart from coro_main(), which is not instrumented. */
static __attribute__((noinline)) void coro_body(struct coro *self)
{
    int err = coro_first_to_last(self);
    if (self->scope)
        scope_child_end(self, err);
}

/* The last function of a coroutine. With nobody else runnable, the next closure starts on the same stack: that is a
 * coroutine like any other, which saved itself the switch. */
CORO_UNINSTRUMENTED _Noreturn static void coro_end(struct coro *self)
{
    struct worker *w = self->worker;
    while (--w->budget > 0 && (runq_count(&w->runq) == 0 || w->closures_first-- > 0) && closure_into(w, self))
        coro_body(self);
    coro_free(w, self); /* still standing on its stack: nothing may be spawned from here to the switch */
    struct coro *next = w->budget > 0 ? runq_pop(&w->runq) : NULL;
    if (!next)
        coro_switch_final(&self->context, &w->loop, 0);
    next->state = CORO_RUNNING;
    w->current = next;
    w->switches_count++;
    coro_switch_final(&self->context, &next->context, 0);
}

/* The first. */
CORO_UNINSTRUMENTED static void coro_main(struct coro_origin *origin, uintptr_t value)
{
    struct coro *self = (struct coro *)((char *)origin - offsetof(struct coro, origin));
    (void)value;
    coro_body(self);
    coro_end(self);
}

uint32_t worker_new_id(struct worker *w)
{
    unsigned peers = w->config.group ? w->config.group->count : 1;
    return w->named_count++ * peers + w->config.index;
}

/* Take a control block for a coroutine that nobody can switch to yet. NULL without memory. */
static inline struct coro *coro_take_bare(struct worker *w, struct coro_class *class, coro_fn *fn, void *arg,
                                          struct scope *scope, uint32_t id)
{
    if (__builtin_expect(!class->free, 0) && slab_add(w, class, class->total_count))
        return NULL;
    struct coro *co = class->free;
    class->free = co->next;
    class->free_count--;
    w->live_count++;
    co->next = NULL;
    co->id = id;
    co->flags = 0;
    co->canceller = NULL;
    co->fn = fn;
    co->arg = arg;
    co->scope = scope;
    co->stack->owner_id = id;
    return co;
}

/* The same, and make its context begin at coro_main(). */
static struct coro *coro_take(struct worker *w, struct coro_class *class, coro_fn *fn, void *arg, struct scope *scope,
                              uint32_t id)
{
    struct coro *co = coro_take_bare(w, class, fn, arg, scope, id);
    if (!co)
        return NULL;
    co->origin.start = coro_main;
    coro_context_prepare(&co->context, co->stack->low, co->stack->top, &co->origin);
    return co;
}

/* Leave one control block for each closure that is noted down: they were promised (spawn_push). */
static bool leaves_enough(struct worker *w)
{
    return (int64_t)w->usual.free_count > deque_count(&w->closures) ||
           slab_add(w, &w->usual, w->usual.total_count) == 0;
}

struct coro *worker_spawn(struct worker *w, coro_fn *fn, void *arg, uint32_t id)
{
    if (!leaves_enough(w))
        return NULL;
    struct coro *co = coro_take(w, &w->usual, fn, arg, NULL, id);
    if (co)
        worker_ready(co);
    return co;
}

static int class_make(struct worker *w, unsigned index)
{
    struct coro_class *class = calloc(1, sizeof *class);
    if (!class)
        return -ENOMEM;
    class->index = (uint8_t)index;
    stack_pool_init(&class->stacks, (size_t)STACK_SMALL_BYTES << index, w->config.guard); /* sizes are in range */
    w->others[index] = class;
    return 0;
}

int worker_spawn_sized(struct worker *w, size_t stack_bytes, coro_fn *fn, void *arg, uint32_t id, struct coro **out)
{
    unsigned index = 0;
    if (stack_bytes > STACK_MAX_BYTES)
        return -EINVAL;
    while ((size_t)STACK_SMALL_BYTES << index < stack_bytes)
        index++;
    struct coro_class *class = &w->usual;
    if (stack_bytes && (size_t)STACK_SMALL_BYTES << index != w->usual.stacks.slot_bytes) {
        if (!w->others[index] && class_make(w, index))
            return -ENOMEM;
        class = w->others[index];
    }
    if (class == &w->usual && !leaves_enough(w))
        return -ENOMEM;
    struct coro *co = coro_take(w, class, fn, arg, NULL, id);
    if (!co)
        return -ENOMEM;
    worker_ready(co);
    *out = co;
    return 0;
}

/* ---- closures: coroutines that have not started ---- */

/* The newest closure becomes the next life of `co`, a coroutine that has just ended. */
static bool closure_into(struct worker *w, struct coro *co)
{
    struct coro_closure c;
    if (deque_count(&w->closures) <= 0 || co->stack_class != STACK_CLASS_USUAL || !deque_take(&w->closures, &c))
        return false;
    co->id = worker_new_id(w);
    co->stack->owner_id = co->id;
    co->flags = 0;
    co->canceller = NULL;
    co->fn = c.fn;
    co->arg = c.arg;
    co->scope = c.scope;
    return true;
}

/* A coroutine for *c; not queued yet. */
static struct coro *closure_coro(struct worker *w, const struct coro_closure *c)
{
    struct coro *co = coro_take(w, &w->usual, c->fn, c->arg, c->scope, worker_new_id(w));
    if (!co)
        worker_fatal("a coroutine below the number reserved", -ENOMEM);
    return co;
}

/* The newest, as a new coroutine. NULL: there is none. */
struct coro *spawn_newest(struct worker *w)
{
    struct coro_closure c;
    return deque_take(&w->closures, &c) ? closure_coro(w, &c) : NULL;
}

#ifdef CORO_CALLS

/* Only while there is budget and nobody else is runnable: then whoever waited would take the newest. */
static inline bool may_call_newest(struct worker *w, const struct scope *s)
{
    return w->budget > 1 && runq_count(&w->runq) == 0 && deque_newest_scope(&w->closures) == s;
}

/* First C function of a coroutine that was called, on its stack. Returns to the parent if that still waits in the call
 * and for nothing else, which it does unless somebody woke it while a child was waiting. */
static void called_main(void *arg)
{
    struct coro *self = arg;
    struct worker *w = self->worker;
    for (;;) {
        struct scope *s = self->scope; /* gone after the body's end, unless its parent waits in the call */
        struct coro *parent = s->parent;
        int err = coro_first_to_last(self);
        bool returns = s->called == self && parent->state == CORO_WAIT_SCOPE;
        scope_child_end(self, err);
        if (!returns)
            coro_end(self);
        if (s->here && may_call_newest(w, s) && closure_into(w, self)) {
            w->budget--;
            continue;
        }
        coro_free(w, self);
        parent->state = CORO_RUNNING;
        w->current = parent;
        w->switches_count++;
        return;
    }
}

bool spawn_call_newest(struct worker *w, struct scope *s)
{
    struct coro_closure c;
    struct coro *parent = s->parent;
    if (!may_call_newest(w, s) || !deque_take(&w->closures, &c))
        return false;
    struct coro *co = coro_take_bare(w, &w->usual, c.fn, c.arg, c.scope, worker_new_id(w));
    if (!co)
        worker_fatal("a coroutine below the number reserved", -ENOMEM);
    w->budget--;
    w->switches_count++;
    parent->state = CORO_WAIT_SCOPE;
    co->state = CORO_RUNNING;
    w->current = co;
    s->called = co;
    coro_call(&parent->context, co->stack->top, called_main, co);
    s->called = NULL;
    return true;
}

#else

bool spawn_call_newest(struct worker *w, struct scope *s)
{
    (void)w, (void)s;
    return false;
}

#endif

bool spawn_oldest(struct worker *w)
{
    struct coro_closure c;
    if (deque_count(&w->closures) <= 0 || !deque_steal(&w->closures, &c))
        return false;
    worker_ready(closure_coro(w, &c));
    return true;
}

/* Tell one idle worker that there is something to take. The load is unordered on purpose: a fence would be paid at
 * every push, and what is missed here costs no work, only help, until the next push or turn. */
void spawn_offer(struct worker *w)
{
    struct worker_group *group = w->config.group;
    uint64_t idle = group ? atomic_load_explicit(&group->idle, memory_order_relaxed) : 0;
    if (!idle)
        return;
    unsigned i = (unsigned)__builtin_ctzll(idle);
    if (atomic_fetch_and_explicit(&group->idle, ~(UINT64_C(1) << i), memory_order_seq_cst) >> i & 1)
        worker_notify(group->worker[i], w);
}

int spawn_make_room(struct worker *w)
{
    int err = deque_exists(&w->closures) ? 0 : deque_init(&w->closures, false, 0);
    return err ? err : leaves_enough(w) ? 0 : -ENOMEM;
}

/*
 * Taking a closure costs both workers a few cache misses, and its end one more, for the scope's count: together more
 * than a closure that does next to nothing. So each steal is judged by how soon this worker has nothing to do again,
 * and after one that did not pay the others are left alone for a while, twice as long each time.
 */
enum { STEAL_PAYS_NS = 1000, STEAL_PAUSE_MIN_NS = 20000, STEAL_PAUSE_MAX_NS = 2000000 };

uint64_t spawn_steal_after_ns(struct worker *w)
{
    struct steal *steal = &w->steal;
    if (steal->since_ns) {
        uint64_t now = clock_monotonic_ns();
        if (now - steal->since_ns >= STEAL_PAYS_NS) {
            steal->pause_ns = STEAL_PAUSE_MIN_NS / 2;
        } else {
            steal->pause_ns = steal->pause_ns < STEAL_PAUSE_MAX_NS / 2 ? steal->pause_ns * 2 : STEAL_PAUSE_MAX_NS;
            steal->until_ns = now + steal->pause_ns;
        }
        steal->since_ns = 0;
    }
    if (steal->until_ns && clock_monotonic_ns() >= steal->until_ns)
        steal->until_ns = 0;
    return steal->until_ns;
}

/* Nobody is runnable here: look at the others. */
bool spawn_steal(struct worker *w)
{
    struct worker_group *group = w->config.group;
    struct coro_closure c;
    if (!w->usual.free && slab_add(w, &w->usual, w->usual.total_count))
        return false;
    for (unsigned i = 1; i < group->count; i++) {
        struct worker *victim = group->worker[(w->config.index + i) % group->count];
        if (!deque_steal(&victim->closures, &c))
            continue;
        struct coro *co = closure_coro(w, &c);
        if (c.scope->parent->worker != w)
            co->flags |= CORO_FOREIGN;
        worker_ready(co);
        w->steal.since_ns = clock_monotonic_ns();
        if (deque_count(&victim->closures) > 1)
            spawn_offer(w); /* more where that came from: one wakes the next */
        return true;
    }
    return false;
}
