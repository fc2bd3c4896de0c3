/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For strategies whose carriers the system can refuse: at the moment of refusal, say which limit it was. Later the
 * carriers that met it have ended, and nobody can tell.
 */
#ifndef QUINTET_STRATEGIES_REFUSAL_H
#define QUINTET_STRATEGIES_REFUSAL_H

#include "contract/strategy.h"

#include "measure/limits.h"

#include <errno.h>
#include <stdio.h>

/* Write config->reason. `number` counts carriers from 1; `limits` is from before the first one. Returns err. */
static inline int refusal_explain(const struct strategy_config *config, const struct limits *limits,
                                  enum limits_carrier carrier, unsigned number, size_t stack_bytes, int err)
{
    const struct limits_refusal refusal = {
        .carrier = carrier, .number = number, .err = err, .stack_bytes = stack_bytes};

    if (config->reason)
        limits_explain(limits, &refusal, config->reason, config->reason_len);
    return err;
}

/* K is greater than the numbers that a strategy has for its carriers: a ceiling like those of the system, and the same
 * error. Write config->reason. Returns -EAGAIN. */
static inline int refusal_too_many(const struct strategy_config *config, const char *carriers, unsigned most)
{
    if (config->reason)
        snprintf(config->reason, config->reason_len, "at most %u %s can be had, and K is %u", most, carriers,
                 config->in_flight);
    return -EAGAIN;
}

#endif
