/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children (ctx.h) for coroutines: each is a coroutine of a scope, which lives in `struct children`.
 *
 * A closure has three words, fn, arg and scope: the scope lies at a known place in the set, so the set is found from
 * it. Values of children that end on the parent's worker are added plainly, those of others atomically to a sum of
 * their own; the scope's count, by which the parent learns that all have ended, orders both before the join.
 */
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/scope.h"

#include "contract/task.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

struct family {
    struct scope scope;
    _Atomic int64_t sum_elsewhere; /* of the children that were taken by other workers */
    _Atomic int error;             /* the first; not the scope's, for which -ECANCELED is no failure */
};

static_assert(sizeof(struct family) <= CHILDREN_OWN_BYTES, "a family lives in struct children");
static_assert(sizeof(void *) >= sizeof(uint64_t), "a child's word travels as a pointer");

static struct family *family_of(struct children *of)
{
    return (struct family *)(void *)of->own;
}

static struct children *children_of(struct scope *s)
{
    return (struct children *)(void *)((char *)s - offsetof(struct family, scope) - offsetof(struct children, own));
}

static int child_run(struct coro *self, void *arg)
{
    struct children *of = children_of(self->scope);
    struct family *family = family_of(of);
    int none = 0;
    int64_t value = of->fn(&self->ctx, of->shared, (uint64_t)(uintptr_t)arg);
    if (__builtin_expect(value < 0, 0))
        atomic_compare_exchange_strong_explicit(&family->error, &none, (int)value, memory_order_relaxed,
                                                memory_order_relaxed);
    else if (self->flags & CORO_FOREIGN)
        atomic_fetch_add_explicit(&family->sum_elsewhere, value, memory_order_relaxed);
    else
        of->sum += value;
    return 0;
}

/* of->left counts the children; with the first there is a scope. */
int children_spawn(struct ctx *ctx, struct children *of, uint64_t arg)
{
    struct family *family = family_of(of);
    if (!of->left) {
        scope_init(&family->scope, coro_of_ctx(ctx), 0);
        atomic_init(&family->sum_elsewhere, 0);
        atomic_init(&family->error, 0);
    }
    int err = scope_spawn(&family->scope, child_run, (void *)(uintptr_t)arg);
    of->left += !err;
    return err;
}

int children_join(struct ctx *ctx, struct children *of)
{
    struct family *family = family_of(of);
    if (!of->left)
        return of->err;
    if (ctx->lane)
        ctx->lane->children_carried_count += of->left;
    of->left = 0;
    int err = scope_join(&family->scope);
    int first = atomic_load_explicit(&family->error, memory_order_relaxed);
    of->sum += atomic_load_explicit(&family->sum_elsewhere, memory_order_relaxed);
    of->err = first ? first : err;
    return of->err;
}
