/* SPDX-License-Identifier: Apache-2.0 */
/* One switch from coroutine to coroutine, without a scheduler, inlined (switch.h). */
#include "bench.h"
#include "peers.h"

#include "strategies/coroutine/stack.h"
#include "strategies/coroutine/switch.h"

#include "measure/clock.h"

struct port {
    struct coro_context *own, *other;
};

static inline __attribute__((always_inline)) void port_switch(struct port *port)
{
    coro_switch(port->own, port->other, 0);
}

#include "body.h"

struct flow {
    struct coro_context context;
    struct port port;
    struct coro_origin origin;
    struct pair *pair;
};

struct pair {
    const struct body *body;
    uint64_t switches;
    struct coro_context start;
    struct flow first, second;
    uint64_t start_ns, end_ns;
};

static struct pair *pair_of(struct coro_origin *origin)
{
    return ((struct flow *)((char *)origin - offsetof(struct flow, origin)))->pair;
}

CORO_UNINSTRUMENTED static void flow_first(struct coro_origin *origin, uintptr_t value)
{
    struct pair *pair = pair_of(origin);
    (void)value;
    body_run_first(pair->body, &pair->first.port, pair->switches / 16); /* warm */
    pair->start_ns = clock_monotonic_ns();
    body_run_first(pair->body, &pair->first.port, pair->switches / 2);
    pair->end_ns = clock_monotonic_ns();
    coro_switch_final(&pair->first.context, &pair->start, 0);
}

CORO_UNINSTRUMENTED static void flow_second(struct coro_origin *origin, uintptr_t value)
{
    struct pair *pair = pair_of(origin);
    (void)value;
    body_run_second(pair->body, &pair->second.port, UINT64_MAX);
    coro_switch_final(&pair->second.context, &pair->start, 0);
}

static void flow_prepare(struct flow *flow, struct flow *other, struct pair *pair, struct stack *stack,
                         void (*start)(struct coro_origin *, uintptr_t))
{
    flow->pair = pair;
    flow->origin.start = start;
    flow->port = (struct port){.own = &flow->context, .other = &other->context};
    coro_context_prepare(&flow->context, stack->low, stack->top, &flow->origin);
}

static int switch_measure(const struct bench_call *call, double *total)
{
    struct stack_pool pool;
    struct pair pair = {.body = call->arg, .switches = call->n};
    stack_pool_init(&pool, 0, STACK_GUARD_MADVISE);
    int err = stack_pool_reserve(&pool, 2);
    if (!err) {
        flow_prepare(&pair.first, &pair.second, &pair, stack_pool_take(&pool), flow_first);
        flow_prepare(&pair.second, &pair.first, &pair, stack_pool_take(&pool), flow_second);
        coro_context_native(&pair.start);
        coro_switch(&pair.start, &pair.first.context, 0);
        *total = (double)(pair.end_ns - pair.start_ns);
        coro_context_fini(&pair.first.context);
        coro_context_fini(&pair.second.context);
    }
    stack_pool_fini(&pool);
    return err;
}

static const struct body empty = {BODY_EMPTY, true}, empty_same = {BODY_EMPTY, false};
static const struct body registers = {BODY_REGISTERS, true}, registers_same = {BODY_REGISTERS, false};
static const struct body memory = {BODY_MEMORY, false};

#define TWO_FLOWS   .per = "switch", .k = "2", .cpus = BENCH_ONE_CPU
#define DIFFERENT   .order = "ping-pong between two functions"
#define SAME        .order = "ping-pong, both flows in the same function"
#define EMPTY       .live = "a loop counter; fcontext also saves MXCSR and the x87 control word"
#define REGISTERS   .live = "6 integers in registers, the switch 4 calls further down"
#define OURS(body_) .ours = {.measure = switch_measure, .arg = &(body_), .quantum = 2}
#define FCONTEXT(body_)                                                                                                \
    .peer_name = "boost fcontext", .peer = {.measure = peer_fcontext_measure, .arg = &(body_), .quantum = 2}
#define UCONTEXT(body_)                                                                                                \
    .peer_name = "ucontext", .peer = {.measure = peer_ucontext_measure, .arg = &(body_), .quantum = 2}
#define TARGET .target_of = BENCH_RATIO, .target_limit = 0.25

static const struct bench_row rows[] = {
    {.name = "switch_empty", TWO_FLOWS, DIFFERENT, EMPTY, OURS(empty), FCONTEXT(empty), TARGET},
    {.name = "switch_empty_same", TWO_FLOWS, SAME, EMPTY, OURS(empty_same), FCONTEXT(empty_same), TARGET},
    {.name = "switch_empty_ucontext",
     TWO_FLOWS,
     SAME,
     .live = "a loop counter; ucontext also sets the signal mask",
     OURS(empty_same),
     UCONTEXT(empty_same)},
    {.name = "switch_registers", TWO_FLOWS, DIFFERENT, REGISTERS, OURS(registers), FCONTEXT(registers)},
    {.name = "switch_registers_same", TWO_FLOWS, SAME, REGISTERS, OURS(registers_same), FCONTEXT(registers_same)},
    {.name = "switch_4k",
     TWO_FLOWS,
     SAME,
     .live = "4 KiB each on its own stack, all lines written between switches",
     OURS(memory),
     FCONTEXT(memory)},
};

const struct bench_table rows_switch = {rows, sizeof rows / sizeof rows[0]};
