/* SPDX-License-Identifier: Apache-2.0 */
/* threads: a child gets a thread if there is a slot that no task needs, and is a call otherwise. See threads.c. */
#include "strategies/threads_private.h"

#include <errno.h>

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
    threads_lock(state);
    if (state->tasks_first || state->free_count == 0) {
        threads_unlock(state);
        return -EBUSY;
    }
    struct slot *slot = threads_slot_take(state, brood);
    slot->carrier = (unsigned)(slot - state->slots);
    slot->fn = of->fn;
    slot->shared = of->shared;
    slot->arg = arg;
    atomic_store_explicit(&slot->gate, GATE_OPEN, memory_order_relaxed);
    return threads_slot_start(slot);
}

int threads_spawn(struct ctx *c, struct children *of, uint64_t arg)
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

int threads_join(struct ctx *c, struct children *of)
{
    struct strategy_state *state = ((struct carrier *)c)->state;
    struct brood *brood = (struct brood *)of->own;

    if (!of->left)
        return of->err;
    threads_lock(state);
    for (struct slot *slot; (slot = LIST_FIRST(&brood->slots));) {
        LIST_REMOVE(slot, sibling);
        if (slot->state == SLOT_ENDED)
            threads_slot_unfree(slot);
        slot->state = SLOT_CLAIMED;
        threads_unlock(state);
        pthread_join(slot->thread, NULL);
        threads_lock(state);
        threads_slot_free(slot, SLOT_CLEAN);
    }
    threads_unlock(state);
    of->sum += brood->sum;
    of->err = of->err ? of->err : brood->err;
    return of->err;
}
