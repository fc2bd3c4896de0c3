/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coroutines: every task is a stackful coroutine; P workers carry them, each with an io_uring of its own.
 *
 * How tasks are dealt out to workers: coroutine/carriers_part.c. The runtime itself: docs/coroutines.md.
 */
#include "strategies/coroutine/carriers.h"

static const struct carriers_variant variant = {.backend = &io_backend_uring};

static int coroutines_probe(char *why, size_t why_len)
{
    return variant.backend->probe(why, why_len);
}

static unsigned coroutines_lanes(unsigned k, unsigned workers)
{
    (void)k;
    return carriers_workers(&variant, workers);
}

static unsigned coroutines_cores(unsigned k, unsigned workers)
{
    unsigned carriers = carriers_workers(&variant, workers);
    return k < carriers ? k : carriers;
}

static int coroutines_open(struct strategy_state **out, const struct strategy_config *config)
{
    return carriers_open(out, config, &variant);
}

const struct strategy strategy_coroutines = {
    .name = "coroutines",
    .summary = "stackful coroutines over P workers, each with its own io_uring",
    .canonical = true,
    .handoffs = CARRIERS_HANDOFFS,
    .options = carriers_options,
    .probe = coroutines_probe,
    .in_flight = carriers_in_flight,
    .lanes = coroutines_lanes,
    .cores = coroutines_cores,
    .open = coroutines_open,
    .run = carriers_run,
    .close = carriers_close,
    .describe = carriers_describe,
};
