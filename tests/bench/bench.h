/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we run beside its peers: what a row of `make bench-runtime` is.
 *
 * A row compares two sides: ours, and a peer that does the same work. A side is one function that does `n` units of
 * work and says what they took; everything else (how many, when, in what order, on which CPUs, the statistics) is the
 * driver's business. To add a row: one entry in a table (rows_*.c) and one function per side.
 */
#ifndef QUINTET_TESTS_BENCH_H
#define QUINTET_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a side is told. */
struct bench_call {
    const void *arg; /* the side's own, from the table */
    uint64_t n;      /* units to do: a multiple of the side's quantum */
    unsigned cpus;   /* how many the caller's affinity allows now: 1, or all that this run was granted */
    uint64_t seed;   /* of this round; the same for both sides */
};

/* Do call->n units; *total is what all of them took: nanoseconds, or bytes. What is not a unit (making coroutines, the
 * first lap) stays outside. 0; -ENOPKG: this peer is not on this machine; other -errno: it failed. */
typedef int bench_measure_fn(const struct bench_call *call, double *total);

struct bench_side {
    bench_measure_fn *measure;
    const void *arg;
    uint64_t quantum; /* units come in multiples of this; 0 = 1 */
};

enum bench_unit { BENCH_NS, BENCH_BYTES };
enum bench_cpus { BENCH_ONE_CPU, BENCH_ALL_CPUS };

/* What must not exceed `limit`. */
enum bench_target_of {
    BENCH_NO_TARGET,
    BENCH_RATIO,      /* ours / peer */
    BENCH_DIFFERENCE, /* ours - peer */
    BENCH_OURS,       /* ours alone */
};

struct bench_row {
    const char *name; /* for --rows and --list */
    const char *per;  /* one unit */
    const char *live; /* what each side keeps alive while it switches */
    const char *k;    /* how many flows there are; NULL = as many as units */
    const char *order;
    const char *peer_name;
    struct bench_side ours, peer;
    enum bench_unit unit;
    enum bench_cpus cpus;
    uint64_t units, units_quick; /* fixed amounts, the second with --quick; 0 = as many as fill the span */
    uint64_t bytes_needed;       /* free memory for `units`; with less it is units_quick, and the row says so */
    unsigned rounds_max;         /* fewer rounds for a row whose numbers hardly differ and take long; 0 = all */
    enum bench_target_of target_of;
    double target_limit;
};

/* For a row whose peer is ours with 1000 of the same: what one costs must not depend on how many there are. */
#define BENCH_FLAT .target_of = BENCH_RATIO, .target_limit = 1.3

struct bench_table {
    const struct bench_row *row;
    size_t count;
};

/* The tables, one per rows_*.c. */
extern const struct bench_table rows_switch, rows_yield, rows_generator, rows_spawn, rows_memory, rows_fork_join,
    rows_pool, rows_queue;

/* What the rounds of one row gave. */
struct bench_result {
    const struct bench_row *row;
    double *ours, *peer;             /* per unit, by round; owned */
    unsigned n;                      /* rounds */
    double ours_ns, peers_awake_ns;  /* what measuring ours took; CPU time of all peers' processes in it, ideally 0 */
    bool short_of_memory;            /* units_quick instead of units */
    uint64_t ours_units, peer_units; /* of one measurement */
    int ours_err, peer_err;          /* why there is no number; 0 if there is one */
};

/* What holds for the whole run, for the reports. */
struct bench_run {
    uint64_t seed;
    unsigned rounds, cpus;
    bool quick;
    double seconds, foreign_percent, steal_percent; /* of the CPU time of all CPUs of the machine */
};

enum { BENCH_ROWS_MAX = 128 };

/* Fill in the results, and what else the machine did meanwhile. results[i].row is set, its arrays have room for all
 * rounds. 0 or -errno; what goes wrong with a row is in its result. */
int bench_run_rounds(struct bench_run *run, struct bench_result *results, size_t count);

/* bench_report.c. Text for people; JSON as --help describes it. 0 or -errno. */
int bench_report_text(const struct bench_run *run, const struct bench_result *results, size_t count);
int bench_report_json(const struct bench_run *run, const struct bench_result *results, size_t count, FILE *out);

/* On standard error, if others used the machine meanwhile. */
void bench_report_warnings(const struct bench_run *run);

#endif
