/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coroutines_1: the same coroutines on one worker, whatever CPUs were granted.
 *
 * Beside `coroutines` it shows what the number of cores is worth, and what sharing between workers costs.
 */
#include "strategies/coroutine/carriers.h"

static const struct carriers_variant variant = {.backend = &io_backend_uring, .workers_max = 1};

static int coroutines_1_probe(char *why, size_t why_len)
{
    return variant.backend->probe(why, why_len);
}

static unsigned coroutines_1_lanes(unsigned k, unsigned workers)
{
    (void)k;
    return carriers_workers(&variant, workers);
}

static unsigned coroutines_1_cores(unsigned k, unsigned workers)
{
    unsigned carriers = carriers_workers(&variant, workers);
    return k < carriers ? k : carriers;
}

static int coroutines_1_open(struct strategy_state **out, const struct strategy_config *config)
{
    return carriers_open(out, config, &variant);
}

const struct strategy strategy_coroutines_1 = {
    .name = "coroutines_1",
    .summary = "stackful coroutines on one worker with one io_uring",
    .canonical = false,
    .handoffs = CARRIERS_HANDOFFS,
    .options = carriers_options,
    .probe = coroutines_1_probe,
    .in_flight = carriers_in_flight,
    .lanes = coroutines_1_lanes,
    .cores = coroutines_1_cores,
    .open = coroutines_1_open,
    .run = carriers_run,
    .close = carriers_close,
    .describe = carriers_describe,
};
