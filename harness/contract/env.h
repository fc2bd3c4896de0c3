/* SPDX-License-Identifier: Apache-2.0 */
/* The runner's side of a workload's environment: what env_pipe() and friends in workload.h hand out, and its end. */
#ifndef QUINTET_CONTRACT_ENV_H
#define QUINTET_CONTRACT_ENV_H

#include "contract/workload.h"

/* Give `env` its private part. 0 or -ENOMEM. */
int env_init(struct workload_env *env);

/* Close and unmap everything that was handed out since env_init(). Safe on a failed env_init(). */
void env_fini(struct workload_env *env);

/* What env_reason() said last, or "". Valid until env_fini(). */
const char *env_reason_text(const struct workload_env *env);

/*
 * Who starts origins for env_origin(): `start` is called with `runner` and whatever the workload asked for. 0, or
 * -errno with one sentence in `why`. Without one (the oracle, a plan) env_origin() starts nothing.
 */
typedef int origin_start_fn(void *runner, const struct origin_config *config, struct origin_addresses *out, char *why,
                            size_t why_len);
void env_offer_origin(struct workload_env *env, origin_start_fn *start, void *runner);

#endif
