/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines of one worker in a 4-ary heap: half as deep as a binary heap, and the four children share a cache line.
 * The deadline is kept in the heap's array, so that sifting does not touch the timers. One thread; no locks.
 */
#ifndef QUINTET_COROUTINE_TIMER_H
#define QUINTET_COROUTINE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_IDLE  UINT32_MAX /* timer.index of a timer that is in no heap */
#define TIMER_NEVER UINT64_MAX

/* Embed this. Set index to TIMER_IDLE before the first use. */
struct timer {
    uint64_t deadline_ns; /* CLOCK_MONOTONIC */
    uint32_t index;
};

struct timer_slot {
    uint64_t deadline_ns;
    struct timer *timer;
};

/* Zero bytes are an empty heap. */
struct timer_heap {
    struct timer_slot *slot;
    uint32_t count, capacity;
};

/* Make room for `capacity` timers in all, so that push cannot fail. 0 or -ENOMEM (the heap is unchanged). */
int timer_heap_reserve(struct timer_heap *heap, size_t capacity);
void timer_heap_fini(struct timer_heap *heap);

/* Add an idle timer. There must be room. */
void timer_heap_push(struct timer_heap *heap, struct timer *timer, uint64_t deadline_ns);

/* Take a timer out wherever it is; no-op when it is idle. */
void timer_heap_remove(struct timer_heap *heap, struct timer *timer);

/* The earliest timer if it is due at `now_ns`, taken out and idle; else NULL. */
struct timer *timer_heap_expire(struct timer_heap *heap, uint64_t now_ns);

/* The earliest deadline, TIMER_NEVER when there is none. */
static inline uint64_t timer_heap_next_ns(const struct timer_heap *heap)
{
    return heap->count ? heap->slot[0].deadline_ns : TIMER_NEVER;
}

/* Is it in no heap? */
static inline bool timer_is_idle(const struct timer *timer)
{
    return timer->index == TIMER_IDLE;
}

#endif
