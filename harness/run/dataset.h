/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data sets: made once per run before its first trial, by the workload's prepare() in a process of its own, shared by
 * all trials, and taken away again at the end. They live in data/ inside the run's directory.
 */
#ifndef QUINTET_RUN_DATASET_H
#define QUINTET_RUN_DATASET_H

#include "record/trial_record.h"

struct dataset {
    int parent_fd, dirfd; /* a trial inherits it: no name has to lead there, and none can lead elsewhere */
    uint64_t done[256];   /* hashes of the cases already prepared */
    unsigned n_done;
};

/* Make the directory. 0 or -errno. */
int dataset_open(struct dataset *data, int run_dirfd);

/* Delete what a run that was killed has left of its data sets. Never follows links. */
void dataset_discard(int run_dirfd);

/* Prepare the case of this spec unless it has been. 0 or -errno, reason in `why`. */
int dataset_prepare(struct dataset *data, const struct trial_spec *spec, uint64_t timeout_ns, char *why,
                    size_t why_len);

/* Delete the files inside data/ and data/ itself: it is ours, made by dataset_open(). Never follows links. 0, or -errno
 * of the first thing that could not be deleted; the others are gone all the same. */
int dataset_close(struct dataset *data);

#endif
