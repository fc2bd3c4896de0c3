/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: one directory, one plan, blocks of trials, everything on disk as soon as it is known.
 */
#ifndef QUINTET_RUN_CAMPAIGN_H
#define QUINTET_RUN_CAMPAIGN_H

#include "run/plan.h"
#include "run/resume.h"

struct campaign_options {
    const char *results_dir; /* created if missing */
    uint64_t timeout_ns;     /* per trial */
    uint64_t budget_ns;      /* for the whole run; no block is begun that would end later. 0: none */
    double precision;        /* stop when all intervals are as narrow: half width as a share. 0: no such rule */
    int argc;
    char **argv;       /* for run.json */
    const json_t *job; /* the job file's object, for run.json; NULL: none */
    /* A run to go on with, or NULL for a new one (results_dir is then not looked at). It lends its descriptors and its
     * lock until campaign_run() returns. */
    const struct resume *resume;
    const char *resumed_despite; /* what is another machine, kernel or binary now: "a, b"; "" or NULL if nothing is */
    /* Called after every trial and before the first: for the progress line. May be NULL. */
    void (*progress)(void *arg, const struct plan *plan, unsigned done, unsigned total, const struct trial_record *last,
                     double elapsed_s);
    void *arg;
};

struct campaign_result {
    char run_id[NAME_LEN];
    char run_dir[4096];
    const char *status; /* "complete", "partial", "interrupted" */
    unsigned ok, skipped, failed, verify_failed;
    unsigned ceilings;      /* cells that met a limit of this machine: a result, and not among the failed */
    unsigned gated, reruns; /* trials that were disturbed; attempts made because of it */
    int signal;             /* which one interrupted us, or 0 */
    char first_failure[CELL_ID_LEN + REASON_LEN + 64], first_ceiling[CELL_ID_LEN + REASON_LEN + 64];
    char why[REASON_LEN]; /* what could not be done, when campaign_run returns an error */
    bool storage;         /* ... and it was the results that could not be stored */
    int data_left;        /* -errno: why data sets could not be deleted, and lie in data/ of the run; 0: none is left */
    unsigned first_block; /* where a resumed run went on; the blocks before were there */
    unsigned superseded;  /* trials in the journal that do not count: of blocks that were torn */
};

/*
 * Run the plan to its end, or as far as a signal lets it. 0 (look at the counts), or -errno: nothing was started
 * (storage: the directory can't be written; -EBUSY: another run holds it; -EBADMSG: the journal of the run to go on
 * with is not what a run wrote, -EPROTONOSUPPORT: it is of a version that is not read here), or the journal could not
 * be written on.
 */
int campaign_run(const struct plan *plan, const struct campaign_options *options, struct campaign_result *out);

/* For campaign.c and export: the name of a new run: "20261122T213000Z-9f3c0d". */
void campaign_make_id(char *out, size_t len, uint64_t seed);

#endif
