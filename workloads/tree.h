/* SPDX-License-Identifier: Apache-2.0 */
/* What fib and skynet have in common: the bound of a tree, and its price by the child (shape.work_per_op children). */
#ifndef QUINTET_WORKLOADS_TREE_H
#define QUINTET_WORKLOADS_TREE_H

#include "contract/workload.h"

/* That of a tree of children: contract/workload.h. */
static inline struct ideal tree_ideal(const struct workload_env *env)
{
    (void)env;
    return (struct ideal){.kind = IDEAL_TREE};
}

/* Time per child, and the share of children that were more than a call. Nothing for a tree without children. */
static inline void tree_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                                metric_fn *emit, void *sink)
{
    double children = (double)(facts->ops * shape->work_per_op);
    (void)env;
    if (children == 0)
        return;
    emit(sink, "fork_join_ns", (double)facts->run_ns / children);
    emit(sink, "children_carried_percent", 100 * (double)facts->children_carried_count / children);
}

#endif
