/* SPDX-License-Identifier: Apache-2.0 */
/* ucontext: two contexts take turns. Each swapcontext() also sets the signal mask, a system call. */
#include "peers.h"

#include "strategies/coroutine/stack.h"

#include "measure/clock.h"

#include <errno.h>
#include <ucontext.h>

struct port {
    ucontext_t *own, *other;
};

static inline __attribute__((always_inline)) void port_switch(struct port *port)
{
    swapcontext(port->own, port->other);
}

#include "body.h"

/* makecontext() hands over ints only, and one measurement runs at a time. */
static struct pair {
    const struct body *body;
    uint64_t switches;
    ucontext_t start, first, second;
    uint64_t start_ns, end_ns;
} pair;

static void flow_first(void)
{
    struct port port = {.own = &pair.first, .other = &pair.second};
    body_run_first(pair.body, &port, pair.switches / 16); /* warm */
    pair.start_ns = clock_monotonic_ns();
    body_run_first(pair.body, &port, pair.switches / 2);
    pair.end_ns = clock_monotonic_ns();
    setcontext(&pair.start);
}

static void flow_second(void)
{
    struct port port = {.own = &pair.second, .other = &pair.first};
    body_run_second(pair.body, &port, UINT64_MAX);
}

static void context_make(ucontext_t *context, struct stack *stack, void (*fn)(void))
{
    getcontext(context);
    context->uc_stack.ss_sp = stack->low;
    context->uc_stack.ss_size = (size_t)(stack->top - stack->low);
    context->uc_link = NULL;
    makecontext(context, fn, 0);
}

int peer_ucontext_measure(const struct bench_call *call, double *total)
{
    struct stack_pool pool;
    pair = (struct pair){.body = call->arg, .switches = call->n};
    stack_pool_init(&pool, 0, STACK_GUARD_MADVISE);
    int err = stack_pool_reserve(&pool, 2);
    if (!err) {
        context_make(&pair.first, stack_pool_take(&pool), flow_first);
        context_make(&pair.second, stack_pool_take(&pool), flow_second);
        if (swapcontext(&pair.start, &pair.first))
            err = -errno;
        *total = (double)(pair.end_ns - pair.start_ns);
    }
    stack_pool_fini(&pool);
    return err;
}
