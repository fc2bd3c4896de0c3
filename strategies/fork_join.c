/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who steals children from whom. Most spawns and joins never come here: they end in fork_join.h.
 *
 *     join of a stolen child:  its thief's children -> those of whom the thief waits for -> anybody's -> sleep
 *
 * A child of the thief's (leapfrogging, Wagner and Calder 1993) descends from the one that is waited for, so taking it
 * makes a stack no deeper than the program would be without thieves. The same holds for the thief that the thief itself
 * waits for, and so on, up to HOPS_MAX of them. Strangers are asked if nothing else is to be had, for otherwise a CPU
 * would idle beside work. What they have may be anything, and what they themselves took from strangers spoils the first
 * argument; so they are asked only while half of the stack is free, and nobody is while less than a quarter is.
 *
 * No circle of workers can wait for each other, whatever they take: what is on top of a stack began later than what it
 * covers, and a child is carried out by somebody only after it was split off; a circle would have to go back in time.
 */
#include "strategies/fork_pool.h"

#include "strategies/futex.h"

#include <sched.h>

enum { HOPS_MAX = 8 };

/* The first of this job, or somebody asked. */
void fork_attend(struct fork_worker *w, struct split_slot *head)
{
    if (!w->open) {
        w->open = true;
        atomic_fetch_or(&w->pool->open[w->index / 64], UINT64_C(1) << w->index % 64);
    }
    if (split_attend(&w->deque, head))
        fork_announce_child(w->pool);
}

void fork_publish(struct fork_worker *w, struct split_slot *head)
{
    if (split_publish(&w->deque, head))
        fork_announce_child(w->pool);
}

/* Nothing is in the deque. Its next spawn comes to fork_attend, and nobody looks here before that. */
void fork_shut(struct fork_worker *w)
{
    if (!w->open)
        return;
    w->open = false;
    split_say_all_stolen(&w->deque);
    atomic_fetch_and(&w->pool->open[w->index / 64], ~(UINT64_C(1) << w->index % 64));
}

/* Steal one from `victim` and carry it out. */
static bool steal_from(struct fork_worker *w, struct split_slot *head, uint32_t victim)
{
    struct fork_pool *pool = w->pool;
    struct split_slot *slot = split_steal(&pool->workers[victim].deque, w->index);

    if (!slot)
        return false;
    w->victim = victim + 1;
    fork_search_end(w);
    w->stolen_count++;
    uint32_t owner = split_done(slot, slot->fn(w, head, slot->shared, slot->arg));
    if (owner & SPLIT_OWNER_SLEEPS)
        event_count_withdraw(&pool->joining, victim);
    else if (owner & SPLIT_OWNER_WAITS)
        futex_wake(&slot->state, 1);
    return true;
}

/* From anybody: the last one that had something, then all that may have some, beginning somewhere. */
bool fork_steal_any(struct fork_worker *w, struct split_slot *head)
{
    struct fork_pool *pool = w->pool;
    unsigned words = pool->open_words, first = words > 1 ? fork_random(w) % words : 0;
    unsigned shift = fork_random(w) % 64;

    if (w->victim && steal_from(w, head, w->victim - 1))
        return true;
    for (unsigned i = 0; i < words; i++) {
        unsigned word = (first + i) % words;
        uint64_t bits = atomic_load_explicit(&pool->open[word], memory_order_relaxed);
        bits = shift ? bits >> shift | bits << (64 - shift) : bits;
        for (; bits; bits &= bits - 1) {
            unsigned victim = word * 64 + ((unsigned)__builtin_ctzll(bits) + shift) % 64;
            if (victim != w->index && steal_from(w, head, victim))
                return true;
        }
    }
    w->victim = 0;
    return false;
}

/* From the thief of the child that is waited for, or from the thief of what that one waits for, and so on. */
static bool leapfrog(struct fork_worker *w, struct split_slot *head, uint32_t thief)
{
    for (unsigned hop = 0; hop < HOPS_MAX; hop++) {
        if (steal_from(w, head, thief))
            return true;
        uint32_t next = atomic_load_explicit(&w->pool->workers[thief].waits_for, memory_order_relaxed);
        if (!next || next - 1 == w->index)
            return false;
        thief = next - 1;
    }
    return false;
}

/* Is the stack in use only above this address? */
static bool has_room(uintptr_t floor)
{
    return (uintptr_t)__builtin_frame_address(0) > floor;
}

/* Sleep until the child in `slot` is done, or there may be a child to take. */
static void join_sleep(struct fork_worker *w, struct split_slot *slot, uint32_t state)
{
    struct fork_pool *pool = w->pool;
    bool searching = w->searching != NULL;
    uint32_t asleep = state | SPLIT_OWNER_SLEEPS;

    if (!atomic_compare_exchange_strong(&slot->state, &state, asleep))
        return;
    strategy_step();
    w->searching = NULL;
    event_count_enter(&pool->joining, w->index, searching);
    strategy_step();
    if (atomic_load(&slot->state) == SPLIT_DONE)
        event_count_withdraw(&pool->joining, w->index);
    else
        fork_announce(pool);
    if (event_count_wait(&pool->joining, w->index))
        w->searching = &pool->joining;
    atomic_compare_exchange_strong(&slot->state, &asleep, state);
}

/* The same without being ready for children: there is no room for any. */
static void join_sleep_alone(struct split_slot *slot, uint32_t state)
{
    uint32_t asleep = state | SPLIT_OWNER_WAITS;

    if (!atomic_compare_exchange_strong(&slot->state, &state, asleep))
        return;
    while (atomic_load_explicit(&slot->state, memory_order_acquire) == asleep)
        futex_wait(&slot->state, asleep);
}

/* The newest child, the one in `slot`, is stolen. Do other things until it is done, above it. */
static void join_wait(struct fork_worker *w, struct split_slot *slot)
{
    uint64_t until_ns = 0;
    uint32_t state;

    while ((state = atomic_load_explicit(&slot->state, memory_order_acquire)) != SPLIT_DONE) {
        if (state == SPLIT_OPEN) { /* its thief is between two instructions, or has lost the CPU there */
            if (!fork_spin_on(w->pool, &until_ns))
                sched_yield();
            continue;
        }
        atomic_store_explicit(&w->waits_for, state - SPLIT_THIEF + 1, memory_order_relaxed);
        bool room = has_room(w->stack_floor), some = has_room(w->stack_floor - w->pool->config.stack_bytes / 4);
        if ((some && leapfrog(w, slot + 1, state - SPLIT_THIEF)) || (room && fork_steal_any(w, slot + 1)))
            until_ns = 0;
        else if (!fork_spin_on(w->pool, &until_ns)) {
            if (room)
                join_sleep(w, slot, state);
            else
                join_sleep_alone(slot, state);
        }
    }
    atomic_store_explicit(&w->waits_for, 0, memory_order_relaxed);
    fork_search_end(w);
    split_say_all_stolen(&w->deque); /* all that lies below was stolen before, and all above has been joined */
}

const struct split_slot *fork_join_slow(struct fork_worker *w, struct split_slot *slot)
{
    enum split_joined joined = split_join_slow(&w->deque, slot);

    if (joined == SPLIT_IS_MINE_AND_SHARED)
        fork_announce_child(w->pool);
    if (joined != SPLIT_IS_STOLEN)
        return NULL;
    join_wait(w, slot);
    return slot;
}
