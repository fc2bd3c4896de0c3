/* SPDX-License-Identifier: Apache-2.0 */
/* threads: the slots, who takes and frees them, and the threads that run in them. */
#include "strategies/threads_private.h"

#include "strategies/futex.h"
#include "strategies/refusal.h"

/* With so many threads to join, the first of them has surely left: take its slot (and its stack, still warm) rather
 * than one that has not been used. */
enum { ENDED_ENOUGH = 4 };

void threads_lock(struct strategy_state *state)
{
    pthread_mutex_lock(&state->lock);
}

void threads_unlock(struct strategy_state *state)
{
    bool tell = state->wanted && state->free_count >= state->wanted;

    if (tell)
        state->wanted = 0;
    atomic_store_explicit(&state->spare, state->tasks_first ? 0 : state->free_count, memory_order_relaxed);
    pthread_mutex_unlock(&state->lock);
    if (tell)
        pthread_cond_signal(&state->enough);
}

void threads_slot_free(struct slot *slot, enum slot_state as)
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

void threads_slot_unfree(struct slot *slot)
{
    struct strategy_state *state = slot->owner;

    if (slot->state == SLOT_CLEAN)
        TAILQ_REMOVE(&state->clean, slot, free);
    else
        TAILQ_REMOVE(&state->ended, slot, free);
    state->free_count--;
    state->ended_count -= slot->state == SLOT_ENDED;
}

void threads_slots_wait(struct strategy_state *state, unsigned count)
{
    while (state->free_count < count) {
        state->wanted = count;
        pthread_cond_wait(&state->enough, &state->lock);
    }
}

struct slot *threads_slot_take(struct strategy_state *state, struct brood *brood)
{
    const bool reuse = state->ended_count >= ENDED_ENOUGH || TAILQ_EMPTY(&state->clean);
    struct slot *slot = TAILQ_FIRST(reuse ? &state->ended : &state->clean);
    const bool has_thread = slot->state == SLOT_ENDED, had_task = has_thread && !slot->brood;

    threads_slot_unfree(slot);
    if (has_thread && slot->brood)
        LIST_REMOVE(slot, sibling); /* its parent need not join it */
    slot->state = SLOT_STARTING;
    slot->brood = brood;
    if (brood)
        LIST_INSERT_HEAD(&brood->slots, slot, sibling);
    threads_unlock(state);
    if (has_thread)
        pthread_join(slot->thread, NULL);
    if (had_task)
        task_mark_gone(slot->task);
    return slot;
}

/* --- what a thread does --- */

/* Keep the first error of a run. True for whoever brought it. */
static bool error_keep(struct strategy_state *state, int rc)
{
    int none = 0;
    return atomic_compare_exchange_strong(&state->error, &none, rc);
}

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

    threads_lock(state);
    if (brood && value >= 0)
        brood->sum += value;
    else if (brood && !brood->err)
        brood->err = (int)value;
    if (slot->state == SLOT_STARTING)
        slot->state = SLOT_HASTY;
    else if (slot->state == SLOT_BUSY)
        threads_slot_free(slot, SLOT_ENDED);
    threads_unlock(state);
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
    threads_lock(state);
    unsigned number =
        state->config->in_flight - (state->free_count - state->ended_count); /* not yet joined, and this */
    threads_unlock(state);
    if (error_keep(state, rc))
        refusal_explain(state->config, &state->limits, LIMITS_THREAD, number, state->stack_bytes, rc);
}

int threads_slot_start(struct slot *slot)
{
    struct strategy_state *state = slot->owner;
    int rc = -pthread_create(&slot->thread, &state->attr, thread_main, slot);

    if (rc < 0)
        refused(state, rc);
    threads_lock(state);
    if (rc < 0 && slot->brood)
        LIST_REMOVE(slot, sibling);
    if (rc < 0)
        threads_slot_free(slot, SLOT_CLEAN);
    else if (slot->state == SLOT_HASTY)
        threads_slot_free(slot, SLOT_ENDED);
    else
        slot->state = SLOT_BUSY;
    threads_unlock(state);
    return rc;
}
