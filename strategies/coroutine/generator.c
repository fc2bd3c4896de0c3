/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing generators. See generator.h, where the two switches are. */
#include "strategies/coroutine/generator.h"

#include <stddef.h>
#include <string.h>

/* First function on the generator's stack, and the last. */
CORO_UNINSTRUMENTED static void generator_main(struct coro_origin *origin, uintptr_t value)
{
    struct generator *g = (struct generator *)((char *)origin - offsetof(struct generator, origin));
    (void)value;
    g->fn(g, g->arg);
    g->state = GENERATOR_CLOSED;
    coro_switch_final(&g->own, &g->caller, 0);
}

int generator_open(struct generator *g, struct stack_pool *pool, generator_fn *fn, void *arg)
{
    struct stack *stack = stack_pool_take(pool);
    if (!stack)
        return -ENOMEM;
    memset(g, 0, sizeof *g);
    g->pool = pool;
    g->stack = stack;
    stack->owner_id = STACK_OWNER_GENERATOR;
    g->fn = fn;
    g->arg = arg;
    g->origin.start = generator_main;
    coro_context_prepare(&g->own, stack->low, stack->top, &g->origin);
    return 0;
}

void generator_note_caller(struct generator *g)
{
    coro_context_here(&g->caller);
}

int generator_close(struct generator *g)
{
    uintptr_t value;
    if (g->state == GENERATOR_RUNNING)
        return -EBUSY;
    if (g->state == GENERATOR_SUSPENDED) {
        g->closing = true;
        generator_resume(g, 0, &value);
    }
    g->state = GENERATOR_CLOSED;
    if (g->stack) {
        coro_context_fini(&g->own);
        stack_pool_give(g->pool, g->stack);
        g->stack = NULL;
    }
    return g->ignored_close ? -EPROTO : 0;
}
