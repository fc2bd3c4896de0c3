/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads: one pthread per task, at most K alive. Creating and joining them is part of the timed run, because it is
 * the nature of this strategy; what it must not pay for is anything beyond that.
 *
 * There are K slots, each with a lane. A thread that has ended its task puts its slot on a list and leaves; the caller,
 * who alone admits tasks in order of id, takes the slot that has been free for longest, joins the thread that had it
 * (by then mostly gone) and starts the next one there. So there are never more than K threads, stacks and lanes, a slot
 * is free the moment its task ends, and the join gives the lane's old writer a happens-before to its new one.
 *
 *     EMPTY <--take all-- [slot] <-- [slot] <-- ...     `finished`: a push-only stack of slot numbers, and at the same
 *       |                                               time the futex word that the caller sleeps on. Only the push
 *       +--nothing to take--> WAITING --push--> wake    that finds WAITING enters the kernel.
 *
 * A refused creation (RLIMIT_NPROC, pids.max, threads-max, no address space) ends the run with that errno after the
 * threads that are alive have ended and been joined. Tasks that need each other pass a gate that opens when the whole
 * group exists: without it a refusal in the middle of a group would leave the first half waiting for ever.
 */
#include "contract/strategy.h"

#include "strategies/futex.h"
#include "strategies/thread_attr.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_STACK_BYTES };
static const struct param_spec threads_options[] = {THREAD_STACK_OPTION, {.name = NULL}};

/* Values of `finished` and of slot links: a slot's number + 1, or one of these. */
#define LIST_EMPTY   UINT32_C(0)
#define LIST_WAITING UINT32_MAX

enum gate { GATE_SHUT, GATE_SHUT_WAITING, GATE_OPEN, GATE_CANCELLED };

struct slot {
    _Alignas(64) _Atomic uint32_t gate;
    uint32_t next; /* link of `finished`, then of `free`; whoever holds the slot writes it */
    struct strategy_state *state;
    struct task *task;
    pthread_t thread;
    unsigned carrier;       /* what the thread is placed as: by task, so that a group is spread */
    bool has_thread;        /* ... that has not been joined. The caller's */
    struct slot *next_mate; /* the caller's, until the gate opens */
};

struct strategy_state {
    const struct strategy_config *config;
    struct slot *slots; /* in_flight of them */
    pthread_attr_t attr;
    size_t stack_bytes;
    unsigned unused;                /* slots from this number on have not been used in this run */
    uint32_t free_first, free_last; /* finished slots the caller has taken, oldest first */
    _Atomic int place_error;        /* the first errno of a thread that could not be placed */
    _Alignas(64) _Atomic uint32_t finished;
};

/* --- what the threads do --- */

/* Wait until the whole group has a thread. False if it never will. */
static bool gate_pass(struct slot *slot)
{
    uint32_t seen = GATE_SHUT;

    if (atomic_compare_exchange_strong(&slot->gate, &seen, GATE_SHUT_WAITING))
        seen = GATE_SHUT_WAITING;
    while (seen == GATE_SHUT_WAITING) {
        futex_wait(&slot->gate, GATE_SHUT_WAITING);
        seen = atomic_load(&slot->gate);
    }
    return seen == GATE_OPEN;
}

static void slot_finish(struct slot *slot)
{
    struct strategy_state *state = slot->state;
    uint32_t number = (uint32_t)(slot - state->slots) + 1;
    uint32_t head = atomic_load_explicit(&state->finished, memory_order_relaxed);

    do
        slot->next = head == LIST_WAITING ? LIST_EMPTY : head;
    while (!atomic_compare_exchange_weak_explicit(&state->finished, &head, number, memory_order_release,
                                                  memory_order_relaxed));
    if (head == LIST_WAITING)
        futex_wake(&state->finished, 1);
}

static void *thread_main(void *arg)
{
    struct slot *slot = arg;
    struct strategy_state *state = slot->state;

    if (gate_pass(slot)) {
        /* Not placed, the task still runs, because its group may wait for it; run() says that it is no valid run. */
        int none = 0, rc = strategy_place(state->config, slot->carrier);
        if (rc < 0)
            atomic_compare_exchange_strong(&state->place_error, &none, rc);
        struct ctx ctx = {.ops = &ctx_blocking, .lane = &state->config->lanes[slot - state->slots]};
        task_loop(slot->task, &ctx);
    }
    slot_finish(slot);
    return NULL;
}

/* --- what the caller does --- */

/* Move what has finished to the end of the free list, in the order it finished. Sleeps until there is something. */
static void finished_collect(struct strategy_state *state)
{
    uint32_t head = LIST_EMPTY;

    if (atomic_compare_exchange_strong(&state->finished, &head, LIST_WAITING))
        while (atomic_load_explicit(&state->finished, memory_order_relaxed) == LIST_WAITING)
            futex_wait(&state->finished, LIST_WAITING);
    head = atomic_exchange_explicit(&state->finished, LIST_EMPTY, memory_order_acquire);

    uint32_t newest = head, oldest_first = LIST_EMPTY;
    while (head != LIST_EMPTY) {
        uint32_t next = state->slots[head - 1].next;
        state->slots[head - 1].next = oldest_first;
        oldest_first = head;
        head = next;
    }
    if (state->free_first == LIST_EMPTY)
        state->free_first = oldest_first;
    else
        state->slots[state->free_last - 1].next = oldest_first;
    state->free_last = newest;
}

/* A slot without a thread. Sleeps while all K are taken. */
static struct slot *slot_take(struct strategy_state *state)
{
    if (state->unused < state->config->in_flight)
        return &state->slots[state->unused++];
    if (state->free_first == LIST_EMPTY)
        finished_collect(state);
    struct slot *slot = &state->slots[state->free_first - 1];
    state->free_first = slot->next;
    pthread_join(slot->thread, NULL);
    slot->has_thread = false;
    return slot;
}

static void gate_set(struct slot *first, enum gate value)
{
    for (struct slot *next, *slot = first; slot; slot = next) {
        next = slot->next_mate; /* read first: behind an open gate the thread may end and the slot be taken again */
        if (atomic_exchange(&slot->gate, value) == GATE_SHUT_WAITING)
            futex_wake(&slot->gate, 1);
    }
}

/* Join whoever is left and make all slots new again. */
static void slots_drain(struct strategy_state *state)
{
    for (unsigned i = 0; i < state->unused; i++) {
        if (state->slots[i].has_thread)
            pthread_join(state->slots[i].thread, NULL);
        state->slots[i].has_thread = false;
    }
    state->unused = 0;
    state->free_first = state->free_last = LIST_EMPTY;
    atomic_store_explicit(&state->finished, LIST_EMPTY, memory_order_relaxed);
}

static int threads_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    const unsigned group = state->config->group > 1 ? state->config->group : 1;
    struct slot *mates = NULL, **mates_end = &mates;
    int rc = 0;

    atomic_store_explicit(&state->place_error, 0, memory_order_relaxed);
    for (unsigned i = 0; i < n; i++) {
        struct slot *slot = slot_take(state);
        slot->task = &tasks[i];
        slot->carrier = i;
        slot->next_mate = NULL;
        atomic_store_explicit(&slot->gate, group == 1 ? GATE_OPEN : GATE_SHUT, memory_order_relaxed);
        rc = -pthread_create(&slot->thread, &state->attr, thread_main, slot);
        if (rc < 0)
            break;
        slot->has_thread = true;
        if (group == 1)
            continue;
        *mates_end = slot;
        mates_end = &slot->next_mate;
        if ((i + 1) % group == 0 || i + 1 == n) {
            gate_set(mates, GATE_OPEN);
            mates = NULL;
            mates_end = &mates;
        }
    }
    gate_set(mates, GATE_CANCELLED); /* nobody, unless a creation was refused within a group */
    slots_drain(state);
    return rc < 0 ? rc : atomic_load_explicit(&state->place_error, memory_order_relaxed);
}

static int threads_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned threads_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned threads_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void threads_close(struct strategy_state *state)
{
    pthread_attr_destroy(&state->attr);
    free(state->slots);
    free(state);
}

static int threads_open(struct strategy_state **out, const struct strategy_config *config)
{
    *out = NULL;
    if (config->in_flight < 1 || config->n_lanes < config->in_flight || config->group > config->in_flight)
        return -EINVAL;
    struct strategy_state *state = aligned_alloc(_Alignof(struct strategy_state), sizeof *state);
    struct slot *slots = aligned_alloc(_Alignof(struct slot), sizeof *slots * config->in_flight);
    size_t stack_bytes = (size_t)config->options->value[OPTION_STACK_BYTES];
    int rc = -ENOMEM;

    if (!state || !slots)
        goto fail;
    *state = (struct strategy_state){.config = config, .slots = slots};
    rc = thread_attr_init_small(&state->attr, &stack_bytes);
    if (rc < 0)
        goto fail;
    state->stack_bytes = stack_bytes;
    for (unsigned i = 0; i < config->in_flight; i++)
        slots[i] = (struct slot){.state = state};
    *out = state;
    return 0;
fail:
    free(slots);
    free(state);
    return rc;
}

static void threads_describe(const struct strategy_state *state, char *out, size_t len)
{
    snprintf(out, len, "pthread per task, stacks of %zu bytes", state->stack_bytes);
}

const struct strategy strategy_threads = {
    .name = "threads",
    .summary = "one thread per task, at most K alive",
    .canonical = true,
    .childless = "cannot carry children yet",
    .options = threads_options,
    .probe = threads_probe,
    .in_flight = threads_in_flight,
    .lanes = threads_in_flight,
    .cores = threads_cores,
    .open = threads_open,
    .run = threads_run,
    .close = threads_close,
    .describe = threads_describe,
};
