/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small stored run, written through the record room: two cells of the workload "floor", run by "serial" and by
 * "threads", sound until a test makes it otherwise. It stands in a directory of its own, removed at exit.
 */
#ifndef QUINTET_TESTS_STORED_RUN_H
#define QUINTET_TESTS_STORED_RUN_H

#include "record/journal.h"

#include <jansson.h>

enum { STORED_CELLS = 2 };

struct stored_run {
    char dir[64];
    int dirfd;
    struct journal journal;
    json_t *run, *plan; /* run.json and plan.json, to be changed before stored_run_write() */
    unsigned ok;        /* trials in the journal that ended well */
};

/* An empty journal, and in memory the files of a complete run of so many blocks. */
void stored_run_begin(struct stored_run *stored, unsigned blocks);

/* The record of a good trial of a cell (0 or 1), for a test to change. */
struct trial_record stored_run_trial(unsigned cell, unsigned block);

/* Put a record into the journal. */
void stored_run_add(struct stored_run *stored, struct trial_record record);

/* A good trial of every cell in each of the blocks from `first` to before `end`. */
void stored_run_add_blocks(struct stored_run *stored, unsigned first, unsigned end);

/* Write run.json (which says how many trials ended well), plan.json and env.json, and close the journal. */
void stored_run_write(struct stored_run *stored);

/* SHA256SUMS over what is there. */
void stored_run_seal(const struct stored_run *stored);

/* One byte of a file becomes another: the first of `from`, which must stand in it, becomes the first of `to`. */
void stored_run_damage(const struct stored_run *stored, const char *name, const char *from, const char *to);

#endif
