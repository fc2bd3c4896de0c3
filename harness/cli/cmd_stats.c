/* SPDX-License-Identifier: Apache-2.0 */
/* The report's statistics for anybody's numbers. */
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/table.h"

#include "measure/changepoint.h"
#include "measure/decision.h"
#include "measure/rank.h"
#include "measure/robust.h"
#include "record/json_fields.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One column without its gaps, described. */
struct sample {
    const char *name;
    double *x;
    size_t n;
    struct estimate median, centre, mean;
    double mad, m_value, lag1;
    struct outliers outliers;
    enum steady steady;
};

struct pair {
    struct claim claim;
    struct estimate centre; /* ratio by Hodges and Lehmann; paired only */
    double wilcoxon_p;
    size_t n;
};

static int describe(const struct table_column *column, struct sample *s)
{
    *s = (struct sample){.name = column->name, .x = malloc((column->n + 1) * sizeof *s->x)};
    if (!s->x)
        return -ENOMEM;
    for (size_t i = 0; i < column->n; i++)
        if (!isnan(column->value[i]))
            s->x[s->n++] = column->value[i];
    s->median = s->n ? stats_median_interval(s->x, s->n, DECISION_ALPHA) : (struct estimate){.value = NAN};
    s->mean = robust_mean(s->x, s->n, DECISION_ALPHA);
    s->m_value = robust_m_value_of(s->x, s->n);
    s->lag1 = s->n > 2 ? robust_lag1(s->x, s->n) : NAN;
    s->mad = NAN;
    robust_mad(s->x, s->n, 0, &s->mad);
    robust_outliers(s->x, s->n, &s->outliers);
    rank_hodges_lehmann(s->x, s->n, DECISION_ALPHA, &s->centre); /* refuses more than RANK_SAMPLE_MAX: then NaN */
    double floor = fmax(1e-300, pow(1e-9 * fabs(s->median.value), 2));
    int rc = changepoint_classify(s->x, s->n, DECISION_MARGIN, floor, &s->steady, NULL);
    return rc == -EINVAL ? 0 : rc;
}

/* Rows that both columns have. */
static int compare_paired(const struct table_column *a, const struct table_column *b, double margin, bool higher,
                          struct pair *out)
{
    size_t rows = a->n < b->n ? a->n : b->n;
    double *x = malloc((3 * rows + 1) * sizeof *x), *y = x + rows, *d = y + rows;
    if (!x)
        return -ENOMEM;
    out->n = 0;
    bool positive = true;
    for (size_t i = 0; i < rows; i++)
        if (!isnan(a->value[i]) && !isnan(b->value[i])) {
            x[out->n] = a->value[i];
            y[out->n] = b->value[i];
            positive = positive && a->value[i] > 0 && b->value[i] > 0;
            d[out->n] = positive ? log(b->value[i] / a->value[i]) : 0;
            out->n++;
        }
    out->claim = decision_compare(x, y, out->n, margin, higher);
    out->centre = (struct estimate){.value = NAN};
    out->wilcoxon_p = NAN;
    if (positive && out->n && rank_hodges_lehmann(d, out->n, DECISION_ALPHA, &out->centre) == 0) {
        out->centre.value = exp(out->centre.value);
        out->centre.lo = exp(out->centre.lo);
        out->centre.hi = exp(out->centre.hi);
        out->wilcoxon_p = rank_wilcoxon_p(d, out->n);
    }
    free(x);
    return 0;
}

static int compare_unpaired(const struct sample *a, const struct sample *b, double margin, bool higher,
                            struct pair *out)
{
    *out = (struct pair){.centre = {.value = NAN}, .wilcoxon_p = NAN, .n = a->n < b->n ? a->n : b->n};
    return decision_compare_unpaired(a->x, a->n, b->x, b->n, margin, higher, &out->claim);
}

/* --- output ---------------------------------------------------------------------------------------------------------
 */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *estimate_json(const struct estimate *e)
{
    return json_pack("{s:o, s:o, s:o}", "value", number(e->value), "lo", e->has_interval ? number(e->lo) : json_null(),
                     "hi", e->has_interval ? number(e->hi) : json_null());
}

static json_t *sample_json(const struct sample *s)
{
    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:{s:I, s:I, s:I, s:I}}", "name",
                     json_text(s->name), "n", (json_int_t)s->n, "median", estimate_json(&s->median), "hodges_lehmann",
                     estimate_json(&s->centre), "mean", estimate_json(&s->mean), "mad", number(s->mad), "m_value",
                     number(s->m_value), "lag1", number(s->lag1), "steady", steady_name(s->steady), "outliers",
                     "low_severe", (json_int_t)s->outliers.low_severe, "low_mild", (json_int_t)s->outliers.low_mild,
                     "high_mild", (json_int_t)s->outliers.high_mild, "high_severe",
                     (json_int_t)s->outliers.high_severe);
}

static json_t *pair_json(const char *name, const char *baseline, const struct pair *p, bool paired)
{
    return json_pack("{s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:s}", "name", json_text(name),
                     "baseline", json_text(baseline), "n", (json_int_t)p->n, "ratio", estimate_json(&p->claim.ratio),
                     "hodges_lehmann", estimate_json(paired ? &p->centre : &p->claim.ratio), "p", number(p->claim.p),
                     "p_holm", number(p->claim.p_holm), "wilcoxon_p", number(p->wilcoxon_p), "test",
                     paired ? "paired t of log-ratios" : "Mann-Whitney", "detectable", number(p->claim.mde),
                     "blocks_needed", number(p->claim.blocks_needed), "verdict", stats_verdict_name(p->claim.verdict));
}

static const char *interval_text(char buf[96], const struct estimate *e)
{
    if (!isfinite(e->value))
        return "-";
    if (e->has_interval)
        snprintf(buf, 96, "%.5g [%.5g, %.5g]", e->value, e->lo, e->hi);
    else
        snprintf(buf, 96, "%.5g", e->value);
    return buf;
}

static void print_sample(const struct sample *s)
{
    char median[96], mean[96];
    printf("%-20.40s %6zu  %-32s %-32s %9.4g", s->name, s->n, interval_text(median, &s->median),
           interval_text(mean, &s->mean), s->mad);
    size_t mild = s->outliers.low_mild + s->outliers.high_mild;
    size_t severe = s->outliers.low_severe + s->outliers.high_severe;
    const char *sep = "  ";
    if (severe || mild) {
        printf("%s%zu outlier%s (%zu severe)", sep, severe + mild, severe + mild == 1 ? "" : "s", severe);
        sep = ", ";
    }
    if (s->m_value > 2.4) {
        printf("%smore than one mode (m %.1f)", sep, s->m_value);
        sep = ", ";
    }
    if (s->steady != STEADY_FLAT && s->steady != STEADY_UNKNOWN) {
        printf("%s%s", sep, steady_name(s->steady));
        sep = ", ";
    }
    if (fabs(s->lag1) > 2 / sqrt((double)s->n) && s->n >= 20)
        printf("%sdependent (lag-1 %.2f, worth %.0f values)", sep, s->lag1, robust_effective_n(s->n, s->lag1));
    putchar('\n');
}

static void print_pair(const char *name, const struct pair *p, bool paired)
{
    char ratio[96], centre[96];
    const struct claim *c = &p->claim;
    printf("%-20.40s %6zu  %-32s %-26s p %-9.3g Holm %-9.3g", name, p->n, interval_text(ratio, &c->ratio),
           c->verdict == VERDICT_INSUFFICIENT ? "not comparable" : stats_verdict_name(c->verdict), c->p, c->p_holm);
    if (paired)
        printf(" HL %s", interval_text(centre, &p->centre));
    if (isfinite(c->mde))
        printf("  detectable %.2g %%", 100 * c->mde);
    if (c->verdict == VERDICT_UNDECIDED && isfinite(c->blocks_needed))
        printf(", about %.0f needed", c->blocks_needed);
    if (c->verdict == VERDICT_INSUFFICIENT)
        printf("  (%s)", c->ratio.n ? "too few values for a 95 % interval" : "a value without a logarithm, or none");
    putchar('\n');
}

/* --- the command ----------------------------------------------------------------------------------------------------
 */

static int read_files(const struct options *options, struct table *table)
{
    for (unsigned i = 0; i < (options->n_operands ? options->n_operands : 1); i++) {
        const char *name = options->n_operands ? options->operands[i] : "-";
        bool is_stdin = !strcmp(name, "-");
        FILE *file = is_stdin ? stdin : fopen(name, "re");
        char why[160] = "";
        int rc = file ? table_read(table, file, is_stdin ? "stdin" : name, why, sizeof why) : -errno;
        if (file && !is_stdin)
            fclose(file);
        if (rc) {
            message_error("E-DATA", name, why[0] ? why : strerror(-rc), NULL, NULL);
            return rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE ? EXIT_CANNOT : EXIT_JOB_FILE;
        }
    }
    return 0;
}

/* --baseline: a column's name, or its number from 1. */
static int find_baseline(const struct table *table, const char *text)
{
    char *end;
    for (unsigned i = 0; i < table->n_columns; i++)
        if (text && !strcmp(table->column[i].name, text))
            return (int)i;
    long n = text ? strtol(text, &end, 10) : 1;
    return text && (*end || end == text) ? -1 : n >= 1 && n <= (long)table->n_columns ? (int)n - 1 : -1;
}

static void print_all(const struct options *options, const struct table *table, const struct sample *samples,
                      const struct pair *pairs, unsigned baseline)
{
    const char *base = table->column[baseline].name;
    if (options->json) {
        json_t *described = json_array(), *compared = json_array();
        for (unsigned i = 0; i < table->n_columns; i++) {
            json_array_append_new(described, sample_json(&samples[i]));
            if (i != baseline)
                json_array_append_new(compared, pair_json(samples[i].name, base, &pairs[i], options->paired));
        }
        json_t *json = json_pack("{s:s, s:f, s:o, s:o}", "schema", "quintet.stats/1.0", "margin", options->margin,
                                 "samples", described, "comparisons", compared);
        json_dumpf(json, stdout, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
        putchar('\n');
        json_decref(json);
        return;
    }
    printf("%-20s %6s  %-32s %-32s %9s\n", "sample", "n", "median [95 % interval]", "mean [95 %, Student]", "MAD");
    for (unsigned i = 0; i < table->n_columns; i++)
        print_sample(&samples[i]);
    if (table->n_columns < 2)
        return;
    printf("\nas a multiple of %s (%s, %s is better, margin %.3g %%)\n", base,
           options->paired ? "paired by row" : "independent samples", options->higher_is_better ? "more" : "less",
           100 * options->margin);
    for (unsigned i = 0; i < table->n_columns; i++)
        if (i != baseline)
            print_pair(samples[i].name, &pairs[i], options->paired);
}

int command_stats(const struct options *options, int argc, char **argv)
{
    static struct table table;
    static struct sample samples[TABLE_COLUMNS_MAX];
    static struct pair pairs[TABLE_COLUMNS_MAX];
    struct claim *claims[TABLE_COLUMNS_MAX];
    unsigned n_claims = 0;
    (void)argc;
    (void)argv;
    int status = read_files(options, &table), baseline = status ? 0 : find_baseline(&table, options->baseline);
    if (!status && baseline < 0) {
        message_error("E-CLI-VALUE", options->baseline, "no column has that name or number", "nothing", NULL);
        status = EXIT_USAGE;
    }
    int rc = 0;
    for (unsigned i = 0; i < table.n_columns && !status && !rc; i++)
        rc = describe(&table.column[i], &samples[i]);
    for (unsigned i = 0; i < table.n_columns && !status && !rc; i++) {
        if ((int)i == baseline)
            continue;
        rc = options->paired ? compare_paired(&table.column[baseline], &table.column[i], options->margin,
                                              options->higher_is_better, &pairs[i])
                             : compare_unpaired(&samples[baseline], &samples[i], options->margin,
                                                options->higher_is_better, &pairs[i]);
        claims[n_claims++] = &pairs[i].claim;
    }
    if (!status && !rc && decision_correct(claims, n_claims) < 0)
        rc = -ENOMEM;
    if (rc) {
        message_error("E-MEMORY", "stats", strerror(-rc), "nothing", NULL);
        status = EXIT_CANNOT;
    }
    if (!status)
        print_all(options, &table, samples, pairs, (unsigned)baseline);
    for (unsigned i = 0; i < table.n_columns; i++) {
        free(samples[i].x);
        samples[i].x = NULL;
    }
    table_fini(&table);
    return status;
}
