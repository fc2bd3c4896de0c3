/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stored run that has not ended, to go on with: what its files say, and whether this is the place to do so.
 *
 * A run goes on at a block's boundary. What is compared is compared inside blocks, so a block whose trials are from two
 * sessions would pair what lies hours apart: the trials of a torn block stay in the journal and do not count
 * (docs/adr/0011-resume.md).
 */
#ifndef QUINTET_RUN_RESUME_H
#define QUINTET_RUN_RESUME_H

#include "run/plan.h"

#include <jansson.h>

struct resume {
    char run_dir[4096]; /* as the user named it */
    int results_fd, run_fd, lock_fd;
    json_t *run, *plan, *env;    /* its documents */
    bool complete;               /* there is nothing left to do; the run is neither held nor changed */
    struct plan_request request; /* profile, blocks and seed of the run */
};

/*
 * Read the run and hold its results directory, as a running one does. 0; -ENOENT: no run, or one that was killed before
 * its plan was stored; -EBADMSG: its files are not what a run of ours wrote, or not those that were sealed;
 * -EPROTONOSUPPORT: they are of a version that is not read here; -EBUSY:
 * somebody writes there; or -errno. `why` is one sentence. resume_close() in any case.
 */
int resume_open(struct resume *resume, const char *run_dir, char *why, size_t why_len);
void resume_close(struct resume *resume);

/*
 * The run's plan on this machine. 0, or -ESTALE with the keys of plan.json that are other ones here in `why`, -EBADMSG,
 * -ENOMEM. The machine must outlive the plan.
 */
int resume_plan(const struct resume *resume, struct plan *plan, const struct machine *machine, char *why,
                size_t why_len);

/* What of program, kernel and machine is not what it was when the run began: "a, b, c" into `out`, or "". Trials of one
 * run must come from one machine. */
void resume_differences(const struct resume *resume, const struct machine *machine, char *out, size_t len);

/* One writer at a time: lock results/.lock. The descriptor, or -errno; on -EBUSY *holder is who has it, or 0. What a
 * dead process's child still holds is waited for, a second at most. */
int resume_lock(int results_fd, long *holder);

#endif
