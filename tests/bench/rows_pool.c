/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handing an empty job to a pool of threads, from a thread that is none of them, until it has run and the submitter
 * knows: a thousand at a time, and one at a time, which is the round trip.
 *
 * Everybody has as many workers as CPUs, and a submitter that sleeps while it waits. What "it has run" costs is in it,
 * on each side what that side has for it: our job and oneTBB's count themselves down, and the last one wakes the
 * submitter; libuv tells its loop about each job. What is not in it: threads that are made, and memory for jobs where
 * it is the submitter's (libuv's requests; ours and oneTBB's copies are the library's own business).
 *
 * oneTBB's idiom for a job that stands for itself is task_arena::enqueue(). A task_group is the other way to hand it
 * something, but the submitter then works too, and on one CPU alone: a row without a target.
 */
#include "bench.h"
#include "peers.h"

#include "strategies/latch.h"
#include "strategies/thread_pool.h"

#include "measure/clock.h"

static void job_run(const struct closure *self, void *worker)
{
    (void)worker;
    latch_down((struct latch *)(uintptr_t)self->arg[0], 1);
}

/* When this returns 0, all have run: the latch counts. */
static int batches_run(struct thread_pool *pool, uint64_t batch, uint64_t n)
{
    struct latch done;
    const struct closure job = {.run = job_run, .arg = {(uintptr_t)&done}};
    int err = 0;
    for (uint64_t count = 0; count < n && !err; count += batch) {
        uint64_t taken = 0;
        latch_init(&done, (uint32_t)batch);
        while (taken < batch && !(err = thread_pool_submit(pool, &job, THREAD_POOL_BLOCK)))
            taken++;
        if (err)
            latch_down(&done, (uint32_t)(batch - taken));
        latch_wait(&done);
    }
    return err;
}

static int pool_measure(const struct bench_call *call, double *total)
{
    uint64_t batch = *(const uint64_t *)call->arg;
    struct thread_pool *pool;
    int err = thread_pool_create(&pool, &(struct thread_pool_config){.threads = call->cpus});
    if (err)
        return err;
    err = batches_run(pool, batch, batch > call->n / 16 ? batch : call->n / 16); /* warm */
    uint64_t start_ns = clock_monotonic_ns();
    err = err ? err : batches_run(pool, batch, call->n);
    *total = (double)(clock_monotonic_ns() - start_ns);
    thread_pool_destroy(pool);
    return err;
}

#define ONE_CPU     .cpus = BENCH_ONE_CPU
#define ALL_CPUS    .cpus = BENCH_ALL_CPUS
#define OURS(batch) .ours = {.measure = pool_measure, .arg = &(const uint64_t){batch}, .quantum = (batch)}
#define TARGET      .target_of = BENCH_RATIO, .target_limit = 0.7
#define JOB         .per = "empty job", .live = "nothing; as many workers as CPUs, and a submitter"
#define BATCH       JOB, OURS(1000), .k = "1 000", .order = "1 000 jobs, then a wait for all"
#define ONE         JOB, OURS(1), .k = "1", .order = "one at a time: submitted, run, waited for"
#define FLAT(batch, k_)                                                                                                \
    JOB, OURS(batch), .k = k_ ", the peer 1 000", .order = "all jobs, then a wait for all",                            \
                      .peer_name = "ours, 1 000",                                                                      \
                      .peer = {.measure = pool_measure, .arg = &(const uint64_t){1000}, .quantum = 1000}, BENCH_FLAT

#define TBB_BATCH   PEER_PROCESS("TBB enqueue", peer_tbb, "enqueue_1000", 1000), TARGET
#define UV_BATCH    PEER_PROCESS("uv_queue_work", peer_uv, "submit_1000", 1000), TARGET
#define GROUP_BATCH PEER_PROCESS("TBB task_group", peer_tbb, "group_1000", 1000)
#define TBB_ONE     PEER_PROCESS("TBB enqueue", peer_tbb, "enqueue_1", 1), TARGET
#define UV_ONE      PEER_PROCESS("uv_queue_work", peer_uv, "submit_1", 1), TARGET

static const struct bench_row rows[] = {
    {.name = "pool_submit", BATCH, TBB_BATCH, ONE_CPU},
    {.name = "pool_submit_all_cpus", BATCH, TBB_BATCH, ALL_CPUS},
    {.name = "pool_submit_uv", BATCH, UV_BATCH, ONE_CPU},
    {.name = "pool_submit_uv_all_cpus", BATCH, UV_BATCH, ALL_CPUS},
    {.name = "pool_submit_group", BATCH, GROUP_BATCH, ONE_CPU},
    {.name = "pool_submit_group_all_cpus", BATCH, GROUP_BATCH, ALL_CPUS},
    {.name = "pool_round_trip", ONE, TBB_ONE, ONE_CPU},
    {.name = "pool_round_trip_all_cpus", ONE, TBB_ONE, ALL_CPUS},
    {.name = "pool_round_trip_uv", ONE, UV_ONE, ONE_CPU},
    {.name = "pool_round_trip_uv_all_cpus", ONE, UV_ONE, ALL_CPUS},
    {.name = "pool_flat_10k", FLAT(10000, "10 000"), ONE_CPU},
    {.name = "pool_flat_100k", FLAT(100000, "100 000"), ONE_CPU},
    {.name = "pool_flat_1m", FLAT(1000000, "1 000 000"), ONE_CPU},
    {.name = "pool_flat_10k_all_cpus", FLAT(10000, "10 000"), ALL_CPUS},
    {.name = "pool_flat_100k_all_cpus", FLAT(100000, "100 000"), ALL_CPUS},
    {.name = "pool_flat_1m_all_cpus", FLAT(1000000, "1 000 000"), ALL_CPUS},
};

const struct bench_table rows_pool = {rows, sizeof rows / sizeof rows[0]};
