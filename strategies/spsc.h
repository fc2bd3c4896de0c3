/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded queue with one producer and one consumer, in memory that both share, made so that either may be killed at
 * any instruction: there is no lock, and each side changes one word of its own with one store. An entry is in the queue
 * once `tail` has passed it, and out of it once `head` has, neither earlier nor later; whoever is left can tell by
 * these two how far the other one got.
 *
 *     producer: slot, then tail (release)      consumer: slot, then head (release)
 *
 * Each side keeps a copy of the other's index on its own line and looks at the original only when the copy says that
 * the ring is full (or empty), so that in a run of messages the lines do not travel for each of them. The indices go on
 * counting and wrap at 2^32. Zero bytes are a valid, empty ring.
 */
#ifndef QUINTET_STRATEGIES_SPSC_H
#define QUINTET_STRATEGIES_SPSC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { SPSC_SLOTS = 4 }; /* a power of two */

struct spsc_slot {
    _Alignas(64) uint64_t word[8];
};

struct spsc {
    _Alignas(128) _Atomic uint32_t tail; /* the producer's: how many were pushed */
    uint32_t head_seen;
    _Alignas(128) _Atomic uint32_t head; /* the consumer's: how many were popped */
    uint32_t tail_seen;
    _Alignas(128) struct spsc_slot slots[SPSC_SLOTS];
};

/* Only the producer. False: full. */
static inline bool spsc_push(struct spsc *ring, const struct spsc_slot *in)
{
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    if (tail - ring->head_seen == SPSC_SLOTS) {
        ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
        if (tail - ring->head_seen == SPSC_SLOTS)
            return false;
    }
    ring->slots[tail % SPSC_SLOTS] = *in;
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    return true;
}

/* Only the consumer. Is there something to pop? */
static inline bool spsc_ready(struct spsc *ring)
{
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    if (head == ring->tail_seen)
        ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return head != ring->tail_seen;
}

/* Only the consumer. False: empty. */
static inline bool spsc_pop(struct spsc *ring, struct spsc_slot *out)
{
    if (!spsc_ready(ring))
        return false;
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    *out = ring->slots[head % SPSC_SLOTS];
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return true;
}

/* Anybody: how many have been popped since the ring was made. */
static inline uint32_t spsc_popped_count(const struct spsc *ring)
{
    return atomic_load_explicit(&ring->head, memory_order_acquire);
}

/* Make it new. Only while nobody else uses it (the other side is dead). */
static inline void spsc_reset(struct spsc *ring)
{
    atomic_store_explicit(&ring->tail, 0, memory_order_relaxed);
    atomic_store_explicit(&ring->head, 0, memory_order_relaxed);
    ring->head_seen = ring->tail_seen = 0;
}

#endif
