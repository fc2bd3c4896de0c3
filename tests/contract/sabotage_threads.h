/* SPDX-License-Identifier: Apache-2.0 */
/* What cheats with one thread per task, K at a time, have in common. Where K is all of them, they are alive together.
 */
#ifndef QUINTET_TESTS_SABOTAGE_THREADS_H
#define QUINTET_TESTS_SABOTAGE_THREADS_H

#include "contract/strategy.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct strategy_state {
    const struct strategy_config *config;
    unsigned passes; /* run() calls: the first one is the warm-up */
};

struct carrier {
    pthread_t thread;
    struct task *task;
    struct ctx ctx;
};

static inline int probe(char *why, size_t why_len)
{
    (void)why;
    (void)why_len;
    return 0;
}

static inline unsigned as_many_as_asked(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static inline unsigned at_most_workers(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static inline int open_threads(struct strategy_state **out, const struct strategy_config *config)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return -ENOMEM;
    (*out)->config = config;
    return 0;
}

static inline void close_threads(struct strategy_state *state)
{
    free(state);
}

static inline void *carrier_main(void *arg)
{
    struct carrier *carrier = arg;
    task_loop(carrier->task, &carrier->ctx);
    return NULL;
}

/* All tasks, K at a time. */
static inline int carry(struct strategy_state *state, struct task *tasks, unsigned n, const struct ctx_ops *ops)
{
    const struct strategy_config *config = state->config;
    struct carrier *carriers = calloc(config->in_flight, sizeof *carriers);
    int rc = carriers ? 0 : -ENOMEM;
    for (unsigned from = 0; from < n && !rc; from += config->in_flight) {
        unsigned started = 0;
        for (; !rc && started < config->in_flight && from + started < n; started += !rc) {
            struct carrier *c = &carriers[started];
            *c = (struct carrier){.task = &tasks[from + started], .ctx = {ops, &config->lanes[started]}};
            rc = -pthread_create(&c->thread, NULL, carrier_main, c);
        }
        for (unsigned i = 0; i < started; i++)
            pthread_join(carriers[i].thread, NULL);
    }
    free(carriers);
    return rc;
}

#endif
