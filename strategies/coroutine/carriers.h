/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the strategies made of coroutines share: they differ in how many workers carry the tasks, and in who does their
 * I/O. Each is a file of its own in strategies/, which names its variant and points to these functions.
 */
#ifndef QUINTET_COROUTINE_CARRIERS_H
#define QUINTET_COROUTINE_CARRIERS_H

#include "contract/strategy.h"

#include "strategies/coroutine/io.h"

struct carriers_variant {
    const struct io_backend *backend;
    unsigned workers_max; /* 0: as many as CPUs were granted */
};

extern const struct param_spec carriers_options[];

/* Not by a condition variable: who waits at one stops the worker that is to run the other. */
enum { CARRIERS_HANDOFFS = 1 << HANDOFF_GENERATOR | 1 << HANDOFF_CALLBACK };

/* Workers that a variant uses of those granted. */
unsigned carriers_workers(const struct carriers_variant *variant, unsigned granted);

/* struct strategy's functions of these names; *variant must outlive the state. open: -ENOTSUP if tasks shall be on
 * several CPUs and the variant has one worker. */
int carriers_open(struct strategy_state **out, const struct strategy_config *config,
                  const struct carriers_variant *variant);
int carriers_run(struct strategy_state *s, struct task *tasks, unsigned n);
void carriers_close(struct strategy_state *s);
void carriers_describe(const struct strategy_state *s, char *out, size_t len);

/* Every task is a coroutine: as many alive as are asked for. */
static inline unsigned carriers_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

#endif
