/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pace.h"

#include "contract/env.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double span_s[PROFILE_COUNT] = {0.25, 1, 5};

int pace_shape(const struct workload *workload, struct workload_env *env, uint64_t offered_per_s, unsigned in_flight,
               enum profile profile, struct shape *shape, char *why, size_t why_len)
{
    if (!workload->paceable || (shape->group != 1 && !shape->asking)) {
        snprintf(why, why_len, "%s cannot be paced: %s", workload->name,
                 workload->unpaceable ? workload->unpaceable : "its ops are not single requests");
        return -ENOTSUP;
    }
    if (shape->tasks > in_flight)
        shape->tasks = in_flight;
    double per_task = ceil((double)offered_per_s * span_s[profile] / pace_askers(shape));
    shape->ops_per_task = per_task < 1 ? 1 : (uint64_t)per_task;
    shape->batch = 1;
    int rc = workload->pace ? workload->pace(env, shape) : 0;
    if (rc)
        snprintf(why, why_len, "%s", env_reason_text(env)[0] ? env_reason_text(env) : strerror(-rc));
    return rc;
}

void pace_schedule(uint64_t *due_ns, uint64_t n, double mean_ns, uint64_t seed)
{
    struct rng rng = {seed};
    double at_ns = 0;
    for (uint64_t i = 0; i < n; i++) {
        at_ns -= log1p(-rng_unit(&rng)) * mean_ns; /* rng_unit() < 1 */
        due_ns[i] = (uint64_t)at_ns;
    }
}
