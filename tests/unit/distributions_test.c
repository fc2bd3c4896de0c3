/* SPDX-License-Identifier: Apache-2.0 */
/* The distributions against SciPy 1.10 (scipy.special.betainc, scipy.stats.t and norm; the large betas once more by
 * mpmath with 30 digits), and against the closed forms that a few of them have. */
#include "quintet_criterion.h"

#include "measure/distributions.h"

#include <float.h>
#include <math.h>

TestSuite(distributions);

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Good to 1e-12 in absolute terms, and far out in a tail to eight digits of the number itself. */
static void expect_near(double got, double want, const char *what, size_t at)
{
    double bound = fmin(1e-12, 1e-8 * fabs(want));
    cr_expect_float_eq(got, want, fmax(bound, 2 * DBL_EPSILON * fabs(want)), "%s %zu: %.17g instead of %.17g", what, at,
                       got, want);
}

Test(distributions, incomplete_beta)
{
    static const double golden[][4] = {
        {0.1, 0.5, 0.5, 0.2048327646991335},
        {0.9, 0.5, 0.5, 0.79516723530086619},
        {0.3, 1, 1, 0.3},
        {0.2, 5, 1, 0.00032},
        {0.5, 10, 10, 0.5},
        {0.7, 2.5, 7, 0.99753190242812462},
        {0.05, 30, 0.5, 9.7932167394677644e-41},
        {0.97, 30, 0.5, 0.178217544970241542},
        {0.5, 100, 0.5, 6.25566299430741246e-32},
        {0.001, 0.5, 40, 0.22208013236431182},
        {0.6, 60, 40, 0.49456299888440614},
        {0.62, 200, 120, 0.4231238025740014},
        {0.4, 3, 2, 0.1792},
        {0.25, 2, 6, 0.5550537109375},
        {0.5, 1.5, 1, 0.35355339059327379},
    };
    for (size_t i = 0; i < COUNT(golden); i++)
        expect_near(beta_incomplete(golden[i][0], golden[i][1], golden[i][2]), golden[i][3], "beta", i);
}

/* I_x(a, 1) = x^a and I_x(1, b) = 1 - (1-x)^b on both sides of where the continued fraction changes its end. */
Test(distributions, incomplete_beta_of_one_is_a_power)
{
    for (double shape = 0.5; shape < 40; shape *= 1.7)
        for (double x = 0.03; x < 1; x += 0.07) {
            cr_expect_float_eq(beta_incomplete(x, shape, 1), pow(x, shape), 1e-12, "%g, %g", x, shape);
            cr_expect_float_eq(beta_incomplete(x, 1, shape), -expm1(shape * log1p(-x)), 1e-12, "%g, %g", x, shape);
        }
}

Test(distributions, incomplete_beta_at_and_beyond_its_ends)
{
    cr_expect_eq(beta_incomplete(0, 2, 3), 0);
    cr_expect_eq(beta_incomplete(1, 2, 3), 1);
    cr_expect_eq(beta_incomplete(-0.5, 2, 3), 0);
    cr_expect_eq(beta_incomplete(1.5, 2, 3), 1);
    cr_expect(isnan(beta_incomplete(NAN, 2, 3)));
}

Test(distributions, student_cdf_on_both_sides)
{
    static const double golden[][4] = {
        {-1.5, 3, 0.11529193262241141, 0.23058386524482283},   {1.5, 3, 0.88470806737758856, 0.23058386524482283},
        {0.3, 2.5, 0.60632881425240148, 0.78734237149519726},  {-4, 12, 0.00088084812219751257, 0.0017616962443950251},
        {25, 1.5, 0.99698718999401603, 0.0060256200119679802}, {0.01, 30, 0.50395625371341113, 0.99208749257317774},
        {-0.7, 250, 0.24228908565570667, 0.48457817131141334}, {6, 1000, 0.99999999862231548, 2.7553691733774674e-09},
    };
    for (size_t i = 0; i < COUNT(golden); i++) {
        expect_near(student_t_cdf(golden[i][0], golden[i][1]), golden[i][2], "cdf", i);
        expect_near(student_t_two_sided_p(golden[i][0], golden[i][1]), golden[i][3], "p", i);
    }
    cr_expect_float_eq(student_t_cdf(0, 5), 0.5, 1e-15);
    cr_expect_eq(student_t_cdf(INFINITY, 5), 1);
    cr_expect_eq(student_t_cdf(-INFINITY, 5), 0);
    cr_expect_eq(student_t_two_sided_p(-INFINITY, 5), 0);
    cr_expect(isnan(student_t_cdf(NAN, 5)));
}

/* One degree of freedom is Cauchy's distribution, two have a closed form; the others by mpmath with 40 digits, as
 * SciPy's own quantiles are good to nine only. */
Test(distributions, student_quantile)
{
    for (double p = 0.001; p < 1; p += 0.0333) {
        double cauchy = tan(M_PI * (p - 0.5)), two = (2 * p - 1) / sqrt(2 * p * (1 - p));
        cr_expect_float_eq(student_t_quantile(p, 1), cauchy, 1e-11 * fmax(1, fabs(cauchy)), "%g", p);
        cr_expect_float_eq(student_t_quantile(p, 2), two, 1e-11 * fmax(1, fabs(two)), "%g", p);
    }
    static const double golden[][3] = {
        {0.999, 3, 10.2145318524073865},    {0.9995, 20, 3.84951627493082721},     {0.75, 7.5, 0.708599580444259488},
        {0.1, 1.2, -2.58671738795013242},   {1e-06, 8, -12.1098346655562138},      {0.51, 40, 0.0252261632913612846},
        {0.975, 1000, 1.96233908082640848}, {0.4999, 5, -0.000263430556070214527},
    };
    for (size_t i = 0; i < COUNT(golden); i++)
        cr_expect_float_eq(student_t_quantile(golden[i][0], golden[i][1]), golden[i][2], 2e-11, "%zu", i);
    cr_expect_eq(student_t_quantile(0.5, 3), 0);
    cr_expect_eq(student_t_quantile(0, 3), -INFINITY);
    cr_expect_eq(student_t_quantile(1, 3), INFINITY);
    static const double senseless[] = {-0.1, 1.1, NAN};
    for (size_t i = 0; i < COUNT(senseless); i++)
        cr_expect(isnan(student_t_quantile(senseless[i], 3)), "%g", senseless[i]);
}

/* With the two places among them where one rational approximation hands over to the other. */
Test(distributions, normal_quantile_and_cdf)
{
    static const double quantiles[][2] = {
        {0.02425, -1.9729610513118849}, {0.97575, 1.9729610513118849}, {0.024, -1.977368428181947},
        {0.025, -1.9599639845400545},   {0.976, 1.9773684281819461},   {0.25, -0.67448975019608171},
        {1e-20, -9.2623400897984087},   {1e-300, -37.047096299361201}, {0.999999999, 5.9978070196016366},
    };
    for (size_t i = 0; i < COUNT(quantiles); i++)
        cr_expect_float_eq(normal_quantile(quantiles[i][0]), quantiles[i][1], 1e-12, "%g", quantiles[i][0]);
    cr_expect_float_eq(normal_quantile(0.5), 0, 1e-16);
    static const double cdfs[][2] = {{-8, 6.2209605742717405e-16}, {-1, 0.15865525393145707}, {0, 0.5},
                                     {0.5, 0.69146246127401312},   {3, 0.9986501019683699},   {10, 1}};
    for (size_t i = 0; i < COUNT(cdfs); i++)
        expect_near(normal_cdf(cdfs[i][0]), cdfs[i][1], "cdf", i);
    cr_expect_eq(normal_quantile(0), -INFINITY);
    cr_expect_eq(normal_quantile(1), INFINITY);
    static const double senseless[] = {-0.1, 1.1, NAN};
    for (size_t i = 0; i < COUNT(senseless); i++)
        cr_expect(isnan(normal_quantile(senseless[i])), "%g", senseless[i]);
}

Test(distributions, a_nan_goes_in_and_comes_out)
{
    cr_expect(isnan(normal_cdf(NAN)) && isnan(normal_quantile(NAN)));
    cr_expect(isnan(beta_incomplete(.3, NAN, 1)) && isnan(beta_incomplete(.3, 1, NAN)));
    cr_expect(isnan(student_t_cdf(1, NAN)) && isnan(student_t_two_sided_p(1, NAN)));
    cr_expect(isnan(student_t_two_sided_p(INFINITY, NAN)));
    cr_expect(isnan(student_t_quantile(.9, NAN)), "%g", student_t_quantile(.9, NAN));
    cr_expect(isnan(student_t_quantile(.5, NAN)));
}
