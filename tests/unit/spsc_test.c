/* SPDX-License-Identifier: Apache-2.0 */
/* The ring between prefork's caller and a child. */
#include "quintet_criterion.h"
#include "sanitized.h"

#include "measure/rng.h"
#include "strategies/spsc.h"

#include <pthread.h>
#include <sched.h>

TestSuite(spsc, .timeout = 30);

Test(spsc, is_bounded_fifo_across_wrap_around)
{
    const uint32_t starts[] = {0, UINT32_MAX - 5, UINT32_MAX / 2 - 1};
    static struct spsc ring;

    for (unsigned s = 0; s < 3; s++) {
        struct spsc_slot slot = {.word = {0}};
        ring = (struct spsc){.tail = starts[s], .head = starts[s], .head_seen = starts[s], .tail_seen = starts[s]};
        cr_assert(!spsc_ready(&ring) && !spsc_pop(&ring, &slot));
        for (uint64_t round = 0; round < 10; round++) {
            for (uint64_t i = 0; i < SPSC_SLOTS; i++) {
                slot.word[0] = round * SPSC_SLOTS + i;
                cr_assert(spsc_push(&ring, &slot));
            }
            cr_assert(!spsc_push(&ring, &slot) && spsc_ready(&ring));
            for (uint64_t i = 0; i < SPSC_SLOTS; i++) {
                cr_assert(spsc_pop(&ring, &slot) && slot.word[0] == round * SPSC_SLOTS + i);
                cr_assert(spsc_popped_count(&ring) == (uint32_t)(starts[s] + slot.word[0] + 1));
            }
            cr_assert(!spsc_ready(&ring) && !spsc_pop(&ring, &slot));
        }
    }
}

enum { RING_ITEMS = SANITIZED ? 100000 : 1000000 };

static void *ring_push(void *arg)
{
    struct spsc *ring = arg;
    struct spsc_slot slot;

    for (uint64_t i = 0; i < RING_ITEMS; i++) {
        for (unsigned w = 0; w < 8; w++)
            slot.word[w] = rng_hash2(i, w);
        while (!spsc_push(ring, &slot))
            sched_yield();
    }
    return NULL;
}

Test(spsc, keeps_everything_between_two_threads)
{
    static struct spsc ring;
    struct spsc_slot slot;
    pthread_t producer;
    uint64_t bad = 0;

    cr_assert(pthread_create(&producer, NULL, ring_push, &ring) == 0);
    for (uint64_t i = 0; i < RING_ITEMS; i++) {
        while (!spsc_pop(&ring, &slot))
            sched_yield();
        for (unsigned w = 0; w < 8; w++)
            bad += slot.word[w] != rng_hash2(i, w);
    }
    pthread_join(producer, NULL);
    cr_assert(bad == 0 && !spsc_ready(&ring));
}
