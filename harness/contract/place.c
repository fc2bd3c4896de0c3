/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/strategy.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

int strategy_place(const struct strategy_config *config, unsigned index)
{
    if (config->placement != PLACE_ACROSS || config->workers == 0)
        return 0;
    int cpu = config->cpus[index % config->workers];
    cpu_set_t *set = CPU_ALLOC((size_t)cpu + 1);
    if (!set)
        return -ENOMEM;
    size_t bytes = CPU_ALLOC_SIZE((size_t)cpu + 1);
    CPU_ZERO_S(bytes, set);
    CPU_SET_S((size_t)cpu, bytes, set);
    int rc = sched_setaffinity(0, bytes, set) ? -errno : 0; /* 0: the calling thread */
    CPU_FREE(set);
    return rc;
}

bool strategy_refuses(const struct strategy *s, enum handoff_by how, char *why, size_t why_len)
{
    if (how == HANDOFF_NATIVE || s->handoffs >> how & 1)
        return false;
    if (how == HANDOFF_CONDVAR)
        snprintf(why, why_len,
                 "a task of %s that waited at a condition variable would stop the worker of the other one", s->name);
    else if (how == HANDOFF_GENERATOR)
        snprintf(why, why_len, "%s has no stack to switch to: a function cannot keep its place in a generator",
                 s->name);
    else
        snprintf(why, why_len, "%s has no event loop that could call back", s->name);
    return true;
}
