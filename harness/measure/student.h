/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What believes in normal noise: Student's t for paired numbers, Welch's for independent ones, and the two one-sided
 * tests of equivalence (Schuirmann 1987). They stand beside the methods that believe nothing; no headline rests on
 * them alone. For ratios give them logarithms.
 *
 * Inputs stay as they are. Values that are not finite, or too few of them, are -EINVAL.
 */
#ifndef QUINTET_MEASURE_STUDENT_H
#define QUINTET_MEASURE_STUDENT_H

#include "measure/stats.h"

struct t_test {
    struct estimate difference; /* mean of b minus mean of a, with its interval at level 1-alpha */
    double t, df, p;            /* two-sided; without any noise t is 0 or infinite, p 1 or 0 */
};

/* b[i] - a[i] for the same block i; n >= 2. */
int student_paired(const double *a, const double *b, size_t n, double alpha, struct t_test *out);

/* Independent samples of unlike variance (Welch 1947, degrees of freedom by Satterthwaite); 2 or more on each side. */
int student_welch(const double *a, size_t na, const double *b, size_t nb, double alpha, struct t_test *out);

/*
 * Is the mean of d inside (-margin, +margin)? p of the hypothesis that it is not: the greater of the two one-sided
 * t tests. n >= 2, margin > 0. Where no noise is seen p is 0 or 1.
 */
int student_equivalence(const double *d, size_t n, double margin, double *p);

#endif
