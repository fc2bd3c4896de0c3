/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coroutines_epoll: the same coroutines, with epoll and a few threads for files in place of io_uring.
 *
 * Beside `coroutines` it separates the unit of scheduling from who does the I/O.
 */
#include "strategies/coroutine/carriers.h"

static const struct carriers_variant variant = {.backend = &io_backend_epoll};

static int coroutines_epoll_probe(char *why, size_t why_len)
{
    return variant.backend->probe(why, why_len);
}

static unsigned coroutines_epoll_lanes(unsigned k, unsigned workers)
{
    (void)k;
    return carriers_workers(&variant, workers);
}

static unsigned coroutines_epoll_cores(unsigned k, unsigned workers)
{
    unsigned carriers = carriers_workers(&variant, workers);
    return k < carriers ? k : carriers;
}

static int coroutines_epoll_open(struct strategy_state **out, const struct strategy_config *config)
{
    return carriers_open(out, config, &variant);
}

const struct strategy strategy_coroutines_epoll = {
    .name = "coroutines_epoll",
    .summary = "stackful coroutines over P workers, each with its own epoll; files on threads",
    .canonical = false,
    .handoffs = CARRIERS_HANDOFFS,
    .options = carriers_options,
    .probe = coroutines_epoll_probe,
    .in_flight = carriers_in_flight,
    .lanes = coroutines_epoll_lanes,
    .cores = coroutines_epoll_cores,
    .open = coroutines_epoll_open,
    .run = carriers_run,
    .close = carriers_close,
    .describe = carriers_describe,
};
