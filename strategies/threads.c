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
#include "contract/strategy.h"

#include "strategies/futex.h"
#include "strategies/refusal.h"
#include "strategies/thread_attr.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

enum { OPTION_STACK_BYTES };
static const struct param_spec threads_options[] = {THREAD_STACK_OPTION, {.name = NULL}};

/* With so many threads to join, the first of them has surely left: take its slot (and its stack, still warm) rather
 * than one that has not been used. */
enum { ENDED_ENOUGH = 4 };

enum gate { GATE_SHUT, GATE_SHUT_WAITING, GATE_OPEN, GATE_CANCELLED };

enum slot_state {
    SLOT_CLEAN,
    SLOT_STARTING, /* who starts the thread may not have its pthread_t yet */
    SLOT_HASTY,    /* ... and the thread has ended already */
    SLOT_BUSY,
    SLOT_CLAIMED,
    SLOT_ENDED,
};

/* Those of a set of children that have threads. In children->own, valid once children->left is 1; under the lock. */
struct brood {
    LIST_HEAD(, slot) slots; /* of children that nobody has joined or begun to join */
    int64_t sum;
    int err;
};
_Static_assert(sizeof(struct brood) <= CHILDREN_OWN_BYTES, "it must fit");

struct slot {
    _Alignas(64) _Atomic uint32_t gate;
    enum slot_state state; /* under the lock, as are the links */
    TAILQ_ENTRY(slot) free;
    LIST_ENTRY(slot) sibling;
    struct strategy_state *owner;
    pthread_t thread;
    unsigned carrier; /* what the thread is placed as: by task, so that a group is spread */
    struct task *task;
    struct slot *next_mate; /* the caller's, until the gate opens */
    struct brood *brood;    /* NULL: it runs a task; otherwise fn(shared, arg), a child of this brood */
    child_fn *fn;
    const void *shared;
    uint64_t arg;
};
TAILQ_HEAD(slots, slot);

struct strategy_state {
    const struct strategy_config *config;
    struct slot *slots; /* in_flight of them */
    pthread_attr_t attr;
    size_t stack_bytes;
    struct ctx_ops ops; /* ctx_blocking with children */
    struct limits limits;
    _Atomic int error;                   /* the first errno of a thread that could not be placed or made */
    _Alignas(64) _Atomic unsigned spare; /* slots that children may take, for a look without the lock */
    _Alignas(64) pthread_mutex_t lock;   /* of all that follows, and of each slot's state */
    pthread_cond_t enough;               /* free_count has reached `wanted` */
    struct slots clean, ended;           /* the free ones: without a thread, and with one to join */
    unsigned free_count, ended_count;
    unsigned wanted;  /* how many the caller waits for; 0: it does not */
    bool tasks_first; /* a task of this run has yet to start */
};

/* What a thread's ops are given. */
struct carrier {
    struct ctx ctx;
    struct strategy_state *state;
};

/* --- slots --- */

static void lock(struct strategy_state *state)
{
    pthread_mutex_lock(&state->lock);
}

static void unlock(struct strategy_state *state)
{
    bool tell = state->wanted && state->free_count >= state->wanted;

    if (tell)
        state->wanted = 0;
    atomic_store_explicit(&state->spare, state->tasks_first ? 0 : state->free_count, memory_order_relaxed);
    pthread_mutex_unlock(&state->lock);
    if (tell)
        pthread_cond_signal(&state->enough);
}

/* Locked: this slot can be taken. */
static void slot_free(struct slot *slot, enum slot_state as)
{
    struct strategy_state *state = slot->owner;

    slot->state = as;
    if (as == SLOT_CLEAN)
        TAILQ_INSERT_HEAD(&state->clean, slot, free);
    else
        TAILQ_INSERT_TAIL(&state->ended, slot, free);
    state->free_count++;
    state->ended_count += as == SLOT_ENDED;
}

/* Locked: this slot is free no more. */
static void slot_unfree(struct slot *slot)
{
    struct strategy_state *state = slot->owner;

    if (slot->state == SLOT_CLEAN)
        TAILQ_REMOVE(&state->clean, slot, free);
    else
        TAILQ_REMOVE(&state->ended, slot, free);
    state->free_count--;
    state->ended_count -= slot->state == SLOT_ENDED;
}

/* Locked: sleep until so many slots are free. Only the caller of run() waits. */
static void slots_wait(struct strategy_state *state, unsigned count)
{
    while (state->free_count < count) {
        state->wanted = count;
        pthread_cond_wait(&state->enough, &state->lock);
    }
}

/* Locked: take one for a child of `brood`, or for a task (NULL). Unlocks, and joins the thread that had it. */
static struct slot *slot_take(struct strategy_state *state, struct brood *brood)
{
    const bool reuse = state->ended_count >= ENDED_ENOUGH || TAILQ_EMPTY(&state->clean);
    struct slot *slot = TAILQ_FIRST(reuse ? &state->ended : &state->clean);
    const bool has_thread = slot->state == SLOT_ENDED, had_task = has_thread && !slot->brood;

    slot_unfree(slot);
    if (has_thread && slot->brood)
        LIST_REMOVE(slot, sibling); /* its parent need not join it */
    slot->state = SLOT_STARTING;
    slot->brood = brood;
    if (brood)
        LIST_INSERT_HEAD(&brood->slots, slot, sibling);
    unlock(state);
    if (has_thread)
        pthread_join(slot->thread, NULL);
    if (had_task)
        task_mark_gone(slot->task);
    return slot;
}

/* Keep the first error of a run. True for whoever brought it. */
static bool error_keep(struct strategy_state *state, int rc)
{
    int none = 0;
    return atomic_compare_exchange_strong(&state->error, &none, rc);
}

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

/* The last that a thread does; `value` is its child's. Its slot may be somebody else's when this returns. */
static void slot_end(struct slot *slot, int64_t value)
{
    struct strategy_state *state = slot->owner;
    struct brood *brood = slot->brood;

    lock(state);
    if (brood && value >= 0)
        brood->sum += value;
    else if (brood && !brood->err)
        brood->err = (int)value;
    if (slot->state == SLOT_STARTING)
        slot->state = SLOT_HASTY;
    else if (slot->state == SLOT_BUSY)
        slot_free(slot, SLOT_ENDED);
    unlock(state);
}

static void *thread_main(void *arg)
{
    struct slot *slot = arg;
    struct strategy_state *state = slot->owner;
    struct lane *lane = &state->config->lanes[slot - state->slots];
    struct carrier self = {.ctx = {.ops = &state->ops, .lane = lane}, .state = state};
    int64_t value = 0;

    if (gate_pass(slot)) {
        /* Not placed, the work is still done, because others may wait for it; run() says that it is no valid run. */
        int rc = strategy_place(state->config, slot->carrier);
        if (rc < 0)
            error_keep(state, rc);
        if (slot->brood) {
            lane->children_carried_count++;
            value = slot->fn(&self.ctx, slot->shared, slot->arg);
        } else {
            task_loop(slot->task, &self.ctx);
        }
    }
    slot_end(slot, value);
    return NULL;
}

/* A thread was refused: the first time, say by what. */
static void refused(struct strategy_state *state, int rc)
{
    lock(state);
    unsigned number =
        state->config->in_flight - (state->free_count - state->ended_count); /* not yet joined, and this */
    unlock(state);
    if (error_keep(state, rc))
        refusal_explain(state->config, &state->limits, LIMITS_THREAD, number, state->stack_bytes, rc);
}

/* Start a thread in a slot that slot_take() gave and that has been filled in. 0, or -errno: the slot is free again. */
static int slot_start(struct slot *slot)
{
    struct strategy_state *state = slot->owner;
    int rc = -pthread_create(&slot->thread, &state->attr, thread_main, slot);

    if (rc < 0)
        refused(state, rc);
    lock(state);
    if (rc < 0 && slot->brood)
        LIST_REMOVE(slot, sibling);
    if (rc < 0)
        slot_free(slot, SLOT_CLEAN);
    else if (slot->state == SLOT_HASTY)
        slot_free(slot, SLOT_ENDED);
    else
        slot->state = SLOT_BUSY;
    unlock(state);
    return rc;
}

/* --- children --- */

/* Start the child in a thread, if there is still a slot for it; otherwise -EBUSY. Not inlined: calls shall not pay. */
static __attribute__((noinline)) int child_start(struct strategy_state *state, struct children *of, uint64_t arg)
{
    struct brood *brood = (struct brood *)of->own;

    if (!of->left) {
        LIST_INIT(&brood->slots);
        brood->sum = 0;
        brood->err = 0;
        of->left = 1;
    }
    lock(state);
    if (state->tasks_first || state->free_count == 0) {
        unlock(state);
        return -EBUSY;
    }
    struct slot *slot = slot_take(state, brood);
    slot->carrier = (unsigned)(slot - state->slots);
    slot->fn = of->fn;
    slot->shared = of->shared;
    slot->arg = arg;
    atomic_store_explicit(&slot->gate, GATE_OPEN, memory_order_relaxed);
    return slot_start(slot);
}

static int threads_spawn(struct ctx *c, struct children *of, uint64_t arg)
{
    struct strategy_state *state = ((struct carrier *)c)->state;

    if (__builtin_expect(atomic_load_explicit(&state->spare, memory_order_relaxed) > 0, 0)) {
        int rc = child_start(state, of, arg);
        if (rc != -EBUSY)
            return rc;
    }
    children_call(c, of, arg);
    return 0;
}

static int threads_join(struct ctx *c, struct children *of)
{
    struct strategy_state *state = ((struct carrier *)c)->state;
    struct brood *brood = (struct brood *)of->own;

    if (!of->left)
        return of->err;
    lock(state);
    for (struct slot *slot; (slot = LIST_FIRST(&brood->slots));) {
        LIST_REMOVE(slot, sibling);
        if (slot->state == SLOT_ENDED)
            slot_unfree(slot);
        slot->state = SLOT_CLAIMED;
        unlock(state);
        pthread_join(slot->thread, NULL);
        lock(state);
        slot_free(slot, SLOT_CLEAN);
    }
    unlock(state);
    of->sum += brood->sum;
    of->err = of->err ? of->err : brood->err;
    return of->err;
}

/* --- what the caller does --- */

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
    lock(state);
    slots_wait(state, state->config->in_flight);
    for (struct slot *slot; (slot = TAILQ_FIRST(&state->ended));) {
        slot_unfree(slot); /* nobody else takes slots any more */
        pthread_join(slot->thread, NULL);
        if (!slot->brood)
            task_mark_gone(slot->task);
        slot_free(slot, SLOT_CLEAN);
    }
    unlock(state);
}

static int task_start(struct strategy_state *state, struct task *tasks, unsigned i, bool grouped, struct slot **out)
{
    lock(state);
    slots_wait(state, 1);
    struct slot *slot = slot_take(state, NULL);
    slot->task = &tasks[i];
    slot->carrier = i;
    slot->next_mate = NULL;
    atomic_store_explicit(&slot->gate, grouped ? GATE_SHUT : GATE_OPEN, memory_order_relaxed);
    *out = slot;
    task_mark_asked(&tasks[i]);
    int rc = slot_start(slot);
    task_mark_made(&tasks[i], 1);
    return rc;
}

static void tasks_first(struct strategy_state *state, bool yes)
{
    lock(state);
    state->tasks_first = yes;
    unlock(state);
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
        slot_free(&slots[i], SLOT_CLEAN); /* slot 0 comes to lie on top */
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
