/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a number of blocks will be able to say, before they are measured: the procedure of decision.h turned round.
 *
 * A verdict asks three things (ADR 0006): the estimate lies beyond the margin, the exact interval excludes 1, and
 * Holm's p is small enough. The true difference that passes each of them in four runs of five is known for normal noise
 * of standard deviation `sd` (of one block's log-ratio); the greatest of the three is the difference that gets its
 * verdict. Holm is taken at its strictest, as if nothing else in the family were different. Simulated against
 * decision.h in tests/unit/design_test.c. Everything here is exact arithmetic on assumptions: the sd of a coming run is
 * a guess.
 *
 * Pure. sd >= 0, margin > 0 (0.03 = 3 %), family >= 1; anything else, and too few blocks for an interval, is NaN.
 */
#ifndef QUINTET_MEASURE_DESIGN_H
#define QUINTET_MEASURE_DESIGN_H

#include <stddef.h>

enum { DESIGN_BLOCKS_MIN = 6, DESIGN_BLOCKS_MAX = 10000 };

/* The smallest true difference, as ratio - 1, that n blocks call faster or slower in 80 % of the runs. */
double design_callable(double sd, size_t n, double margin, size_t family);

/* The chance that n blocks call two equals "equivalent". A lower bound, good where it matters: above one half. */
double design_equivalence_chance(double sd, size_t n, double margin);

/* The fewest blocks that call a true difference of `wanted` in 80 % of the runs. 0 where DESIGN_BLOCKS_MAX don't: a
 * difference that is no greater than the margin stays unsaid at any number. */
size_t design_blocks(double sd, double wanted, double margin, size_t family);

/*
 * Of n blocks the number worth making: the greatest of 9, 12, 17, 20, 25, 30 that fits, above 30 n itself, below 9 n.
 * Their intervals have a level of 95.1 to 96.2 %; those between are wider than asked for (8 blocks: 99.2 %).
 */
size_t design_efficient(size_t n);

#endif
