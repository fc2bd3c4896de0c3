/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs what in the synthetic run of make_run.h, and what is true of each cell, before noise and drift. */
#ifndef QUINTET_TESTS_GOLDEN_TRUTHS_H
#define QUINTET_TESTS_GOLDEN_TRUTHS_H

#include "record/trial_record.h"

#include <stdbool.h>
#include <stdint.h>

enum { SERIAL, THREADS, POOL, PROCESSES, COROUTINES, N_STRATEGIES };
enum { THREADS_STATIC = N_STRATEGIES, POOL_STEAL, PREFORK, COROUTINES_1, COROUTINES_EPOLL, WITH_VARIANTS };
extern const char *const strategies[WITH_VARIANTS][2]; /* name, summary */

struct workload_model {
    const char *name, *kind, *summary, *op_is, *headline;
    const char *params[5]; /* "via=native,place=same" */
    unsigned k[5];
    bool needs_pair;
};

enum { N_MODELS = 11 };
extern const struct workload_model models[N_MODELS];

/* What is true of one cell, per op. */
struct truth {
    double wall_ns; /* run_ns / ops */
    double user_ns, system_ns, voluntary, involuntary, user_switches;
    double latency_ns, memory_bytes, metric_ns;
    uint64_t ops, samples, wait_ns;
    const char *ideal, *metric;
    uint64_t work_per_op;
    struct named_value more[4]; /* further metrics; they end with an empty name */
};

/* What is true of this workload's cell with these parameters ("via=native,place=same"), this strategy and K = k, on a
 * machine of P = p. */
struct truth truth_of(const struct workload_model *m, const char *params, int strategy, unsigned k, unsigned p);

#endif
