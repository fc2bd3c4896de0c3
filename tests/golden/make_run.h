/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A synthetic run with known truths, written through the record room like a real one. Deterministic: no clock, no libm.
 *
 * The truths (P = 2, before ±1 % of noise per trial and a drift of up to 10 % that a whole block shares):
 *   sleep_fanout   K=128: coroutines first, then pool, threads; processes last; threads lose one trial to a timeout
 *   sha256         threads, pool and coroutines equal at every K: equivalent by verdict
 *   mandelbrot     pool 2 % behind threads: inside the margin, hence not worse by verdict
 *   handoff        coroutines 60 ns; threads across CPUs by pipe "did not switch"
 *   mandelbrot     processes warm up over the first eighth; sleep_fanout: one trial of threads at K=16 never settles
 *   spawn_join     coroutines 180 ns, pool 3 µs, threads 18 µs, processes 220 µs
 *   pipe_pairs     serial skipped by the plan; processes at K=128 skipped by their own trial
 */
#ifndef QUINTET_TESTS_GOLDEN_MAKE_RUN_H
#define QUINTET_TESTS_GOLDEN_MAKE_RUN_H

#include <stdbool.h>

struct make_run_options {
    unsigned blocks;         /* >= 1 */
    unsigned cases_per_case; /* 1; more multiplies the cells, for the test of time */
    const char *cpu_model;   /* NULL: a harmless one */
    bool variants;           /* five strategies more: threads_static 1.25 x as fast as threads, coroutines_epoll 0.8 and
                                coroutines_1 0.5 x as fast as coroutines, prefork 3 x as processes, pool_steal as pool */
    bool disturbed; /* each first attempt of pool on sha256 was 40 % slower, did not pass a gate, and was repeated */
    /* Another run of the same, or of nearly the same: all 0 or NULL for the run told above. */
    unsigned noise; /* other noise */
    const char *changed_workload, *changed_strategy;
    double changed_factor;        /* ... takes so many times as long there */
    const char *absent_strategy;  /* the plan skips all its cells: "no io_uring here" */
    const char *revised_workload; /* its protocol is 2 */
    /* Another machine: P (0: 2), with the sweeps of K that follow from it; and how many messages sha256 has to hash (0:
     * no such parameter), which its plan calls an amount unless it is of an older version. */
    unsigned workers, messages;
    bool old_plan;
};

/* Write the run's files into `dir`, which must exist and be empty. 0 or -errno. */
int make_run(const char *dir, const struct make_run_options *options);

/* The directory with all that is in it. */
void remove_run(const char *dir);

#endif
