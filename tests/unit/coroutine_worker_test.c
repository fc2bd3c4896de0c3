/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler: many coroutines, order, fairness, stack reuse, and wake-ups that must not get lost. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <fcntl.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

TestSuite(coroutine_worker, .timeout = 60);

/* ---- many ---- */

enum { MANY = MANY_OR_FEW(100000, 60) };
static struct seat *many_seats;
static unsigned many_waiting, many_woken, many_peak;

static int many_wait(struct coro *self, void *arg)
{
    many_waiting++;
    ctx_handoff(&self->ctx, arg, NULL);
    many_woken++;
    return 0;
}

static int many_wake(struct coro *self, void *arg)
{
    (void)arg;
    while (many_waiting < MANY)
        coro_yield(self);
    many_peak = (unsigned)self->worker->live_count;
    for (unsigned i = 0; i < MANY; i++)
        ctx_handoff(&self->ctx, NULL, &many_seats[i]);
    return 0;
}

static void many_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    worker_spawn(w, many_wake, NULL, UINT32_MAX);
    for (uint32_t id = 0; id < MANY; id++)
        cr_assert_not_null(worker_spawn(w, many_wait, &many_seats[id], id));
}

Test(coroutine_worker, hundred_thousand_alive)
{
    struct rig rig = {.workers = 1, .begin = many_begin, .stack_bytes = STACK_SMALL_BYTES};
    many_seats = aligned_alloc(64, MANY * sizeof *many_seats);
    memset(many_seats, 0, MANY * sizeof *many_seats);
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_eq(many_peak, MANY + 1u);
    cr_expect_eq(many_woken, (unsigned)MANY);
    free(many_seats);
}

/* ---- spawn and end: recycled stacks ---- */

static unsigned chain_left, chain_errors;
static const char *chain_previous;

static int chain_link(struct coro *self, void *arg)
{
    volatile char here[512];
    (void)arg;
    /* Whoever ended just before may still stand on its stack when this one is spawned: never the same stack twice in a
     * row, and the control block must be a clean one. */
    memset((void *)here, 0x33, sizeof here);
    chain_errors += self->stack->low == chain_previous;
    chain_errors += self->state != CORO_RUNNING || !timer_is_idle(&self->timer);
    chain_previous = self->stack->low;
    if (chain_left-- > 1)
        worker_spawn(self->worker, chain_link, NULL, chain_left);
    for (size_t i = 0; i < sizeof here; i++)
        chain_errors += here[i] != 0x33;
    return 0;
}

static size_t chain_made;
static void chain_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    worker_spawn(w, chain_link, NULL, 0);
    chain_made = w->coro_count;
}

static int chain_check(struct coro *self, void *arg)
{
    (void)arg;
    while (chain_left > 0)
        coro_yield(self);
    chain_made = self->worker->coro_count - chain_made;
    return 0;
}

static void chain_begin_checked(struct worker *w, unsigned i, void *arg)
{
    chain_begin(w, i, arg);
    worker_spawn(w, chain_check, NULL, 1);
}

Test(coroutine_worker, a_stack_is_not_reused_while_it_is_stood_on)
{
    struct rig rig = {.workers = 1, .begin = chain_begin_checked, .reserve = 3};
    chain_left = MANY_OR_FEW(200000, 2000);
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_eq(chain_left, 0u);
    cr_expect_eq(chain_errors, 0u);
    cr_expect_eq(chain_made, 0u, "steady state must not allocate: %d control blocks", (int)chain_made);
}

/* ---- order ---- */

static unsigned order_seen[64], order_count;

static int order_note(struct coro *self, void *arg)
{
    (void)arg;
    order_seen[order_count++] = self->id;
    coro_yield(self);
    order_seen[order_count++] = self->id;
    return 0;
}

static void order_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    for (uint32_t id = 0; id < 30; id++)
        worker_spawn(w, order_note, NULL, id);
}

Test(coroutine_worker, first_in_first_out)
{
    struct rig rig = {.workers = 1, .begin = order_begin};
    cr_assert_eq(rig_run(&rig), 0);
    for (unsigned i = 0; i < 60; i++)
        cr_assert_eq(order_seen[i], i % 30, "place %d: %d", (int)i, (int)order_seen[i]);
}

enum { SLEEPERS = 60 };
static uint64_t sleep_base_ns;
static uint32_t sleep_last_id;
static unsigned sleep_errors, sleep_count, sleep_arrived;

static int sleeper(struct coro *self, void *arg)
{
    (void)arg;
    /* The last to arrive sets the time: all must be asleep before the first is due. */
    if (++sleep_arrived == SLEEPERS)
        sleep_base_ns = clock_monotonic_ns() + 100000000;
    while (!sleep_base_ns)
        coro_yield(self);
    uint64_t deadline = sleep_base_ns + self->id * 500000u;
    ctx_sleep_until(&self->ctx, deadline);
    sleep_errors += clock_monotonic_ns() < deadline;
    sleep_errors += sleep_count > 0 && self->id < sleep_last_id;
    sleep_last_id = self->id;
    sleep_count++;
    return 0;
}

static void sleep_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    sleep_base_ns = 0;
    for (uint32_t n = 0; n < SLEEPERS; n++) /* 7 is coprime to 60: every id once, in a scattered order */
        worker_spawn(w, sleeper, NULL, n * 7 % SLEEPERS);
}

Test(coroutine_worker, sleepers_wake_in_order_and_never_early)
{
    struct rig rig = {.workers = 1, .begin = sleep_begin};
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_eq(sleep_count, (unsigned)SLEEPERS);
    cr_expect_eq(sleep_errors, 0u);
}

/* ---- fairness: a coroutine that never has to wait must not keep others from timers and completions ---- */

static bool hog_released;
static void (*hog_turn)(struct coro *self);
static int hog_fd;

static int hog(struct coro *self, void *arg)
{
    (void)arg;
    while (!hog_released)
        hog_turn(self);
    return 0;
}

static void hog_by_yield(struct coro *self)
{
    coro_yield(self);
}

static void hog_by_cached_read(struct coro *self)
{
    char byte;
    ctx_pread(&self->ctx, hog_fd, &byte, 1, 0);
}

static int hog_pipe[2];
static void hog_by_ready_pipe(struct coro *self)
{
    char byte = 0;
    ctx_write(&self->ctx, hog_pipe[1], &byte, 1);
    ctx_read(&self->ctx, hog_pipe[0], &byte, 1);
}

static struct seat hog_seat;
static void hog_by_own_token(struct coro *self)
{
    ctx_handoff(&self->ctx, &hog_seat, &hog_seat);
    coro_yield(self);
}

static int polite(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        ctx_sleep_until(&self->ctx, clock_monotonic_ns() + 100000);
        ctx_nop(&self->ctx);
    }
    hog_released = true;
    return 0;
}

static void hog_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    hog_released = false;
    hog_turn = *(void (**)(struct coro *))arg;
    worker_spawn(w, polite, NULL, 0);
    worker_spawn(w, hog, NULL, 1);
    if (hog_turn == hog_by_yield)
        worker_spawn(w, hog, NULL, 2); /* two that keep each other busy */
}

Test(coroutine_worker, hogs_starve_nobody)
{
    void (*turns[])(struct coro *) = {hog_by_yield, hog_by_cached_read, hog_by_own_token, hog_by_ready_pipe};
    char path[] = "/tmp/quintet_hog_XXXXXX";
    hog_fd = mkstemp(path);
    cr_assert(hog_fd >= 0 && write(hog_fd, "x", 1) == 1);
    unlink(path);
    cr_assert_eq(pipe2(hog_pipe, O_CLOEXEC), 0);
    /* A hog that starves the other runs into the time-out of the suite. */
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        struct rig rig = {.workers = 1, .begin = hog_begin, .arg = &turns[i]};
        cr_assert_eq(rig_run(&rig), 0);
    }
    close(hog_fd), close(hog_pipe[0]), close(hog_pipe[1]);
}

/* The budget follows the length of turns: whoever computes long between two yields is interrupted more often. */
static int budget_batch;
static int slow(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = 0; i < 200; i++) {
        uint64_t end = clock_monotonic_ns() + 50000;
        while (clock_monotonic_ns() < end)
            ;
        coro_yield(self);
    }
    budget_batch = self->worker->batch;
    return 0;
}

static void slow_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    worker_spawn(w, slow, NULL, 0);
    worker_spawn(w, slow, NULL, 1);
}

Test(coroutine_worker, budget_adapts_to_long_turns)
{
    struct rig rig = {.workers = 1, .begin = slow_begin};
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_leq(budget_batch, 8, "batch %d", budget_batch);
}

/* ---- handing over on one worker ---- */

static struct seat duet[2];
static unsigned duet_turn, duet_errors;
enum { DUET_ROUNDS = 20000 };

static int duet_part(struct coro *self, void *arg)
{
    unsigned me = (unsigned)(uintptr_t)arg;
    if (me == 1)
        ctx_handoff(&self->ctx, &duet[1], NULL);
    for (unsigned round = 0; round < DUET_ROUNDS; round++) {
        duet_errors += duet_turn != me;
        duet_turn = !me;
        bool last = me == 1 && round == DUET_ROUNDS - 1;
        ctx_handoff(&self->ctx, last ? NULL : &duet[me], &duet[!me]);
    }
    return 0;
}

static void duet_begin(struct worker *w, unsigned i, void *arg)
{
    (void)arg;
    if (i > 0)
        return;
    worker_spawn(w, duet_part, (void *)0, 0);
    worker_spawn(w, duet_part, (void *)1, 1);
}

Test(coroutine_worker, handoff_alternates)
{
    for (int seats = IO_SEATS_LOCAL; seats <= IO_SEATS_SHARED; seats++) {
        struct rig rig = {.workers = 1, .begin = duet_begin, .seats = (enum io_seats)seats};
        memset(duet, 0, sizeof duet);
        duet_turn = 0;
        cr_assert_eq(rig_run(&rig), 0);
        cr_expect_eq(duet_errors, 0u);
        cr_expect_eq(atomic_load(&duet[0].token) + atomic_load(&duet[1].token), 0u);
    }
}

static int tokens(struct coro *self, void *arg)
{
    static struct seat seat;
    unsigned *errors = arg;
    memset(&seat, 0, sizeof seat);
    ctx_handoff(&self->ctx, NULL, &seat); /* stored */
    *errors += atomic_load(&seat.token) != 1;
    ctx_handoff(&self->ctx, NULL, &seat); /* binary: merged */
    ctx_handoff(&self->ctx, &seat, NULL); /* taken, without blocking */
    *errors += atomic_load(&seat.token) != 0;
    atomic_store(&seat.token, 1); /* as a setup may leave it */
    ctx_handoff(&self->ctx, &seat, NULL);
    ctx_handoff(&self->ctx, &seat, &seat); /* to oneself */
    *errors += atomic_load(&seat.token) != 0 || atomic_load(&seat.waiter) != 0;
    ctx_handoff(&self->ctx, NULL, NULL);
    return 0;
}

static void tokens_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    worker_spawn(w, tokens, arg, 0);
}

Test(coroutine_worker, tokens_are_kept_and_merged)
{
    for (int seats = IO_SEATS_LOCAL; seats <= IO_SEATS_SHARED; seats++) {
        unsigned errors = 0;
        struct rig rig = {.workers = 1, .begin = tokens_begin, .seats = (enum io_seats)seats, .arg = &errors};
        cr_assert_eq(rig_run(&rig), 0);
        cr_expect_eq(errors, 0u);
    }
}

/* ---- waking from a thread that is no worker ---- */

static _Atomic(struct coro *) foreign_slot;
static _Atomic bool foreign_done;
static unsigned foreign_woken;
enum { FOREIGN_ROUNDS = 3000 };

static int foreign_wait(struct coro *self, void *arg)
{
    (void)arg;
    uint32_t seed = 99;
    for (int i = 0; i < FOREIGN_ROUNDS; i++) {
        atomic_store(&foreign_slot, self); /* from here on it may be claimed, even before it waits */
        for (volatile uint32_t spin = next_random(&seed) & 0xff; spin > 0; spin--)
            ;
        coro_suspend(self, CORO_WAIT_SEAT);
        foreign_woken++;
    }
    while (!atomic_load(&foreign_done)) /* the worker must outlive whoever may be about to wake it */
        coro_yield(self);
    return 0;
}

static void *foreign_main(void *arg)
{
    uint32_t seed = 7;
    (void)arg;
    for (int woken = 0; woken < FOREIGN_ROUNDS;) {
        struct coro *co = atomic_exchange(&foreign_slot, NULL);
        if (co) {
            worker_grant(co, NULL);
            woken++;
        } else {
            sched_yield();
        }
        for (volatile uint32_t spin = next_random(&seed) & 0xff; spin > 0; spin--)
            ;
    }
    atomic_store(&foreign_done, true);
    return NULL;
}

static void foreign_begin(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    worker_spawn(w, foreign_wait, NULL, 0);
}

Test(coroutine_worker, foreign_threads_can_wake)
{
    struct rig rig = {.workers = 1, .begin = foreign_begin};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, foreign_main, NULL), 0);
    cr_assert_eq(rig_run(&rig), 0);
    pthread_join(thread, NULL);
    cr_expect_eq(foreign_woken, (unsigned)FOREIGN_ROUNDS);
}
