/* SPDX-License-Identifier: Apache-2.0 */
/* The .hgrm text is read back the way its plotters do; back-filling against the numbers of HdrHistogram's own test. */
#include "quintet_criterion.h"

#include "measure/hist_exchange.h"
#include "measure/rng.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hist_exchange, .timeout = 30);

static struct hist h;

struct row {
    double value, share;
    unsigned long long count;
};

/* Rows of numbers between the heading and the lines that begin with #. */
static unsigned read_back(const char *text, struct row *rows, unsigned max)
{
    unsigned n = 0;
    for (const char *line = strchr(text, '\n'); line && line[1] && line[1] != '#'; line = strchr(line + 1, '\n')) {
        struct row r;
        if (line[1] != '\n' && sscanf(line, " %lf %lf %llu", &r.value, &r.share, &r.count) == 3 && n < max)
            rows[n++] = r;
    }
    return n;
}

static char *written(unsigned ticks, double unit_ns)
{
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);
    cr_assert_eq(hist_hgrm_write(file, &h, ticks, unit_ns), 0);
    fclose(file);
    return text;
}

Test(hist_exchange, backfilling_restores_what_a_stall_hid)
{
    uint64_t recorded = 0;
    hist_reset(&h);
    for (int i = 0; i < 10000; i++)
        recorded += hist_record_backfilled(&h, 1000, 10000);
    cr_expect_eq(recorded, 10000u);
    recorded += hist_record_backfilled(&h, 100000000, 10000);
    cr_expect_eq(recorded, 20000u);
    cr_expect_eq(h.count, 20000u);
    static const double golden[][2] = {{.75, 50003967}, {.90, 80019455}, {.99, 98041855}};
    for (int i = 0; i < 3; i++) /* both histograms round: theirs up within 0.1 %, ours to the middle of 0.4 % */
        cr_expect_float_eq((double)hist_quantile(&h, golden[i][0]) / golden[i][1], 1, .003, "q %g", golden[i][0]);
    cr_expect_eq(hist_quantile(&h, .5), 1000u);
    hist_reset(&h);
    cr_expect_eq(hist_record_backfilled(&h, 40, 10), 4u); /* 40, 30, 20, 10 */
    cr_expect_eq(h.min, 10u);
    cr_expect_eq(h.sum, 100u);
    cr_expect_eq(hist_record_backfilled(&h, 7, 0), 1u);
    cr_expect_eq(hist_record_backfilled(&h, UINT64_MAX, 1), 1u);
}

/* Every row says: so many values are at most this one, and that is the least such value for its share. */
Test(hist_exchange, hgrm_reads_back_as_the_distribution_it_was)
{
    static uint64_t values[5000];
    struct row rows[400];
    struct rng rng = {17};
    hist_reset(&h);
    for (int i = 0; i < 5000; i++)
        hist_record(&h, values[i] = (uint64_t)(1000 * exp(8 * rng_unit(&rng))));
    char *text = written(5, 1);
    unsigned n = read_back(text, rows, 400);
    cr_assert(n > 40 && n < 400, "%u rows", n);
    for (unsigned i = 0; i < n; i++) {
        unsigned long long at_most = 0;
        for (int v = 0; v < 5000; v++)
            at_most += values[v] <= rows[i].value;
        cr_expect_eq(at_most, rows[i].count, "row %u: %llu values, it says %llu", i, at_most, rows[i].count);
        cr_expect_geq((double)rows[i].count / 5000, rows[i].share - 1e-9, "row %u", i);
        cr_expect(i == 0 || (rows[i].share > rows[i - 1].share && rows[i].value >= rows[i - 1].value), "row %u", i);
        double middle = (double)hist_quantile(&h, rows[i].share);
        cr_expect(middle <= rows[i].value && middle > .99 * rows[i].value, "row %u: %g, %g", i, middle, rows[i].value);
    }
    cr_expect_eq(rows[0].share, 0);
    cr_expect_eq(rows[n - 1].share, 1);
    cr_expect_eq(rows[n - 1].count, 5000u);
    cr_expect_eq(rows[n - 1].value, (double)h.max);
    double mean, deviation, max, sum = 0, squares = 0;
    unsigned long long total;
    cr_assert_eq(sscanf(strstr(text, "#[Mean"), "#[Mean = %lf, StdDeviation = %lf]", &mean, &deviation), 2);
    cr_assert_eq(sscanf(strstr(text, "#[Max"), "#[Max = %lf, Total count = %llu]", &max, &total), 2);
    for (int v = 0; v < 5000; v++)
        sum += (double)values[v];
    for (int v = 0; v < 5000; v++)
        squares += pow((double)values[v] - sum / 5000, 2);
    cr_expect_float_eq(mean, sum / 5000, 1e-3);
    cr_expect_float_eq(deviation / sqrt(squares / 5000), 1, .002);
    cr_expect(max == (double)h.max && total == 5000);
    free(text);
}

Test(hist_exchange, hgrm_of_few_values_and_other_units)
{
    struct row rows[64];
    hist_reset(&h);
    hist_record(&h, 2500);
    char *text = written(5, 1000);
    unsigned n = read_back(text, rows, 64);
    cr_expect(n >= 1 && rows[n - 1].value == 2.5 && rows[n - 1].share == 1 && rows[n - 1].count == 1, "%s", text);
    free(text);
    cr_expect_eq(hist_hgrm_write(stderr, &h, 0, 1), -EINVAL);
    cr_expect_eq(hist_hgrm_write(stderr, &h, 5, 0), -EINVAL);
    cr_expect_eq(hist_hgrm_write(stderr, &h, 5, NAN), -EINVAL);
    hist_reset(&h);
    cr_expect_eq(hist_hgrm_write(stderr, &h, 5, 1), -EINVAL);
    hist_record(&h, 5);
    FILE *full = fopen("/dev/full", "w");
    if (full) {
        setvbuf(full, NULL, _IONBF, 0);
        cr_expect_eq(hist_hgrm_write(full, &h, 5, 1), -ENOSPC);
        fclose(full);
    }
}

Test(hist_exchange, quantile_intervals_hold_the_truth_as_often_as_they_say)
{
    enum { ROUNDS = 1000 };
    struct rng rng = {23};
    unsigned held = 0;
    uint64_t lo, hi;
    for (int r = 0; r < ROUNDS; r++) {
        hist_reset(&h);
        for (int i = 0; i < 500; i++)
            hist_record(&h, 1000000 + (uint64_t)(1000000 * rng_unit(&rng)));
        cr_assert(hist_quantile_interval(&h, .9, .05, &lo, &hi));
        held += lo <= 1900000 && hi >= 1900000;
    }
    /* 95 % and the width of two buckets at its ends */
    cr_expect(held >= .94 * ROUNDS && held < .995 * ROUNDS, "%u of %d", held, ROUNDS);
    hist_reset(&h);
    hist_record_n(&h, 100, 367);
    cr_expect_not(hist_quantile_interval(&h, .99, .05, &lo, &hi));
    hist_record(&h, 200);
    cr_assert(hist_quantile_interval(&h, .99, .05, &lo, &hi));
    cr_expect(lo == 100 && hi == 200, "%llu, %llu", (unsigned long long)lo, (unsigned long long)hi);
}
