/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The distributions that intervals and tests are made of. Pure functions of their arguments; absolute error below 1e-12
 * in the ranges given. A NaN goes in and comes out.
 */
#ifndef QUINTET_MEASURE_DISTRIBUTIONS_H
#define QUINTET_MEASURE_DISTRIBUTIONS_H

/* Standard normal: P(Z <= z), and the z with P(Z <= z) = p, for p in (0, 1); -INFINITY and INFINITY at the ends.
 * The quantile is Acklam's rational approximation with one step of Newton's method. */
double normal_cdf(double z);
double normal_quantile(double p);

/* Regularised incomplete beta function I_x(a, b); a, b > 0, x in [0, 1]. Lentz's continued fraction. */
double beta_incomplete(double x, double a, double b);

/* Student's t with df > 0 degrees of freedom: P(T <= t), its inverse for p in (0, 1), and P(|T| >= |t|). */
double student_t_cdf(double t, double df);
double student_t_quantile(double p, double df);
double student_t_two_sided_p(double t, double df);

#endif
