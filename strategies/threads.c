/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads: one pthread per task, at most K alive. Creating and joining them is part of the timed run, because it is
 * the nature of this strategy; what it must not pay for is anything beyond that.
 *
 * There are K slots, each with a lane. A thread that has ended its work puts its slot into a queue and leaves; whoever
 * takes the slot joins the thread that had it (the one that ended first, by then mostly gone) and starts the next one
 * there. So there are never more than K threads, stacks and lanes, a slot is free the moment its work ends, and the
 * join gives the lane's old writer a happens-before to its new one.
 *
 *     CLEAN ---take---> STARTING ---> BUSY ---work ends---> ENDED (to be joined) ---take: join---> STARTING ...
 *       ^                             |                      |
 *       |                             v                      |
 *       +----------joined--------- CLAIMED <-----------------+     by a parent that waits for this child
 *
 * A child gets a thread if there is a slot that no task needs: tasks come first, so none before the last task of the
 * run has its own. Otherwise the child is a call; a look at `spare` decides that, and is all that a tree pays while its
 * K threads are busy. A parent joins the threads of its children, but for those whose slot somebody took meanwhile:
 * they have been joined already. (Were the slot of a child that has ended kept for its parent's join, a CPU would be
 * idle for as long as the parent is busy.)
 *
 * All of this is under one lock, held for some 20 ns three times in the 20 us that a thread takes to come and go.
 *
 * A refused creation (RLIMIT_NPROC, pids.max, threads-max, no address space) ends the run with that errno after the
 * threads that are alive have ended and been joined. Tasks that need each other pass a gate that opens when the whole
 * group exists: without it a refusal in the middle of a group would leave the first half waiting for ever.
 */
#include "strategies/threads_private.h"

#include "strategies/futex.h"
#include "strategies/thread_attr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_STACK_BYTES };
static const struct param_spec threads_options[] = {THREAD_STACK_OPTION, {.name = NULL}};

static void gate_set(struct slot *first, enum gate value)
{
    for (struct slot *next, *slot = first; slot; slot = next) {
        next = slot->next_mate; /* read first: behind an open gate the thread may end and the slot be taken again */
        if (atomic_exchange(&slot->gate, value) == GATE_SHUT_WAITING)
            futex_wake(&slot->gate, 1);
    }
}

/* Wait until all work has ended, and join whoever is left. */
static void slots_drain(struct strategy_state *state)
{
    threads_lock(state);
    threads_slots_wait(state, state->config->in_flight);
    for (struct slot *slot; (slot = TAILQ_FIRST(&state->ended));) {
        threads_slot_unfree(slot); /* nobody else takes slots any more */
        pthread_join(slot->thread, NULL);
        if (!slot->brood)
            task_mark_gone(slot->task);
        threads_slot_free(slot, SLOT_CLEAN);
    }
    threads_unlock(state);
}

static int task_start(struct strategy_state *state, struct task *tasks, unsigned i, bool grouped, struct slot **out)
{
    threads_lock(state);
    threads_slots_wait(state, 1);
    struct slot *slot = threads_slot_take(state, NULL);
    slot->task = &tasks[i];
    slot->carrier = i;
    slot->next_mate = NULL;
    atomic_store_explicit(&slot->gate, grouped ? GATE_SHUT : GATE_OPEN, memory_order_relaxed);
    *out = slot;
    task_mark_asked(&tasks[i]);
    int rc = threads_slot_start(slot);
    task_mark_made(&tasks[i], 1);
    return rc;
}

static void tasks_first(struct strategy_state *state, bool yes)
{
    threads_lock(state);
    state->tasks_first = yes;
    threads_unlock(state);
}

static int threads_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    const unsigned group = state->config->group > 1 ? state->config->group : 1;
    struct slot *mates = NULL, **mates_end = &mates;
    int rc = 0;

    atomic_store_explicit(&state->error, 0, memory_order_relaxed);
    tasks_first(state, true);
    for (unsigned i = 0; i < n && rc == 0; i++) {
        struct slot *slot;
        rc = task_start(state, tasks, i, group > 1, &slot);
        if (rc < 0 || group == 1)
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
    if (rc == 0)
        tasks_first(state, false);
    slots_drain(state);
    return atomic_load_explicit(&state->error, memory_order_relaxed);
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
    pthread_mutex_destroy(&state->lock);
    pthread_cond_destroy(&state->enough);
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
    state->ops = ctx_ops_by(&ctx_blocking, config->handoff);
    if (config->in_flight > 1) { /* with one, there is never a thread for a child */
        state->ops.spawn = threads_spawn;
        state->ops.join = threads_join;
    }
    limits_begin(&state->limits, "");
    pthread_mutex_init(&state->lock, NULL);
    pthread_cond_init(&state->enough, NULL);
    TAILQ_INIT(&state->clean);
    TAILQ_INIT(&state->ended);
    for (unsigned i = config->in_flight; i-- > 0;) {
        slots[i] = (struct slot){.owner = state};
        threads_slot_free(&slots[i], SLOT_CLEAN); /* slot 0 comes to lie on top */
    }
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
    .handoffs = 1u << HANDOFF_CONDVAR,
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
