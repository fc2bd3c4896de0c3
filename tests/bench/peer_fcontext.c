/* SPDX-License-Identifier: Apache-2.0 */
/* boost.context: two fcontexts take turns. */
#include "peers.h"

#include <errno.h>

#ifdef BENCH_HAVE_FCONTEXT

#include "strategies/coroutine/stack.h"

#include "measure/clock.h"

/* boost/context/detail/fcontext.hpp is C++, the functions are plain C. */
struct transfer {
    void *fctx;
    void *data;
};
struct transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *top, size_t bytes, void (*fn)(struct transfer));

struct port {
    void *other;
};

/* Whoever arrives says from where: that is the other's place now. */
static inline __attribute__((always_inline)) void port_switch(struct port *port)
{
    port->other = jump_fcontext(port->other, NULL).fctx;
}

#include "body.h"

struct pair {
    const struct body *body;
    uint64_t switches;
    void *second;
    uint64_t start_ns, end_ns;
};

static void flow_first(struct transfer from)
{
    struct pair *pair = from.data;
    struct port port = {.other = pair->second};
    port.other = jump_fcontext(port.other, pair).fctx;      /* the other enters its body and comes back */
    body_run_first(pair->body, &port, pair->switches / 16); /* warm */
    pair->start_ns = clock_monotonic_ns();
    body_run_first(pair->body, &port, pair->switches / 2);
    pair->end_ns = clock_monotonic_ns();
    jump_fcontext(from.fctx, NULL);
}

static void flow_second(struct transfer from)
{
    struct pair *pair = from.data;
    struct port port = {.other = from.fctx};
    body_run_second(pair->body, &port, UINT64_MAX);
}

int peer_fcontext_measure(const struct bench_call *call, double *total)
{
    struct stack_pool pool;
    struct pair pair = {.body = call->arg, .switches = call->n};
    stack_pool_init(&pool, 0, STACK_GUARD_MADVISE);
    int err = stack_pool_reserve(&pool, 2);
    if (!err) {
        struct stack *a = stack_pool_take(&pool), *b = stack_pool_take(&pool);
        pair.second = make_fcontext(b->top, (size_t)(b->top - b->low), flow_second);
        jump_fcontext(make_fcontext(a->top, (size_t)(a->top - a->low), flow_first), &pair);
        *total = (double)(pair.end_ns - pair.start_ns);
    }
    stack_pool_fini(&pool);
    return err;
}

#else

int peer_fcontext_measure(const struct bench_call *call, double *total)
{
    (void)call;
    (void)total;
    return -ENOPKG;
}

#endif
