/* SPDX-License-Identifier: Apache-2.0 */
/*
 * split_deque: where a worker keeps the children it has split off, so that the usual one, which nobody steals, costs
 * little more than a call.
 *
 *     base            tail             split              head                 end
 *      | stolen, oldest | may be stolen  | the owner's own  | free                |
 *      +----------------+----------------+------------------+---------------------+
 *                        \______________/ \________________/
 *                 thieves: compare-and-swap    owner: plain loads and stores
 *                 of (tail, split), one word
 *
 * The idea is Lace's (van Dijk and van de Pol, "Lace: non-blocking split deque for work-stealing", MuCoCoS 2014, and
 * before it Wool's, Faxen 2010): children above `split` are seen by their owner only, so spawning and joining one
 * takes no atomic instruction and no barrier. A thief that finds nothing below `split` does not touch what is above: it
 * sets `ask`, one word, which the owner looks at whenever it spawns or joins. The owner then moves `split` up over half
 * of what it has. If it comes down to `split` itself, it takes half of the public part back.
 *
 * Where this differs from Lace:
 *  - Taking back is one compare-and-swap of (tail, split) where Lace stores one half of the word, fences, and reads the
 *    other half again. It costs the same (either is one full barrier), nobody can get in between, no word is accessed
 *    in two sizes, and ThreadSanitizer, which does not know fences, can follow it.
 *  - `ask` also says "all that there was is stolen", so that a spawn looks at one word and not at two.
 *  - A child that does not fit is not written down at all. `head` counts on above `end`, and the join finds that the
 *    child is the owner's: what it runs it has to know anyway.
 *
 * `head` is not kept here but handed from function to function, as in Lace: it then lives in a register. In memory,
 * where each spawn and join has to load what the one before has just stored, fib(36) took 1.5 times as long. (Nor does
 * it share a structure with the worker: gcc 12 sends a pair of pointers through vector registers.)
 *
 * A child that is stolen stays in its slot: its thief is written there, then its value. Owners join in the order last
 * in, first out; so when the newest is stolen all are, and all that this owner spawns before it has that value lies
 * above. Positions are indices into a fixed array, they never wrap.
 *
 * Good at: trees of children of some nanoseconds. Bad at: one owner with many large children and many thieves that
 * each come when it neither spawns nor joins: what is private then waits (split_publish() is for owners that know).
 */
#ifndef QUINTET_STRATEGIES_SPLIT_DEQUE_H
#define QUINTET_STRATEGIES_SPLIT_DEQUE_H

#include "strategies/steps.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct fork_worker;
struct split_slot;

/* A child: `w` carries it out, and its own children go to head[0], head[1], ... */
typedef int64_t split_fn(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t arg);

/* Values of split_slot.state; above them: the thief's number + SPLIT_THIEF. */
enum { SPLIT_OPEN, SPLIT_DONE, SPLIT_THIEF };
/* Added to the thief's number by an owner that sleeps until the child is done: how it wants to be woken. */
#define SPLIT_OWNER_SLEEPS UINT32_C(0x80000000)
#define SPLIT_OWNER_WAITS  UINT32_C(0x40000000)

struct split_slot {
    _Alignas(64) split_fn *fn;
    const void *shared;
    uint64_t arg;
    int64_t value;          /* with SPLIT_DONE */
    _Atomic uint32_t state; /* of interest if it is stolen */
};

struct split_deque {
    /* The owner's own. */
    _Alignas(128) struct split_slot *split;
    struct split_slot *end, *base;
    bool all_stolen; /* nothing between tail and head; then `ask` is 1 */
    /* Everybody's: tail in the lower half, split in the upper. Where tail >= split there is nothing to steal. */
    _Alignas(128) _Atomic uint64_t word;
    /* Written by thieves, read by the owner all the time; on a line of its own, a theft does not take it away. */
    _Alignas(128) _Atomic uint32_t ask;
};

/* The word and its halves: indices into `base`. */
static inline uint64_t split_pack(uint64_t tail, uint64_t split)
{
    return split << 32 | tail;
}

static inline uint32_t split_tail_of(uint64_t word)
{
    return (uint32_t)word;
}

static inline uint32_t split_split_of(uint64_t word)
{
    return (uint32_t)(word >> 32);
}

/* An empty deque for `capacity` children, 1 .. 2^30. 0 or -ENOMEM. Pages that are never needed are never touched. */
static inline int split_init(struct split_deque *d, uint32_t capacity)
{
    d->base = aligned_alloc(_Alignof(struct split_slot), capacity * sizeof *d->base);
    if (!d->base)
        return -ENOMEM;
    d->split = d->base;
    d->end = d->base + capacity;
    d->all_stolen = true;
    atomic_init(&d->word, 0);
    atomic_init(&d->ask, 1);
    return 0;
}

/* Free it. Nobody may use it any more. */
static inline void split_fini(struct split_deque *d)
{
    free(d->base);
    d->base = NULL;
}

/* --- the owner --- */

/* Would a child at `head` only be counted? */
static inline bool split_full(const struct split_deque *d, const struct split_slot *head)
{
    return head >= d->end;
}

/* Write a child down at `head`; the head is one higher now. True: somebody asks, call split_attend(). */
static inline bool split_push(struct split_deque *d, struct split_slot *head, split_fn *fn, const void *shared,
                              uint64_t arg)
{
    if (__builtin_expect(!split_full(d, head), 1)) {
        head->fn = fn;
        head->shared = shared;
        head->arg = arg;
        atomic_store_explicit(&head->state, SPLIT_OPEN, memory_order_relaxed);
    }
    return __builtin_expect(atomic_load_explicit(&d->ask, memory_order_relaxed) != 0, 0);
}

/* Let thieves have everything below `to`, and let them know by the order of these two stores: see fork_pool.c. */
static inline void split_move_up(struct split_deque *d, struct split_slot *to)
{
    atomic_fetch_add(&d->word, split_pack(0, (uint64_t)(to - d->split)));
    d->split = to;
    strategy_step();
    atomic_store(&d->ask, 0);
}

/* The children that are written down end here. */
static inline struct split_slot *split_top(const struct split_deque *d, struct split_slot *head)
{
    return head < d->end ? head : d->end;
}

/* After a push that found somebody asking, with the new head: share. True: there is something to steal now that was
 * not before. */
static inline bool split_attend(struct split_deque *d, struct split_slot *head)
{
    struct split_slot *top = split_top(d, head);

    if (d->all_stolen) {
        if (head > d->end)
            return false;
        uint64_t last = (uint64_t)(top - d->base) - 1;
        /* No thief's compare-and-swap can succeed on a word with nothing to steal, so this one is the owner's. */
        atomic_store(&d->word, split_pack(last, last + 1));
        d->all_stolen = false;
        d->split = top;
        strategy_step();
        atomic_store(&d->ask, 0);
        return true;
    }
    if (top == d->split)
        return false;
    split_move_up(d, d->split + (top - d->split + 1) / 2);
    return true;
}

/* Share all there is: for an owner that will neither spawn nor join for long. True: there was something. */
static inline bool split_publish(struct split_deque *d, struct split_slot *head)
{
    struct split_slot *top = split_top(d, head);

    if (d->all_stolen || top == d->split)
        return false;
    split_move_up(d, top);
    return true;
}

/* Anything that only the owner sees? */
static inline bool split_has_private(const struct split_deque *d, const struct split_slot *head)
{
    return head > d->split && !d->all_stolen;
}

/* Note that nothing of the owner's is left between tail and head. False, for whoever returns that. */
static inline bool split_say_all_stolen(struct split_deque *d)
{
    d->all_stolen = true;
    atomic_store_explicit(&d->ask, 1, memory_order_relaxed);
    return false;
}

/* Take back the upper half of the public part, of which the child to be joined is the last. False: it is stolen. */
static inline bool split_take_back(struct split_deque *d)
{
    uint64_t word = atomic_load_explicit(&d->word, memory_order_relaxed);
    uint64_t tail, split;

    do {
        tail = split_tail_of(word);
        split = split_split_of(word);
        if (tail >= split)
            return split_say_all_stolen(d);
        strategy_step();
    } while (!atomic_compare_exchange_weak(&d->word, &word, split_pack(tail, (tail + split) / 2)));
    d->split = d->base + (tail + split) / 2;
    return true;
}

enum split_joined {
    SPLIT_IS_MINE,            /* nobody has it: run it now */
    SPLIT_IS_MINE_AND_SHARED, /* the same; and some others can be stolen now that could not before */
    SPLIT_IS_STOLEN,          /* wait; the head stays above it meanwhile; then split_say_all_stolen() */
};

/* True: the newest child, `slot`, was nobody's but the owner's, and is the head now. False: split_join_slow(). */
static inline bool split_join_fast(struct split_deque *d, struct split_slot *slot)
{
    return __builtin_expect(atomic_load_explicit(&d->ask, memory_order_relaxed) == 0 && slot >= d->split, 1);
}

/* Whose is the newest child, `slot`, after split_join_fast() did not know? */
static inline enum split_joined split_join_slow(struct split_deque *d, struct split_slot *slot)
{
    if (slot >= d->end)
        return SPLIT_IS_MINE;
    if (d->all_stolen || (d->split > slot && !split_take_back(d)))
        return SPLIT_IS_STOLEN;
    if (atomic_load_explicit(&d->ask, memory_order_relaxed) && slot > d->split) {
        split_move_up(d, d->split + (slot - d->split + 1) / 2);
        return SPLIT_IS_MINE_AND_SHARED;
    }
    return SPLIT_IS_MINE;
}

/* --- thieves --- */

/* Anything to steal at this moment? Sequentially consistent with split_attend() and its like. */
static inline bool split_is_open(struct split_deque *d)
{
    uint64_t word = atomic_load(&d->word);
    return split_tail_of(word) < split_split_of(word);
}

/* Ask for more. Sequentially consistent, as above. */
static inline void split_ask(struct split_deque *d)
{
    if (!atomic_load(&d->ask))
        atomic_store(&d->ask, 1);
}

/*
 * Steal the oldest for the worker with the number `thief` (< 2^30 - 2). NULL: there is none; `ask` is set. The thief
 * calls fn, stores the value and says split_done().
 */
static inline struct split_slot *split_steal(struct split_deque *d, uint32_t thief)
{
    uint64_t word = atomic_load_explicit(&d->word, memory_order_acquire);

    while (split_tail_of(word) < split_split_of(word)) {
        strategy_step();
        /* Only after this does the thief look into the slot; it was written before the word was. */
        if (atomic_compare_exchange_weak(&d->word, &word, word + 1)) {
            struct split_slot *slot = &d->base[split_tail_of(word)];
            strategy_step();
            atomic_store_explicit(&slot->state, SPLIT_THIEF + thief, memory_order_relaxed);
            return slot;
        }
    }
    split_ask(d);
    return NULL;
}

/* The value is there. SPLIT_OWNER_...: the owner must be woken; or 0. The slot is not the thief's any more. */
static inline uint32_t split_done(struct split_slot *slot, int64_t value)
{
    slot->value = value;
    strategy_step();
    return atomic_exchange(&slot->state, SPLIT_DONE) & (SPLIT_OWNER_SLEEPS | SPLIT_OWNER_WAITS);
}

#endif
