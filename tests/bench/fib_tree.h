/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree that every side of the fork-join rows climbs, in C and C++: fib(FIB_N) without a cut-off. A node splits off
 * fib(n - 1), calls fib(n - 2), joins and adds: one spawn and one join per inner node, and no work to speak of.
 */
#ifndef QUINTET_TESTS_BENCH_FIB_TREE_H
#define QUINTET_TESTS_BENCH_FIB_TREE_H

#include <stdint.h>

enum { FIB_N = 27, FIB_VALUE = 196418, FIB_SPAWNS = 317810 }; /* spawns: inner nodes, fib(FIB_N + 1) - 1 */

/* FIB_N, but the compiler must not know it: it makes copies of recursive functions for arguments that it knows. */
static inline unsigned fib_n(void)
{
    unsigned n = FIB_N;
    __asm__ volatile("" : "+r"(n));
    return n;
}

#endif
