/* SPDX-License-Identifier: Apache-2.0 */
/* 4-ary min-heap of deadlines. See timer.h. */
#include "strategies/coroutine/timer.h"

#include <errno.h>
#include <stdlib.h>

enum { TIMER_FANOUT = 4 };

int timer_heap_reserve(struct timer_heap *heap, size_t capacity)
{
    if (capacity <= heap->capacity)
        return 0;
    if (capacity >= TIMER_IDLE)
        return -ENOMEM;
    struct timer_slot *slot = realloc(heap->slot, capacity * sizeof *slot);
    if (!slot)
        return -ENOMEM;
    heap->slot = slot;
    heap->capacity = (uint32_t)capacity;
    return 0;
}

void timer_heap_fini(struct timer_heap *heap)
{
    free(heap->slot);
    *heap = (struct timer_heap){0};
}

/* Put `item` at position i; the one place that keeps timer->index true. */
static void place(struct timer_heap *heap, uint32_t i, struct timer_slot item)
{
    heap->slot[i] = item;
    item.timer->index = i;
}

static void sift_up(struct timer_heap *heap, uint32_t i, struct timer_slot item)
{
    while (i > 0) {
        uint32_t parent = (i - 1) / TIMER_FANOUT;
        if (heap->slot[parent].deadline_ns <= item.deadline_ns)
            break;
        place(heap, i, heap->slot[parent]);
        i = parent;
    }
    place(heap, i, item);
}

static void sift_down(struct timer_heap *heap, uint32_t i, struct timer_slot item)
{
    for (;;) {
        uint64_t first = (uint64_t)i * TIMER_FANOUT + 1, end = first + TIMER_FANOUT;
        if (first >= heap->count)
            break;
        if (end > heap->count)
            end = heap->count;
        uint32_t least = (uint32_t)first;
        for (uint64_t child = first + 1; child < end; child++)
            if (heap->slot[child].deadline_ns < heap->slot[least].deadline_ns)
                least = (uint32_t)child;
        if (heap->slot[least].deadline_ns >= item.deadline_ns)
            break;
        place(heap, i, heap->slot[least]);
        i = least;
    }
    place(heap, i, item);
}

void timer_heap_push(struct timer_heap *heap, struct timer *timer, uint64_t deadline_ns)
{
    timer->deadline_ns = deadline_ns;
    sift_up(heap, heap->count++, (struct timer_slot){deadline_ns, timer});
}

void timer_heap_remove(struct timer_heap *heap, struct timer *timer)
{
    uint32_t i = timer->index;
    if (i == TIMER_IDLE)
        return;
    timer->index = TIMER_IDLE;
    struct timer_slot last = heap->slot[--heap->count];
    if (i == heap->count)
        return; /* it was the last one: nothing moves into the gap */
    if (i > 0 && last.deadline_ns < heap->slot[(i - 1) / TIMER_FANOUT].deadline_ns)
        sift_up(heap, i, last);
    else
        sift_down(heap, i, last);
}

struct timer *timer_heap_expire(struct timer_heap *heap, uint64_t now_ns)
{
    if (heap->count == 0 || heap->slot[0].deadline_ns > now_ns)
        return NULL;
    struct timer *timer = heap->slot[0].timer;
    timer_heap_remove(heap, timer);
    return timer;
}
