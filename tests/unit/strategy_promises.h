/* SPDX-License-Identifier: Apache-2.0 */
/* What strategies promise (contract/strategy.h), each promise as the body of a test. */
#ifndef QUINTET_TESTS_STRATEGY_PROMISES_H
#define QUINTET_TESTS_STRATEGY_PROMISES_H

#include "unit/strategy_ops.h"

static inline void rig_test_once_and_in_order(const struct strategy *strategy)
{
    const unsigned in_flight[] = {1, 2, 3, 7, 64};

    for (unsigned j = 0; j < sizeof in_flight / sizeof *in_flight; j++) {
        const unsigned k = in_flight[j], counts[] = {0, 1, k - 1, k, 3 * k + 5};
        for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
            struct rig rig;
            rig_init(&rig, strategy, op_watched, k, counts[c]);
            rig_open(&rig);
            for (int pass = 0; pass < 2; pass++) { /* warm-up and timed, on one state */
                int rc = rig_run(&rig, 5);
                cr_assert(rc == 0, "%s: run: %d", strategy->name, rc);
                rig_check_complete(&rig, 5);
                cr_assert(rig.board->peak <= rig.board->in_flight, "%s: %u alive with K=%u", strategy->name,
                          rig.board->peak, k);
                cr_assert(rig.board->bad_order == 0, "%s: K=%u: %u tasks admitted out of order", strategy->name, k,
                          rig.board->bad_order);
                cr_assert(rig.board->ended == rig.n && rig.board->alive == 0);
            }
            rig_close(&rig);
        }
    }
    cr_assert(!rig_has_children());
}

static inline void rig_test_slots_are_freed(const struct strategy *strategy)
{
    for (unsigned k = 2; k <= 5; k++) {
        struct rig rig;
        rig_init(&rig, strategy, op_first_waits_for_last, k, 40);
        rig_open(&rig);
        cr_assert(rig_run(&rig, 1) == 0);
        rig_check_complete(&rig, 1);
        rig_close(&rig);
    }
}

static inline void rig_test_groups(const struct strategy *strategy, unsigned k_max)
{
    for (unsigned k = 2; k <= 4; k++) {
        struct rig rig;
        rig_init(&rig, strategy, op_pair, k, 26);
        rig.config.group = 2;
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            cr_assert(rig_run(&rig, 50) == 0);
            rig_check_complete(&rig, 50);
        }
        rig_close(&rig);
    }
    for (unsigned k = 2; k <= k_max; k = k == 2 ? k_max : k + 1) {
        struct rig rig;
        rig_init(&rig, strategy, op_barrier, k, k);
        rig.config.group = k;
        rig_open(&rig);
        for (int pass = 0; pass < 2; pass++) {
            int rc = rig_run(&rig, 1);
            cr_assert(rc == 0, "%s: K=%u: %d", strategy->name, k, rc);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
    }
}

static inline void rig_test_errors(const struct strategy *strategy)
{
    struct rig rig;

    rig_init(&rig, strategy, op_fails, 2, 8);
    rig_open(&rig);
    cr_assert(rig_run(&rig, 4) == 0);
    for (unsigned i = 0; i < rig.n; i++) {
        cr_assert(rig.tasks[i].runs == 1);
        cr_assert(rig.tasks[i].err == (i == 1 ? -EPROTO : 0));
        cr_assert(rig.tasks[i].ops_done == (i == 1 ? 2 : 4));
    }
    rig_close(&rig);
}

/* Carriers are pinned when that is asked, and the caller never is. */
static inline void rig_test_pinning(const struct strategy *strategy)
{
    cpu_set_t before, after;
    struct rig rig;
    unsigned found = 0;

    cr_assert(sched_getaffinity(0, sizeof before, &before) == 0);
    rig_init(&rig, strategy, op_pinned, 3, 9);
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET(cpu, &before))
            rig.cpus[found++] = cpu;
    rig.config.workers = found;
    rig.config.placement = PLACE_ACROSS;
    rig_open(&rig);
    cr_assert(rig_run(&rig, 2) == 0);
    rig_check_complete(&rig, 2);
    cr_assert(rig.board->bad_cpu == 0, "%s: %u ops on a carrier that is not pinned", strategy->name,
              rig.board->bad_cpu);
    rig_close(&rig);
    cr_assert(sched_getaffinity(0, sizeof after, &after) == 0);
    cr_assert(CPU_EQUAL(&before, &after), "%s: the caller stays pinned", strategy->name);
}

/* The same of those that have their carriers from open on, which says so where they cannot be placed. */
static inline void rig_test_placement(const struct strategy *strategy)
{
    struct rig rig;

    rig_test_pinning(strategy);
    rig_init(&rig, strategy, op_pair, 2, 4);
    rig.config.group = 2;
    rig.cpus[0] = rig.cpus[1] = CPU_SETSIZE - 1;
    rig.config.placement = PLACE_ACROSS;
    int rc = strategy->open(&rig.state, &rig.config);
    cr_assert(rc == -EINVAL && rig.state == NULL, "%d", rc);
    rig_close(&rig);
    cr_assert(!rig_has_children());
}

static inline void rig_test_refusals(const struct strategy *strategy)
{
    struct rig rig;

    rig_init(&rig, strategy, op_plain, 4, 4);
    rig.config.n_lanes--;
    cr_assert(strategy->open(&rig.state, &rig.config) == -EINVAL && rig.state == NULL, "%s: lanes", strategy->name);
    rig.config.n_lanes++;
    rig.config.group = 5;
    const int no_group = strategy->in_flight(5, 2) < 5 ? -ENOTSUP : -EINVAL; /* not with any K, or not with this one */
    cr_assert(strategy->open(&rig.state, &rig.config) == no_group && rig.state == NULL, "%s: group", strategy->name);
    rig_close(&rig);
}

static inline void rig_test_nothing_is_left(const struct strategy *strategy)
{
    unsigned fds = 0, threads = 0, maps = 0;

    for (unsigned life = 0; life < 200; life++) {
        struct rig rig;
        rig_init(&rig, strategy, op_plain, 1 + life % 4, 5);
        rig_open(&rig);
        if (life % 3) { /* and without a run */
            cr_assert(rig_run(&rig, 1) == 0);
            rig_check_complete(&rig, 1);
        }
        rig_close(&rig);
        if (life == 20) { /* by then glibc's cache of stacks has what it needs */
            fds = rig_entries_count("/proc/self/fd");
            threads = rig_entries_count("/proc/self/task");
            maps = rig_maps_count();
        }
        cr_assert(!rig_has_children());
    }
    cr_assert(rig_entries_count("/proc/self/fd") == fds, "%s: descriptors", strategy->name);
    cr_assert(rig_threads_come_down_to(threads), "%s: threads", strategy->name);
    cr_assert(SANITIZED || rig_maps_count() <= maps + 4, "%s: %u -> %u mappings", strategy->name, maps,
              rig_maps_count());
}

/* Each run puts all carriers to sleep and wakes them: the place where a wake-up would get lost. */
static inline void rig_test_short_runs(const struct strategy *strategy, unsigned k, unsigned rounds)
{
    struct rig rig;

    rig_init(&rig, strategy, op_plain, k, 7);
    rig_open(&rig);
    for (unsigned round = 0; round < rounds; round++) {
        rig.n = 1 + round % 7;
        cr_assert(rig_run(&rig, 1) == 0);
        rig_check_complete(&rig, 1);
    }
    rig_close(&rig);
}

/* Three tasks where `k` could be alive. */
static inline void rig_test_few_tasks(const struct strategy *strategy, unsigned k, unsigned passes)
{
    struct rig rig;

    rig_init(&rig, strategy, op_plain, k, 3);
    rig_open(&rig);
    for (unsigned pass = 0; pass < passes; pass++) {
        cr_assert(rig_run(&rig, 10) == 0);
        rig_check_complete(&rig, 10);
    }
    rig_close(&rig);
}

/* One task at a time for 64 carriers: two sleeps per round (the carrier's and the caller's), not one per carrier. */
static inline void rig_test_one_wakes_few(const struct strategy *strategy)
{
    enum { ROUNDS = 2000 };
    struct rusage before, after;
    struct rig rig;

    rig_init(&rig, strategy, op_plain, 64, 1);
    if (param_find(strategy->options, "spin_ns") >= 0)
        rig_option(&rig, "spin_ns", 0);
    rig_open(&rig);
    getrusage(RUSAGE_SELF, &before);
    for (unsigned round = 0; round < ROUNDS; round++)
        cr_assert(rig_run(&rig, 1) == 0);
    getrusage(RUSAGE_SELF, &after);
    long switches = after.ru_nvcsw - before.ru_nvcsw;
    cr_assert(switches < 6 * ROUNDS, "%ld voluntary switches in %d rounds", switches, (int)ROUNDS);
    rig_close(&rig);
}

/* Threads with great stacks and an address space with room for three of them: open fails, and works once there is room.
 */
static inline void rig_test_refused_open(const struct strategy *strategy)
{
    if (SANITIZED)
        test_skip("RLIMIT_AS and sanitizers exclude each other");
    unsigned threads = rig_entries_count("/proc/self/task");
    struct rlimit before;
    struct rig rig;

    rig_init(&rig, strategy, op_plain, 64, 64);
    rig_option(&rig, "stack_bytes", 64 << 20);
    getrlimit(RLIMIT_AS, &before);
    struct rlimit now = {.rlim_cur = rig_address_space_bytes() + (UINT64_C(224) << 20), .rlim_max = before.rlim_max};
    cr_assert(setrlimit(RLIMIT_AS, &now) == 0);
    int rc = rig.strategy->open(&rig.state, &rig.config);
    cr_assert(setrlimit(RLIMIT_AS, &before) == 0);
    cr_assert(rc == -EAGAIN, "%d", rc);
    cr_assert(rig.state == NULL && rig_threads_come_down_to(threads));
    rig_open(&rig);
    cr_assert(rig_run(&rig, 3) == 0);
    rig_check_complete(&rig, 3);
    rig_close(&rig);
}

#endif
