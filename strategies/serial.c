/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serial: one task after another on the calling thread. The baseline: no carrier is made, nothing is handed over, and
 * what is left is the work itself.
 */
#include "contract/strategy.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

/* The widest mask that Linux can be built for is 8192 CPUs; a plain cpu_set_t holds 1024. */
enum { AFFINITY_SETS = 8192 / CPU_SETSIZE };

struct strategy_state {
    const struct strategy_config *config;
    cpu_set_t caller_cpus[AFFINITY_SETS]; /* given back on close: the caller's thread is only borrowed */
    bool pinned;
};

static int serial_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned serial_one(unsigned k, unsigned workers)
{
    (void)k, (void)workers;
    return 1;
}

static int serial_open(struct strategy_state **out, const struct strategy_config *config)
{
    *out = NULL;
    if (config->n_lanes < 1)
        return -EINVAL;
    if (config->group > 1)
        return -ENOTSUP; /* the first of the group would wait for the second for ever */
    struct strategy_state *state = calloc(1, sizeof *state);
    if (!state)
        return -ENOMEM;
    state->config = config;
    if (config->placement == PLACE_ACROSS) {
        int rc = sched_getaffinity(0, sizeof state->caller_cpus, state->caller_cpus) ? -errno : 0;
        if (rc == 0)
            rc = strategy_place(config, 0);
        if (rc < 0) {
            free(state);
            return rc;
        }
        state->pinned = true;
    }
    *out = state;
    return 0;
}

static int serial_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    struct ctx ctx = {.ops = &ctx_blocking, .lane = &state->config->lanes[0]};

    for (unsigned i = 0; i < n; i++) {
        task_mark_asked(&tasks[i]);
        task_loop(&tasks[i], &ctx);
        task_mark_gone(&tasks[i]);
    }
    return 0;
}

static void serial_close(struct strategy_state *state)
{
    if (state->pinned)
        sched_setaffinity(0, sizeof state->caller_cpus, state->caller_cpus);
    free(state);
}

const struct strategy strategy_serial = {
    .name = "serial",
    .summary = "one task after another on the calling thread",
    .canonical = true,
    .probe = serial_probe,
    .in_flight = serial_one,
    .lanes = serial_one,
    .cores = serial_one,
    .open = serial_open,
    .run = serial_run,
    .close = serial_close,
};
