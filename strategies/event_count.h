/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where workers sleep when there is no work: an event count with a wake chain.
 *
 * A plain event count wakes somebody for every submission; a submitter that is faster than the workers then wakes all
 * of them for a queue that one of them empties. Here at most one woken worker is on its way at any time. It is a
 * *searcher* until it either finds work, and then wakes the next one if there is more (event_count_search_end), or
 * finds none and goes back to sleep. Submissions meanwhile wake nobody: the searcher is going to see them.
 *
 * All of it is one word, so that "somebody sleeps, nobody searches: you are woken, and search" is one compare-and-swap:
 *
 *     63........32 31........16 15.........0
 *     tag          searchers    top sleeper's number + 1 (0: nobody sleeps)
 *
 * Sleepers form a stack: the one that slept last is woken first, its cache and stack are still warm. Each has a futex
 * word of its own, so a wake is given to one certain worker and never to a passer-by. The tag changes with every change
 * of the stack (a compare-and-swap that was overtaken must fail).
 *
 * Why no wake-up is lost. Worker: publish itself on the stack (and leave the searchers), then look for work once more.
 * Submitter: publish the work, then look at this word. All four are sequentially consistent, so one of them sees the
 * other: either the worker finds the work, or the submitter finds the sleeper with no searcher before it.
 *
 * A worker that finds work while it is on the stack, or one that somebody else wants awake for a reason of its own
 * (event_count_withdraw), cannot be taken out of the middle. It stays where it is, with a note that it does not count:
 *
 *     OFF ---enter---> LISTED ---wait---> ASLEEP
 *     LISTED, ASLEEP ---wake_one---> WAKE                  taken off the stack; wait says true, and it is OFF
 *     LISTED, ASLEEP ---withdraw---> AWAKE                 stays on the stack; wait says false
 *     AWAKE ---enter---> LISTED                            sleeps again where it is
 *     AWAKE ---wake_one---> OFF                            taken off and passed over
 *
 * Whoever takes an AWAKE one off the stack goes on to the next. A worker that wants to sleep again before that happens
 * becomes LISTED where it is. So each worker is on the stack once at most, and passing over is paid for once per enter.
 */
#ifndef QUINTET_STRATEGIES_EVENT_COUNT_H
#define QUINTET_STRATEGIES_EVENT_COUNT_H

#include "strategies/futex.h"
#include "strategies/steps.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { EVENT_COUNT_SLEEPERS_MAX = UINT16_MAX - 1 };

/* One per worker, zeroed. `note` is what it sleeps on, `below` the number + 1 of the next one in the stack. */
struct event_sleeper {
    _Alignas(64) _Atomic uint32_t note;
    _Atomic uint32_t below;
};

/* Zeroed. `sleepers` is the caller's array, EVENT_COUNT_SLEEPERS_MAX at most, fixed while anybody uses this. */
struct event_count {
    _Alignas(128) _Atomic uint64_t word;
    _Alignas(128) struct event_sleeper *sleepers;
};

enum event_note { NOTE_OFF, NOTE_LISTED, NOTE_ASLEEP, NOTE_AWAKE, NOTE_WAKE, NOTE_WAKE_ALL };

/* The parts of the word: the number + 1 of the topmost sleeper (0: none); how many search; and a word of both, with the
 * count of changes above them, by which a word that comes back is another one. */
static inline uint32_t event_count_top(uint64_t word)
{
    return (uint32_t)(word & UINT16_MAX);
}

static inline uint32_t event_count_searchers(uint64_t word)
{
    return (uint32_t)(word >> 16) & UINT16_MAX;
}

static inline uint64_t event_count_pack(uint64_t old, uint32_t searchers, uint32_t top)
{
    return (((old >> 32) + 1) << 32) | ((uint64_t)searchers << 16) | top;
}

/* To one that has just been taken off the stack. False: it was awake, and only stayed there. */
static inline bool event_count_deliver(struct event_sleeper *to, enum event_note note)
{
    strategy_step();
    uint32_t seen = atomic_load(&to->note);
    while (!atomic_compare_exchange_weak(&to->note, &seen, seen == NOTE_AWAKE ? NOTE_OFF : (uint32_t)note))
        ;
    strategy_step();
    if (seen == NOTE_ASLEEP)
        futex_wake(&to->note, 1);
    return seen != NOTE_AWAKE;
}

/* Wake one sleeper, who becomes a searcher, unless there is a searcher already. Call it after publishing work. Is there
 * a searcher now? */
static inline bool event_count_wake_one(struct event_count *ec)
{
    uint64_t word = atomic_load(&ec->word);
    bool mine = false; /* one of the searchers is nobody yet, but whom I shall wake */

    for (;;) {
        uint32_t searchers = event_count_searchers(word), at = event_count_top(word);
        if (!mine && (searchers || !at))
            return searchers;
        struct event_sleeper *top = at ? &ec->sleepers[at - 1] : NULL;
        /* `below` may be out of date if top was popped and pushed again meanwhile; then so is the tag, and this fails.
         */
        uint64_t next =
            at ? event_count_pack(word, searchers + !mine, atomic_load_explicit(&top->below, memory_order_relaxed))
               : event_count_pack(word, searchers - 1, 0);
        if (!atomic_compare_exchange_weak(&ec->word, &word, next))
            continue;
        if (!at || event_count_deliver(top, NOTE_WAKE))
            return at;
        mine = true;
        word = next;
    }
}

/* Wake all sleepers, who do not become searchers: for shutdown, after publishing that it is time to leave. */
static inline void event_count_wake_all(struct event_count *ec)
{
    uint64_t word = atomic_load(&ec->word);

    while (!atomic_compare_exchange_weak(&ec->word, &word, event_count_pack(word, event_count_searchers(word), 0)))
        ;
    for (uint32_t next, at = event_count_top(word); at; at = next) {
        next = atomic_load_explicit(&ec->sleepers[at - 1].below, memory_order_relaxed);
        event_count_deliver(&ec->sleepers[at - 1], NOTE_WAKE_ALL);
    }
}

/* Become a searcher of one's own accord (to spin) unless there are `limit` of them. */
static inline bool event_count_search_begin(struct event_count *ec, uint32_t limit)
{
    uint64_t word = atomic_load(&ec->word);

    do
        if (event_count_searchers(word) >= limit)
            return false;
    while (!atomic_compare_exchange_weak(
        &ec->word, &word, event_count_pack(word, event_count_searchers(word) + 1, event_count_top(word))));
    return true;
}

/* A searcher has found work. It must look for more work afterwards and call event_count_wake_one if there is. */
static inline void event_count_search_end(struct event_count *ec)
{
    atomic_fetch_sub(&ec->word, UINT64_C(1) << 16);
}

/* Go on the stack, and leave the searchers if one was one. Look for work after it, then event_count_wait. */
static inline void event_count_enter(struct event_count *ec, uint32_t me, bool searching)
{
    struct event_sleeper *self = &ec->sleepers[me];
    uint64_t word = atomic_load(&ec->word);
    uint32_t seen = NOTE_AWAKE;

    if (atomic_compare_exchange_strong(&self->note, &seen, NOTE_LISTED)) {
        if (searching)
            event_count_search_end(ec);
        return;
    }
    atomic_store(&self->note, NOTE_LISTED);
    strategy_step();
    do
        atomic_store_explicit(&self->below, event_count_top(word), memory_order_relaxed);
    while (!atomic_compare_exchange_weak(
        &ec->word, &word, event_count_pack(word, event_count_searchers(word) - (searching ? 1 : 0), me + 1)));
}

/* Let that worker be awake, if it is between enter and wait or asleep in wait. It does not become a searcher. For the
 * worker itself when it has found work after all, and for anybody who has news for that worker alone; publish them
 * first. */
static inline void event_count_withdraw(struct event_count *ec, uint32_t whom)
{
    _Atomic uint32_t *note = &ec->sleepers[whom].note;
    uint32_t seen = atomic_load(note);

    while (seen == NOTE_LISTED || seen == NOTE_ASLEEP)
        if (atomic_compare_exchange_weak(note, &seen, NOTE_AWAKE)) {
            if (seen == NOTE_ASLEEP)
                futex_wake(note, 1);
            return;
        }
}

/* Sleep until woken. Is the caller a searcher now? */
static inline bool event_count_wait(struct event_count *ec, uint32_t me)
{
    _Atomic uint32_t *note = &ec->sleepers[me].note;
    uint32_t seen = NOTE_LISTED;

    strategy_step();
    if (atomic_compare_exchange_strong(note, &seen, NOTE_ASLEEP))
        do
            futex_wait(note, NOTE_ASLEEP);
        while ((seen = atomic_load(note)) == NOTE_ASLEEP);
    if (seen != NOTE_AWAKE)
        atomic_store_explicit(note, NOTE_OFF, memory_order_relaxed); /* off the stack: nobody else writes it now */
    return seen == NOTE_WAKE;
}

#endif
