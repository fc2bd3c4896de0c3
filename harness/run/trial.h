/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One trial, inside the process that was started for it. Nothing here knows about other trials.
 *
 *   probe -> arena -> setup -> open -> warm-up -> reset -> counters -> RUN -> counters -> close -> check -> teardown
 */
#ifndef QUINTET_RUN_TRIAL_H
#define QUINTET_RUN_TRIAL_H

#include "contract/strategy.h"
#include "contract/workload.h"
#include "record/trial_record.h"

/* A spec with its names looked up and its texts parsed. */
struct trial_setup {
    const struct workload *workload;
    const struct strategy *strategy;
    struct params params, options;
    enum placement place;
    unsigned origin_servers; /* 0: the cell doesn't say */
};

/* The value of "servers", a parameter of all workloads that fetch: 1 .. ORIGIN_SERVERS_MAX, or -ERANGE with the reason
 * in `why`. */
int trial_origin_servers(const char *text, char *why, size_t why_len);

/* 0, or -ENOENT / -EINVAL / -ERANGE with the reason in `why`. */
int trial_resolve(const struct cell *cell, struct trial_setup *out, char *why, size_t why_len);

/*
 * Run the cell once in this process and fill the record (all but run_id, block, slot, expect, attempts) and, for END_OK
 * and END_VERIFY_FAILED, the merged histograms. Never fails otherwise than through record->end and ->reason.
 * Call at most once per process for figures that count; the calling process must be single-threaded (carriers may
 * fork).
 */
void trial_execute(const struct trial_spec *spec, struct trial_record *record, struct trial_hists *hists);

/* The oracle: the digest that every strategy must reach. 0, -ENOTSUP (skip), -errno; reason in `why`. */
int trial_expect(const struct trial_spec *spec, uint64_t *digest, char *why, size_t why_len);

/* Make the data sets of one workload and parameter set. 0 or -errno; reason in `why`. */
int trial_prepare(const struct trial_spec *spec, char *why, size_t why_len);

enum {
    TRIAL_EXIT_NO_MEMORY = 71,
    TRIAL_DATA_FD =
        4, /* where a trial's process finds the directory of the data sets, if its spec says that it has one */
};

/* Body of the process that isolate_run() starts: reads a spec frame from `in`, serves it, writes a reply frame to
 * `out`. Returns the exit status: 0, 70, or TRIAL_EXIT_NO_MEMORY if there was none to take the request in or to make up
 * the reply. `parent` is the harness: if it is gone already, nothing is run. */
int trial_serve(int in, int out, pid_t parent);

#endif
