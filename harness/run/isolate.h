/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run one request in a fresh process of this same program and get its reply, whatever happens in there.
 *
 * The child leads its own process group, dies with the harness, and is watched by a monotonic deadline: TERM, a moment
 * of grace, then KILL to the group and to every descendant that escaped it (the harness is a subreaper, so they all
 * come home to it). When isolate_run() returns, none of them is left.
 */
#ifndef QUINTET_RUN_ISOLATE_H
#define QUINTET_RUN_ISOLATE_H

#include "record/trial_record.h"

#include <signal.h>

struct isolate_result {
    json_t *reply; /* the reply, if a valid one came; owned by the caller */
    enum trial_end
        end; /* END_OK: exit 0 and a valid reply; else TIMEOUT, CRASHED, OOM, NO_RESOURCE, PROTOCOL, INTERRUPTED */
    int exit_status, signal;
    unsigned strays;        /* descendants that had to be killed */
    char words[REASON_LEN]; /* the end of what it wrote to stderr, control bytes replaced */
};

/* Once, early, from the only thread: become subreaper and catch SIGINT, SIGTERM and, unless it is ignored (nohup),
 * SIGHUP, also where they were blocked. 0 or -errno; -ENOTSUP: /proc does not show this process. */
int isolate_init(void);

/* The signal that asks us to stop, or 0. A second one kills the current trial's group and exits at once. */
int isolate_interrupted(void);

/* 0 when *out is filled (also for a crash); -errno if no process could be started at all. */
int isolate_run(const struct trial_spec *spec, uint64_t timeout_ns, struct isolate_result *out);

#endif
