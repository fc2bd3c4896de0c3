/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost wake-ups. The runtime is built for this binary with CORO_STEPS, so that random delays fall between any two steps
 * of the seat and park protocols, and tasks of two workers hand over to each other as fast as they can. A wake-up that
 * gets lost hangs its pair, and the test runs into its time limit. One pair alone lets its workers sleep in between;
 * several keep them awake.
 */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <sched.h>

#ifndef CORO_STEPS
#error "build this test together with the runtime's sources and -DCORO_STEPS"
#endif

TestSuite(coroutine_hammer, .timeout = 30);

static _Atomic uint64_t steps_taken;

/* Half of the steps take no time, the others up to some 30 us: as long as a sleeping worker needs to wake up. */
void coro_test_step(void)
{
    static _Thread_local uint32_t seed;
    if (!seed)
        seed = (uint32_t)clock_monotonic_ns() | 1;
    atomic_fetch_add_explicit(&steps_taken, 1, memory_order_relaxed);
    uint32_t r = next_random(&seed);
    if (r & 1)
        return;
    if ((r & 0xfe) == 0x40)
        sched_yield();
    for (volatile uint32_t spin = (r >> 16) >> (r >> 8) % 16; spin > 0; spin--)
        ;
}

enum { HAMMER_PAIRS = 6 };
static unsigned hammer_pairs;
static struct seat hammer_seat[HAMMER_PAIRS][2];
static _Atomic unsigned hammer_turn[HAMMER_PAIRS];
static _Atomic unsigned hammer_errors, hammer_rounds;
static uint64_t hammer_end_ns;

static void random_delay(struct coro *self, uint32_t *seed)
{
    uint32_t r = next_random(seed);
    if (r % 4 == 0)
        for (volatile uint32_t spin = r >> 8 & 0x3ff; spin > 0; spin--)
            ;
    else if (r % 16 == 1)
        coro_yield(self);
    else if (r % 64 == 2)
        ctx_nop(&self->ctx);
    else if (r % 64 == 3)
        sched_yield();
    else if (r % 512 == 4)
        ctx_sleep_until(&self->ctx, clock_monotonic_ns() + 20000);
}

static int hammer_part(struct coro *self, void *arg)
{
    unsigned pair = self->id / 2, me = self->id % 2;
    uint32_t seed = self->id * 2654435761u + 1;
    const struct worker *home = arg;
    if (me == 1)
        ctx_handoff(&self->ctx, &hammer_seat[pair][1], NULL);
    for (;;) {
        random_delay(self, &seed);
        hammer_errors += self->worker != home;
        /* A turn of 2 says "last round": whoever reads it lets the other go and ends. */
        unsigned turn = atomic_load(&hammer_turn[pair]);
        hammer_errors += turn != me && turn != 2;
        bool last = clock_monotonic_ns() >= hammer_end_ns || turn == 2;
        atomic_store(&hammer_turn[pair], last ? 2 : !me);
        if (last && turn != 2) { /* wait for the other's goodbye */
            ctx_handoff(&self->ctx, &hammer_seat[pair][me], &hammer_seat[pair][!me]);
            return 0;
        }
        if (last) {
            ctx_handoff(&self->ctx, NULL, &hammer_seat[pair][!me]);
            return 0;
        }
        ctx_handoff(&self->ctx, &hammer_seat[pair][me], &hammer_seat[pair][!me]);
        atomic_fetch_add(&hammer_rounds, 1);
    }
    return 0;
}

static void hammer_begin(struct worker *w, unsigned i, void *arg)
{
    (void)arg;
    for (uint32_t pair = 0; pair < hammer_pairs; pair++) {
        unsigned side = (pair + i) % 2;
        worker_spawn(w, hammer_part, w, pair * 2 + side);
    }
}

static void hammer(unsigned pairs, unsigned ladder_skip, unsigned entries)
{
    struct rig rig = {
        .workers = 2,
        .begin = hammer_begin,
        .seats = IO_SEATS_SHARED,
        .io = {.queue_entries = entries, .ladder_skip = ladder_skip},
    };
    hammer_pairs = pairs;
    memset(hammer_seat, 0, sizeof hammer_seat);
    memset(hammer_turn, 0, sizeof hammer_turn);
    atomic_store(&hammer_rounds, 0);
    hammer_end_ns = clock_monotonic_ns() + 400000000;
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_eq(atomic_load(&hammer_errors), 0u);
    cr_expect_gt(atomic_load(&hammer_rounds), 100u);
    for (int pair = 0; pair < HAMMER_PAIRS; pair++)
        for (int side = 0; side < 2; side++)
            cr_expect_eq(atomic_load(&hammer_seat[pair][side].waiter), 0u);
}

Test(coroutine_hammer, one_pair)
{
    for (int i = 0; i < 4; i++)
        hammer(1, 0, 0);
    cr_expect_gt(atomic_load(&steps_taken), 1000u);
}

Test(coroutine_hammer, many_pairs)
{
    hammer(2, 0, 0);
    hammer(3, 0, 0);
    hammer(HAMMER_PAIRS, 0, 0);
}

Test(coroutine_hammer, eventfd_instead_of_messages)
{
    hammer(1, 0, 1); /* one entry: messages find the queue full */
    hammer(3, 0, 1);
}

Test(coroutine_hammer, lower_rungs_of_the_ladder)
{
    hammer(1, 1, 2);
    hammer(1, 2, 0);
    hammer(3, 2, 0);
}

/* ---- one only wakes, the other only waits: unlike a hand-over, both are at the seat at the same time ---- */

enum { NOISE_WORKERS = 3 };

static struct seat post_seat;
static _Atomic unsigned post_count, post_taken, post_errors;
static uint64_t post_end_ns;

static int poster(struct coro *self, void *arg)
{
    (void)arg;
    for (bool last = false; !last;) {
        last = clock_monotonic_ns() >= post_end_ns;
        unsigned now = atomic_load(&post_count) + 1;
        atomic_store(&post_count, last ? UINT32_MAX : now);
        ctx_handoff(&self->ctx, NULL, &post_seat);
        while (!last && atomic_load(&post_taken) != now) /* each wake-up must arrive: no later one repairs it */
            coro_yield(self);
    }
    return 0;
}

static int taker(struct coro *self, void *arg)
{
    (void)arg;
    for (unsigned taken = 0; taken != UINT32_MAX; atomic_store(&post_taken, taken)) {
        ctx_handoff(&self->ctx, &post_seat, NULL);
        unsigned now = atomic_load(&post_count);
        atomic_fetch_add(&post_errors, now == taken); /* woken without a wake-up */
        taken = now;
    }
    return 0;
}

static void post_begin(struct worker *w, unsigned i, void *arg)
{
    (void)arg;
    worker_spawn(w, i == 0 ? poster : taker, NULL, i);
}

Test(coroutine_hammer, posting_races_with_waiting)
{
    struct rig rig = {.workers = 2, .begin = post_begin, .seats = IO_SEATS_SHARED};
    post_end_ns = clock_monotonic_ns() + 2000000000;
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_eq(post_errors, 0u);
    cr_expect_eq(post_seat.token, 0u);
    cr_expect_eq(post_seat.waiter, 0u);
}

/* Two posters on two workers: wake-ups may merge, but the last one must arrive, whoever of them is in the middle of
 * posting. Each waits for its own number to be seen before it posts again. */
static _Atomic unsigned noise_sent[NOISE_WORKERS], noise_seen[NOISE_WORKERS], noise_left;

static int noise_poster(struct coro *self, void *arg)
{
    (void)arg;
    while (clock_monotonic_ns() < post_end_ns) {
        unsigned now = atomic_fetch_add(&noise_sent[self->id], 1) + 1;
        ctx_handoff(&self->ctx, NULL, &post_seat);
        while (atomic_load(&noise_seen[self->id]) != now)
            coro_yield(self);
    }
    atomic_fetch_sub(&noise_left, 1);
    ctx_handoff(&self->ctx, NULL, &post_seat);
    return 0;
}

static int noise_taker(struct coro *self, void *arg)
{
    (void)arg;
    while (atomic_load(&noise_left) > 0) {
        ctx_handoff(&self->ctx, &post_seat, NULL);
        for (unsigned i = 1; i < NOISE_WORKERS; i++)
            atomic_store(&noise_seen[i], atomic_load(&noise_sent[i]));
    }
    return 0;
}

static void noise_begin(struct worker *w, unsigned i, void *arg)
{
    (void)arg;
    worker_spawn(w, i == 0 ? noise_taker : noise_poster, NULL, i);
}

Test(coroutine_hammer, two_posters_race)
{
    struct rig rig = {.workers = NOISE_WORKERS, .begin = noise_begin, .seats = IO_SEATS_SHARED};
    atomic_store(&noise_left, NOISE_WORKERS - 1);
    post_end_ns = clock_monotonic_ns() + 2000000000;
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_gt(noise_sent[1] + noise_sent[2], 100u);
    cr_expect_eq(post_seat.waiter, 0u);
}
