/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races of the thread pool, provoked: pool_hammer [--seconds N] [--seed N] [--only NAME].
 *
 * A program of its own, without a test library, so that ThreadSanitizer can run it. It is built together with the
 * pool's sources and STRATEGY_STEPS, so random delays fall between the steps of every protocol: claim and publish,
 * enter and look again, take off the stack and deliver, close and wake. Each part checks after a round what must hold
 * (every accepted job ran once, every refused one never, sums are right), and a watchdog says what hangs. Exit status
 * 0, or an abort with a line on standard error.
 *
 * `queue` moves items through the queue alone, without delays, and compares a checksum: QUINTET_HAMMER_ITEMS of them
 * (100000000 is a good number to ask for).
 */
#include "contract/strategy.h"

#include "measure/clock.h"
#include "measure/rng.h"

#include "strategies/thread_pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef STRATEGY_STEPS
#error "build this together with strategies/thread_pool.c, strategies/pool.c and -DSTRATEGY_STEPS"
#endif

extern const struct strategy strategy_pool;

enum { WATCHDOG_S = 60, SUBMITTERS = 3, JOBS = 60, QUEUE_ITEMS = 2000000, QUEUE_THREADS = 2 };

static uint64_t seconds = 5;
static uint32_t seed = 1;
static _Atomic(const char *) running;
static _Atomic uint64_t beats, end_ns;
static _Atomic uint32_t seeds;
static _Atomic bool quiet; /* no delays */

#define CHECK(condition) ((condition) ? (void)0 : failed(#condition, __LINE__))

static _Noreturn void failed(const char *condition, int line)
{
    fprintf(stderr, "pool_hammer: %s: line %d: not so: %s (seed %u)\n", running, line, condition, seed);
    abort();
}

static bool goes_on(void)
{
    atomic_fetch_add(&beats, 1);
    return clock_monotonic_ns() < atomic_load(&end_ns);
}

static uint32_t dice(uint32_t sides)
{
    static _Thread_local uint32_t state;
    if (!state)
        state = (seed + atomic_fetch_add(&seeds, 1)) * 2654435761u | 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (state >> 8) % sides;
}

static void delay(void)
{
    switch (dice(16)) {
    case 0:
        sched_yield();
        break;
    case 1:
        if (dice(8) == 0)
            nanosleep(&(struct timespec){.tv_nsec = dice(60000)}, NULL);
        break;
    case 2:
    case 3:
        for (volatile uint32_t spin = dice(2000); spin > 0; spin--)
            ;
        break;
    default:
        break;
    }
}

void strategy_step(void)
{
    if (!atomic_load_explicit(&quiet, memory_order_relaxed))
        delay();
}

/* ---- jobs from everywhere, and an end at any moment ---- */

enum fate { OFFERED, ACCEPTED, REFUSED, NO_ROOM };

struct ledger {
    struct thread_pool *pool;
    _Atomic uint32_t ran[SUBMITTERS * JOBS];
    enum fate fate[SUBMITTERS * JOBS]; /* the submitter's, until it is joined */
    struct latch jobs;
    enum thread_pool_policy policy;
    bool mixed;
};

struct submitter {
    struct ledger *ledger;
    unsigned first;
};

static void job_run(const struct closure *self, void *worker)
{
    struct ledger *l = (struct ledger *)(uintptr_t)self->arg[0];
    (void)worker;
    delay();
    atomic_fetch_add(&l->ran[self->arg[1]], 1);
    latch_down(&l->jobs, 1);
}

/* Submits the next job from inside of this one, and then counts itself. */
static void job_submit(const struct closure *self, void *worker)
{
    struct ledger *l = (struct ledger *)(uintptr_t)self->arg[0];
    struct closure next = {.run = job_run, .arg = {self->arg[0], self->arg[1] + 1}};
    int rc = thread_pool_submit(l->pool, &next, l->policy == THREAD_POOL_TRY ? THREAD_POOL_BLOCK : l->policy);
    l->fate[self->arg[1] + 1] = rc == 0 ? ACCEPTED : REFUSED;
    if (rc < 0)
        latch_down(&l->jobs, 1);
    job_run(self, worker);
}

static void fate_set(struct ledger *l, size_t i, enum fate fate)
{
    l->fate[i] = fate;
    if (fate != ACCEPTED)
        latch_down(&l->jobs, 1);
}

static void *submitter_main(void *arg)
{
    struct submitter *self = arg;
    struct ledger *l = self->ledger;
    struct closure jobs[4];

    for (unsigned i = self->first; i < self->first + JOBS;) {
        enum thread_pool_policy policy = l->mixed ? dice(3) : l->policy;
        unsigned left = self->first + JOBS - i;
        delay();
        if (left >= 2 && dice(4) == 0) {
            struct closure pair = {.run = job_submit, .arg = {(uintptr_t)l, i}};
            int rc = thread_pool_submit(l->pool, &pair, policy);
            if (rc < 0)
                fate_set(l, i + 1, REFUSED);
            if (rc < 0)
                fate_set(l, i, REFUSED);
            else
                l->fate[i] = ACCEPTED;
            CHECK(rc == 0 || rc == -ESHUTDOWN || (rc == -EAGAIN && policy == THREAD_POOL_TRY));
            i += 2;
            continue;
        }
        unsigned n = 1 + dice(left < 4 ? left : 4);
        for (unsigned j = 0; j < n; j++)
            jobs[j] = (struct closure){.run = job_run, .arg = {(uintptr_t)l, i + j}};
        size_t taken = thread_pool_submit_many(l->pool, jobs, n, policy);
        CHECK(taken <= n);
        for (unsigned j = 0; j < n; j++)
            fate_set(l, i + j, j < taken ? ACCEPTED : policy == THREAD_POOL_TRY ? NO_ROOM : REFUSED);
        i += n;
    }
    return NULL;
}

static struct ledger *ledger_begin(struct submitter *submitters, pthread_t *threads)
{
    struct ledger *l = aligned_alloc(_Alignof(struct ledger), sizeof *l);
    struct thread_pool_config config = {
        .threads = 1 + dice(4), .queue_count = 2u << dice(3), .spin_ns = dice(2) * 3000};

    memset(l, 0, sizeof *l);
    l->policy = dice(3);
    l->mixed = dice(2);
    latch_init(&l->jobs, SUBMITTERS * JOBS);
    CHECK(thread_pool_create(&l->pool, &config) == 0);
    for (unsigned i = 0; i < SUBMITTERS; i++) {
        submitters[i] = (struct submitter){.ledger = l, .first = i * JOBS};
        CHECK(pthread_create(&threads[i], NULL, submitter_main, &submitters[i]) == 0);
    }
    return l;
}

static void ledger_check(struct ledger *l, bool may_refuse)
{
    for (unsigned i = 0; i < SUBMITTERS * JOBS; i++) {
        CHECK(l->ran[i] == (l->fate[i] == ACCEPTED));
        CHECK(may_refuse || l->fate[i] == ACCEPTED || l->policy == THREAD_POOL_TRY || l->mixed);
    }
    free(l);
}

static void submit(void)
{
    struct submitter submitters[SUBMITTERS];
    pthread_t threads[SUBMITTERS];

    while (goes_on()) {
        struct ledger *l = ledger_begin(submitters, threads);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            pthread_join(threads[i], NULL);
        latch_wait(&l->jobs); /* while the pool is open: a lost wake-up hangs here */
        thread_pool_destroy(l->pool);
        ledger_check(l, false);
    }
}

static void *stopper_main(void *arg)
{
    delay();
    CHECK(thread_pool_stop(arg) == 0);
    return NULL;
}

static void closing(void)
{
    struct submitter submitters[SUBMITTERS];
    pthread_t threads[SUBMITTERS], stopper;

    while (goes_on()) {
        struct ledger *l = ledger_begin(submitters, threads);
        struct closure job;
        nanosleep(&(struct timespec){.tv_nsec = dice(400000)}, NULL);
        CHECK(pthread_create(&stopper, NULL, stopper_main, l->pool) == 0);
        if (dice(2)) {
            thread_pool_close(l->pool);
            while (thread_pool_take(l->pool, &job)) /* handed back: carried out here */
                thread_pool_run(l->pool, &job);
        }
        CHECK(thread_pool_stop(l->pool) == 0);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            pthread_join(threads[i], NULL);
        pthread_join(stopper, NULL);
        CHECK(!thread_pool_take(l->pool, &job));
        latch_wait(&l->jobs);
        thread_pool_destroy(l->pool);
        ledger_check(l, true);
    }
}

/* ---- children ---- */

/* A tree whose shape follows from `arg`; gives the number of its nodes. */
static int64_t tree(struct ctx *c, const void *shared, uint64_t arg)
{
    uint64_t height = arg >> 56, key = arg << 8 >> 8;
    struct children children, second;
    int64_t nodes = 1;

    delay();
    if (height == 0)
        return nodes;
    children_init(&children, tree, shared);
    children_init(&second, tree, shared);
    for (uint64_t i = 0; i < 1 + rng_hash2(key, 0) % 4; i++)
        CHECK(ctx_spawn(c, &children, (height - 1) << 56 | (rng_hash2(key, i) >> 8)) == 0);
    if (key % 3 == 0)
        CHECK(ctx_spawn(c, &second, (height - 1) << 56 | (key >> 1)) == 0);
    if (key % 5 == 0)
        CHECK(ctx_sleep_until(c, 0) == 0); /* all that waits goes into the queue, if there is room */
    CHECK(ctx_join(c, &second) == 0);
    CHECK(ctx_join(c, &children) == 0);
    return nodes + children.sum + second.sum;
}

static int op_tree(struct op *op)
{
    int64_t nodes = tree(op->ctx, NULL, UINT64_C(4) << 56 | op->task);
    op_result(op, (uint64_t)nodes);
    return 0;
}

/* The same tree, every child a call. */
static uint64_t tree_expected(unsigned task)
{
    struct ctx ctx = {.ops = &ctx_blocking};
    return result_fold(0, (uint64_t)tree(&ctx, NULL, UINT64_C(4) << 56 | task));
}

static void children(void)
{
    enum { TASKS = 12 };
    static uint64_t expected[TASKS];
    struct workload workload = {.name = "tree", .op = op_tree};
    struct workload_env env = {.in_flight = 1, .workers = 2};
    struct task tasks[TASKS];

    atomic_store(&quiet, true);
    for (unsigned i = 0; i < TASKS; i++)
        expected[i] = tree_expected(i);
    atomic_store(&quiet, false);
    while (goes_on()) {
        struct params options = param_defaults(strategy_pool.options, PROFILE_SMOKE);
        int cpus[2] = {0, 0};
        unsigned k = 1 + dice(4);
        struct lane *lanes = aligned_alloc(_Alignof(struct lane), k * sizeof *lanes);
        struct strategy_state *state;
        memset(lanes, 0, k * sizeof *lanes);
        options.value[param_find(strategy_pool.options, "children_count")] = dice(12);
        options.value[param_find(strategy_pool.options, "queue_count")] = 2 << dice(4);
        options.value[param_find(strategy_pool.options, "spin_ns")] = dice(2) * 3000;
        struct strategy_config config = {.in_flight = k,
                                         .workers = 1 + dice(4),
                                         .group = 1,
                                         .cpus = cpus,
                                         .lanes = lanes,
                                         .n_lanes = k,
                                         .options = &options};
        CHECK(strategy_pool.open(&state, &config) == 0);
        for (unsigned pass = 0; pass < 3; pass++) {
            for (unsigned i = 0; i < TASKS; i++)
                tasks[i] = (struct task){.workload = &workload, .env = &env, .ops = 1, .id = i, .batch = 1};
            CHECK(strategy_pool.run(state, tasks, TASKS) == 0);
            for (unsigned i = 0; i < TASKS; i++)
                CHECK(tasks[i].err == 0 && tasks[i].result == expected[i]);
        }
        strategy_pool.close(state);
        free(lanes);
    }
}

/* ---- the queue alone ---- */

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
            jobs[i].arg[0] = rng_hash2(seed, first + i);
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
            atomic_fetch_add(&beats, 1);
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

static void queue(void)
{
    const char *text = getenv("QUINTET_HAMMER_ITEMS");
    pthread_t in[QUEUE_THREADS], out[QUEUE_THREADS];

    belt.items = text ? strtoull(text, NULL, 10) : QUEUE_ITEMS;
    CHECK(belt.items > 0);
    atomic_store(&quiet, true);
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
    printf("queue: %llu items\n", (unsigned long long)belt.items);
}

/* ---- the program ---- */

static const struct part {
    const char *name;
    void (*run)(void);
} parts[] = {{"submit", submit}, {"closing", closing}, {"children", children}, {"queue", queue}};
enum { PARTS = sizeof parts / sizeof parts[0] };

static void *watchdog(void *arg)
{
    uint64_t seen = 0;
    (void)arg;
    for (unsigned idle_s = 0; idle_s < WATCHDOG_S; idle_s++) {
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        uint64_t now = atomic_load(&beats);
        if (now != seen)
            idle_s = 0;
        seen = now;
    }
    fprintf(stderr, "pool_hammer: %s hangs after %llu rounds (seed %u)\n", running, (unsigned long long)seen, seed);
    abort();
}

static _Noreturn void usage(void)
{
    fputs("usage: pool_hammer [--seconds N] [--seed N] [--only submit|closing|children|queue]\n", stderr);
    exit(2);
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    pthread_t dog;

    for (int i = 1; i < argc; i += 2) {
        if (i + 1 >= argc)
            usage();
        if (!strcmp(argv[i], "--seconds"))
            seconds = strtoull(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--seed"))
            seed = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--only"))
            only = argv[i + 1];
        else
            usage();
    }
    unsigned chosen = 0;
    for (int i = 0; i < PARTS; i++)
        chosen += !only || !strcmp(only, parts[i].name);
    if (!chosen || !seconds)
        usage();
    pthread_create(&dog, NULL, watchdog, NULL);
    pthread_detach(dog);
    for (int i = 0; i < PARTS; i++) {
        if (only && strcmp(only, parts[i].name))
            continue;
        uint64_t before = beats;
        running = parts[i].name;
        atomic_store(&quiet, false);
        end_ns = clock_monotonic_ns() + seconds * 1000000000 / chosen;
        parts[i].run();
        printf("%-10s %8llu rounds\n", parts[i].name, (unsigned long long)(beats - before));
        fflush(stdout);
    }
    return 0;
}
