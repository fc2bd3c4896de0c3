/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the variance lives: iteration, launch, block (Kalibera and Jones, ISMM 2013; the recurrence as corrected in
 * libkalibera, T_i^2 = S_i^2 - S_{i-1}^2 / r_{i-1}), and the ratio of two means by Fieller's theorem.
 */
#ifndef QUINTET_MEASURE_COMPONENTS_H
#define QUINTET_MEASURE_COMPONENTS_H

#include "measure/stats.h"

enum { COMPONENTS_LEVELS_MAX = 4 };

/* Level 0 is the innermost (iterations). A balanced design: every group of a level has the same number of members. */
struct components {
    unsigned levels;
    double mean;
    double s2[COMPONENTS_LEVELS_MAX]; /* biased: contains the levels below */
    double t2[COMPONENTS_LEVELS_MAX]; /* the level's own; an estimate, may come out negative: then read 0 */
    struct estimate interval;         /* of the mean, Student's t over the outermost level */
};

/*
 * x holds counts[levels-1] * ... * counts[0] values, innermost index fastest. Every count >= 2. 0, -EINVAL or -ENOMEM.
 */
int components_of(const double *x, unsigned levels, const size_t *counts, double alpha, struct components *out);

/*
 * How often to repeat level i (of levels - 1: the outermost is as often as the budget allows), given what one more
 * repetition of each level costs, in any unit: sqrt(c_{i+1}/c_i * T_i^2/T_{i+1}^2). Not rounded; 1 where the level
 * above shows no variance of its own.
 */
double components_repetitions(const struct components *c, const double *cost, unsigned level);

/* Ratio m/n of two independent means with half widths hm and hn of their intervals (Fieller). -EINVAL where the
 * denominator's interval holds 0: then the ratio has no bound. */
int components_ratio(double m, double hm, double n, double hn, struct estimate *out);

#endif
