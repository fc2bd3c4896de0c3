/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue alone, without delays: items go through it, and a checksum of them is compared. QUINTET_HAMMER_ITEMS of
 * them (100000000 is a good number to ask for).
 */
#include "pool_hammer.h"

#include "measure/rng.h"

#include "strategies/mpmc.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUEUE_ITEMS = 2000000, QUEUE_THREADS = 2 };

static struct {
    struct mpmc queue;
    uint64_t items;
    _Atomic uint64_t pushed, popped, sum_in, sum_out;
} belt;

static void *belt_push(void *arg)
{
    struct closure jobs[8];
    uint64_t sum = 0;
    (void)arg;
    for (;;) {
        uint64_t first = atomic_fetch_add(&belt.pushed, 8), n = 8;
        if (first >= belt.items)
            break;
        if (n > belt.items - first)
            n = belt.items - first;
        for (uint64_t i = 0; i < n; i++) {
            jobs[i].arg[0] = rng_hash2(hammer_seed, first + i);
            jobs[i].arg[4] = ~jobs[i].arg[0];
            sum += jobs[i].arg[0];
        }
        for (uint64_t done = 0; done < n;) {
            uint64_t now =
                first & 8 ? mpmc_push_many(&belt.queue, jobs + done, n - done) : mpmc_push(&belt.queue, &jobs[done]);
            done += now;
            if (!now)
                sched_yield();
        }
        if (first % 65536 == 0)
            hammer_beat();
    }
    atomic_fetch_add(&belt.sum_in, sum);
    return NULL;
}

static void *belt_pop(void *arg)
{
    uint64_t sum = 0, mine = 0;
    struct closure job;
    (void)arg;
    while (!mpmc_drained(&belt.queue)) {
        if (!mpmc_pop(&belt.queue, &job)) {
            sched_yield();
            continue;
        }
        CHECK(job.arg[4] == ~job.arg[0]);
        sum += job.arg[0];
        mine++;
    }
    atomic_fetch_add(&belt.sum_out, sum);
    atomic_fetch_add(&belt.popped, mine);
    return NULL;
}

void pool_hammer_queue(void)
{
    const char *text = getenv("QUINTET_HAMMER_ITEMS");
    pthread_t in[QUEUE_THREADS], out[QUEUE_THREADS];

    belt.items = text ? strtoull(text, NULL, 10) : QUEUE_ITEMS;
    CHECK(belt.items > 0);
    pool_delays(false);
    CHECK(mpmc_init(&belt.queue, 64, SIZE_MAX - belt.items / 2) == 0);
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        CHECK(pthread_create(&in[i], NULL, belt_push, NULL) == 0);
        CHECK(pthread_create(&out[i], NULL, belt_pop, NULL) == 0);
    }
    for (unsigned i = 0; i < QUEUE_THREADS; i++)
        pthread_join(in[i], NULL);
    mpmc_close(&belt.queue);
    for (unsigned i = 0; i < QUEUE_THREADS; i++)
        pthread_join(out[i], NULL);
    CHECK(belt.popped == belt.items && belt.sum_in == belt.sum_out);
    mpmc_fini(&belt.queue);
    pool_delays(true);
    printf("queue: %llu items\n", (unsigned long long)belt.items);
}
