/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From two columns of numbers to a verdict: the one procedure that the report, `compare` and `stats` use, and that the
 * simulations in tests/unit/decision_test.c put to the test as a whole.
 *
 * Paired by block. The estimate is the median of the blocks' log-ratios with its exact order-statistic interval; the p
 * that goes into Holm's correction is a paired t on the log-ratios, because the exact tests of 9 blocks cannot go below
 * p = 0.004 and would let no claim through in a report with more than a dozen. A verdict of faster or slower needs all
 * three: the interval excludes 1, the estimate lies beyond the margin, and Holm's p is at most
 * DECISION_FAMILY_ALPHA.
 */
#ifndef QUINTET_MEASURE_DECISION_H
#define QUINTET_MEASURE_DECISION_H

#include "measure/stats.h"

#define DECISION_ALPHA 0.05 /* of an interval */
/* Of the family. Not 0.05: on noise with two modes the t test is a little liberal far out in its tail, and 30
 * comparisons of equals raised an alarm in 5.2 % of 12 000 simulated reports; with 0.04 the whole procedure stays below
 * 5 %. */
#define DECISION_FAMILY_ALPHA 0.04
#define DECISION_MARGIN       0.03 /* what is worth a word, where the instrument's own noise floor is not above it */

struct claim {
    struct estimate ratio; /* b as a multiple of a: median over blocks, exact interval */
    double p, p_holm;      /* paired t on the log-ratios; after Holm over the family (1 until then) */
    double sd;             /* of the log-ratios; NaN with fewer than two blocks */
    double mde; /* smallest true ratio - 1 that this many blocks would see with a chance of 80 %; NaN if n < 2 */
    double blocks_needed; /* rough: blocks until the interval is as narrow as the margin; NaN without an interval */
    double margin;
    enum verdict verdict;
};

/*
 * Compare block by block. a[i] and b[i] > 0 and finite, or the claim has no value (ratio.n == 0, VERDICT_INSUFFICIENT).
 * higher_is_better says which side is good for b. Allocates nothing.
 */
struct claim decision_compare(const double *a, const double *b, size_t n, double margin, bool higher_is_better);

/*
 * The same for two independent samples (two runs): ratio and interval from the Hodges-Lehmann shift of the logarithms,
 * p from Mann and Whitney's test. 0 or -ENOMEM; a value without a logarithm gives a claim without a value.
 */
int decision_compare_unpaired(const double *a, size_t na, const double *b, size_t nb, double margin,
                              bool higher_is_better, struct claim *out);

/* Holm over a family: fills p_holm and takes verdicts back that don't survive. Claims without an interval are no part
 * of the family. Returns the size of the family, or -ENOMEM. */
long decision_correct(struct claim *const *claims, size_t n);

/* exp(z * sd / sqrt(n)) - 1 with the t quantiles of 95 % confidence and 80 % power: what n blocks can see. */
double decision_detectable(double sd, size_t n);

/*
 * What a family of `claims` comparisons takes: the first step of Holm's correction, which the strongest claim has to
 * pass, asks for an effect so many times (in log) that of a comparison by itself. 1 for one claim; NaN if n < 2.
 */
double decision_family_factor(size_t claims, size_t n);

#endif
