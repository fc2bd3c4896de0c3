/* SPDX-License-Identifier: Apache-2.0 */
/* The deadline heap against a model that is too simple to be wrong. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "strategies/coroutine/timer.h"

TestSuite(coroutine_timer, .timeout = 20);

enum { TIMERS = 200, STEPS = 100000 };

static void check_heap(const struct timer_heap *heap)
{
    for (uint32_t i = 0; i < heap->count; i++) {
        cr_assert_eq(heap->slot[i].timer->index, i);
        cr_assert_eq(heap->slot[i].timer->deadline_ns, heap->slot[i].deadline_ns);
        if (i)
            cr_assert_leq(heap->slot[(i - 1) / 4].deadline_ns, heap->slot[i].deadline_ns);
    }
}

Test(coroutine_timer, random_operations_match_the_model)
{
    static struct timer timer[TIMERS];
    static bool armed[TIMERS];
    struct timer_heap heap = {0};
    uint32_t seed = 2463534242u;
    uint32_t count = 0;
    cr_assert_eq(timer_heap_reserve(&heap, TIMERS), 0);
    for (int i = 0; i < TIMERS; i++)
        timer[i].index = TIMER_IDLE;
    for (int step = 0; step < STEPS; step++) {
        uint32_t which = next_random(&seed) % TIMERS;
        uint64_t time = next_random(&seed) % 64; /* many equal deadlines */
        switch (next_random(&seed) % 4) {
        case 0:
        case 1:
            if (!armed[which]) {
                timer_heap_push(&heap, &timer[which], time);
                armed[which] = true;
                count++;
            }
            break;
        case 2:
            timer_heap_remove(&heap, &timer[which]); /* idle ones too */
            count -= armed[which];
            armed[which] = false;
            cr_assert(timer_is_idle(&timer[which]));
            break;
        default: {
            uint64_t least = TIMER_NEVER;
            for (int i = 0; i < TIMERS; i++)
                if (armed[i] && timer[i].deadline_ns < least)
                    least = timer[i].deadline_ns;
            cr_assert_eq(timer_heap_next_ns(&heap), least);
            struct timer *due = timer_heap_expire(&heap, time);
            cr_assert_eq(due != NULL, least <= time);
            if (due) {
                cr_assert_eq(due->deadline_ns, least);
                cr_assert(timer_is_idle(due));
                armed[due - timer] = false;
                count--;
            }
        }
        }
        cr_assert_eq(heap.count, count);
        if (step % 64 == 0)
            check_heap(&heap);
    }
    timer_heap_fini(&heap);
}

Test(coroutine_timer, single_element)
{
    struct timer_heap heap = {0};
    struct timer timer = {.index = TIMER_IDLE};
    cr_assert_eq(timer_heap_reserve(&heap, 1), 0);
    cr_expect_null(timer_heap_expire(&heap, UINT64_MAX));
    cr_expect_eq(timer_heap_next_ns(&heap), TIMER_NEVER);
    timer_heap_push(&heap, &timer, 5);
    cr_expect_null(timer_heap_expire(&heap, 4));
    cr_expect_eq(timer_heap_expire(&heap, 5), &timer);
    timer_heap_push(&heap, &timer, 7);
    timer_heap_remove(&heap, &timer);
    cr_expect_null(timer_heap_expire(&heap, 7));
    timer_heap_fini(&heap);
}

Test(coroutine_timer, growing_keeps_everything)
{
    static struct timer timer[1000];
    struct timer_heap heap = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        cr_assert_eq(timer_heap_reserve(&heap, i + 1), 0);
        timer_heap_push(&heap, &timer[i], (i * 7919) % 1000);
    }
    check_heap(&heap);
    for (uint64_t i = 0; i < 1000; i++)
        cr_assert_eq(timer_heap_expire(&heap, 1000)->deadline_ns, i);
    timer_heap_fini(&heap);
}
