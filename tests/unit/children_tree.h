/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of children for the tests of threads and processes: every node above the leaves has WAYS children. It counts
 * who is alive on a board in shared memory. A child knows whether it was given a carrier: as a call it has the ctx of
 * whoever spawned it.
 */
#ifndef QUINTET_TESTS_CHILDREN_TREE_H
#define QUINTET_TESTS_CHILDREN_TREE_H

#include "unit/strategy_ops.h"

extern const struct strategy strategy_threads, strategy_processes;

static const struct strategy *const both_g[] = {&strategy_threads, &strategy_processes};
enum { N_BOTH = 2 };

enum { WAYS = 3, DEPTH_SHIFT = 32, PATH_MASK = 0x7fffffff };
enum mischief { NONE, FAILS, DIES, EXITS, HANGS };

/* What one node of the tree does instead of its work; set by the test before the run. */
struct mischief_of {
    enum mischief what;
    int depth;     /* of the node that does it, counted from the leaves: 0 */
    uint64_t path; /* ... which one */
    int signal, status;
};
extern struct mischief_of mischief_g;

struct node {
    struct board *board;
    struct ctx *spawner;
    bool sleepy; /* leaves take a little while, each another one */
};

enum { TREE_DEPTH = 4, TREE_LEAVES = 81, TREE_NODES = 120 }; /* without the root, which is the op */

/* The node `arg` (depth << DEPTH_SHIFT | path): its leaves, or the first error. `shared` is its parent. */
int64_t node_run(struct ctx *c, const void *shared, uint64_t arg);

/* Ops: the whole tree. */
int tree_op(struct op *op, bool sleepy);
int op_tree(struct op *op);
int op_sleepy_tree(struct op *op);

/* No mischief, and rig_init(). */
void tree_init(struct rig *rig, const struct strategy *strategy, int (*op)(struct op *), unsigned k, unsigned n);

/* How many children had carriers since the last call. */
uint64_t carried_count(struct rig *rig);

/* After whatever went wrong: all slots are there again. */
void check_unharmed(struct rig *rig);

#endif
