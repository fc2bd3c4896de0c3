/* SPDX-License-Identifier: Apache-2.0 */
/* What the field has published, and whether it holds here. */
#include "report/laws.h"
#include "report/report_md.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static enum unit unit_of_check(const struct law_check *check)
{
    return check->under.workload ? UNIT_RATIO : unit_of_metric(check->over.metric);
}

static const char *limit(char buf[NUMBER_LEN], double value, enum unit unit)
{
    if (unit != UNIT_RATIO)
        return number_plain(buf, value, unit);
    snprintf(buf, NUMBER_LEN, "%.3g", value);
    return buf;
}

/* "between 600 ns and 3.00 µs", "at least 5", "above 1": what must be true of the whole interval. */
static void add_range(struct text *out, const struct law_check *check)
{
    char least[NUMBER_LEN], most[NUMBER_LEN];
    enum unit unit = unit_of_check(check);
    if (isinf(check->most))
        text_add(out, "%s %s", check->least == 1 ? "above" : "at least", limit(least, check->least, unit));
    else if (check->least <= 0)
        text_add(out, "at most %s", limit(most, check->most, unit));
    else
        text_add(out, "between %s and %s", limit(least, check->least, unit), limit(most, check->most, unit));
}

static void add_check(struct text *out, const struct law_result *result, unsigned i)
{
    const struct law_check *check = &result->law->checks[i];
    const struct report_cell *at = result->checks[i].at;
    char value[NUMBER_LEN];
    text_add(out, "%s%s", i ? "<br>" : "", check->what);
    if (at && at->cell.in_flight > 2)
        text_add(out, " at K = %u", at->cell.in_flight);
    text_add(out, ": **%s**, asked: ", number_interval(value, &result->checks[i].value, unit_of_check(check)));
    add_range(out, check);
}

static void add_tested(struct text *out, const struct law_result *result)
{
    static const char *const words[] = {"holds here", "**does not hold here**", "undecided", "–"};
    const struct law *law = result->law;
    text_add(out, "| %s | %s | %s. *%s* | ", law->id, law->statement, law->published, law->source);
    for (unsigned i = 0; i < LAW_CHECKS_MAX && law->checks[i].what; i++)
        add_check(out, result, i);
    text_add(out, " | %s |\n", words[result->outcome]);
}

static void add_untested(struct text *out, const struct law_result *result)
{
    const struct law *law = result->law;
    text_add(out, "| %s | %s | %s. *%s* | %s |\n", law->id, law->statement, law->published, law->source,
             result->missing);
}

/* `beyond`: those that no run of this suite can test; else those that another run could. */
static void add_untested_table(struct text *out, const struct law_result *results, bool beyond)
{
    bool any = false;
    for (unsigned i = 0; i < LAWS_COUNT; i++) {
        if (results[i].outcome != LAW_CANNOT_BE_TESTED || (results[i].law->untestable != NULL) != beyond)
            continue;
        if (!any)
            text_add(out, "%s\n\n|  | law | published: figures, *source* | %s |\n| --- | --- | --- | --- |\n",
                     beyond ? "Beyond this suite:" : "Not tested by this run, but another one could:",
                     beyond ? "why" : "what is missing");
        any = true;
        add_untested(out, &results[i]);
    }
    if (any)
        text_add(out, "\n");
}

void md_laws(struct text *out, const struct document *d)
{
    struct law_result *results = calloc(LAWS_COUNT, sizeof *results);
    unsigned counts[LAW_CANNOT_BE_TESTED + 1] = {0};
    if (!results) {
        out->failed = true;
        return;
    }
    for (unsigned i = 0; i < LAWS_COUNT; i++) {
        law_test(&results[i], &laws[i], d->run);
        counts[results[i].outcome]++;
    }
    text_add(
        out,
        "## What the field knows, and whether it holds here\n\n%d results that others have published, held against "
        "this run. Hold here: %u; do not hold here: %u; undecided: %u; cannot be tested: %u (`laws` in "
        "`summary.json`). A law holds if the whole 95 %% interval of its quantity lies in the range that is asked "
        "for, does not hold if the interval lies outside, and is undecided between the two. Where the published "
        "figure is a time or a size, the range goes from half of the least to twice the greatest, for processors "
        "differ. \"÷\" is a ratio paired by block. The intervals are not corrected for their number. That a law "
        "does not hold here says nothing about where it was found.\n\n",
        LAWS_COUNT, counts[LAW_HOLDS], counts[LAW_DOES_NOT_HOLD], counts[LAW_UNDECIDED], counts[LAW_CANNOT_BE_TESTED]);
    if (counts[LAW_CANNOT_BE_TESTED] < LAWS_COUNT)
        text_add(out, "|  | law | published: figures, *source* | here | outcome |\n| --- | --- | --- | --- | --- |\n");
    for (unsigned i = 0; i < LAWS_COUNT; i++)
        if (results[i].outcome != LAW_CANNOT_BE_TESTED)
            add_tested(out, &results[i]);
    if (counts[LAW_CANNOT_BE_TESTED] < LAWS_COUNT)
        text_add(out, "\n");
    add_untested_table(out, results, false);
    add_untested_table(out, results, true);
    text_add(out, "*Second-hand*: the figure is known from what others wrote about that page.\n\n");
    free(results);
}
