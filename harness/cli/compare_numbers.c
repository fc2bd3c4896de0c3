/* SPDX-License-Identifier: Apache-2.0 */
/* Of a comparison: the cells, each against its like. */
#include "cli/compare_parts.h"
#include "cli/message.h"

#include "report/lookup.h"
#include "report/text.h"

#include <stdio.h>
#include <string.h>

enum { CROSS_ROWS = 12 }; /* between machines the ratios are the smaller part of the story */

static void print_cell(const struct compared_cell *c)
{
    char ratio[NUMBER_LEN];
    number_interval(ratio, &c->claim.ratio, UNIT_RATIO);
    printf("  %-24s %-22s ", stats_verdict_name(c->claim.verdict), ratio);
    message_print_clean(stdout, c->b->id);
    printf(" (%s%s)\n", c->metric, c->other_amount ? ", another amount of work" : "");
}

static void print_cells_that(const struct compared_cell *cells, unsigned n, bool changed, const char *heading)
{
    bool first = true;
    for (unsigned i = 0; i < n; i++) {
        enum verdict v = cells[i].claim.verdict;
        if (changed ? v != VERDICT_FASTER && v != VERDICT_SLOWER : v != VERDICT_UNDECIDED)
            continue;
        if (first)
            puts(heading);
        first = false;
        print_cell(&cells[i]);
    }
}

/* One machine: absolute numbers, all that changed. */
void compare_print_cells(const struct run_comparison *c)
{
    unsigned counts[VERDICT_INSUFFICIENT + 1] = {0};
    for (unsigned i = 0; i < c->n_cells; i++)
        counts[c->cells[i].claim.verdict]++;
    printf("\n%u cells: %u faster, %u slower, %u equivalent, %u cannot be distinguished, %u with too few blocks\n",
           c->n_cells, counts[VERDICT_FASTER], counts[VERDICT_SLOWER], counts[VERDICT_EQUIVALENT],
           counts[VERDICT_UNDECIDED], counts[VERDICT_INSUFFICIENT]);
    print_cells_that(c->cells, c->n_cells, true, "\nChanged, largest first:");
    print_cells_that(c->cells, c->n_cells, false, "\nCannot be distinguished (with both bounds):");
}

/* How many times as good as serial, there and here. For costs that is serial's over the strategy's. */
static void print_gain(const struct telling *t, const struct compared_cell *c)
{
    bool higher = metric_higher_is_better(c->metric);
    struct estimate e = c->claim.ratio;
    char a[NUMBER_LEN], b[NUMBER_LEN], ratio[NUMBER_LEN];
    if (!higher)
        e = (struct estimate){1 / e.value, 1 / e.hi, 1 / e.lo, e.n, e.has_interval};
    printf("  %7s | %-7s  B over A %-20s ", number_plain(a, higher ? c->median_a : 1 / c->median_a, UNIT_RATIO),
           number_plain(b, higher ? c->median_b : 1 / c->median_b, UNIT_RATIO), number_interval(ratio, &e, UNIT_RATIO));
    message_print_clean(stdout, c->b->label);
    printf(", %s, K = %u", t->b->strategies[c->b->strategy].name, c->a->cell.in_flight);
    if (c->by == K_PER_CPU)
        printf(" | %u", c->b->cell.in_flight);
    printf(" (%s)\n", c->metric);
}

static void print_gains_that(const struct telling *t, const struct compared_cell *cells, unsigned n,
                             enum verdict verdict, const char *heading)
{
    unsigned shown = 0, left_out = 0;
    for (unsigned i = 0; i < n; i++) {
        if (cells[i].claim.verdict != verdict)
            continue;
        if (shown == CROSS_ROWS) {
            left_out++;
            continue;
        }
        if (!shown++)
            puts(heading);
        print_gain(t, &cells[i]);
    }
    if (left_out)
        printf("  ... and %u more: --json has all\n", left_out);
}

/* Two machines: how many times as good as serial on its own machine, and what differs most. */
void compare_print_gains(const struct telling *t, enum k_match by)
{
    const struct run_comparison *c = t->comparison;
    const struct compared_cell *cells = c->cells + (by == K_EQUAL ? 0 : c->n_cells);
    unsigned n = by == K_EQUAL ? c->n_cells : c->n_per_cpu, counts[VERDICT_INSUFFICIENT + 1] = {0};
    if (!n)
        return;
    for (unsigned i = 0; i < n; i++)
        counts[cells[i].claim.verdict]++;
    printf("\nHow many times as good as serial on its own side (A | B)%s\n"
           "%u cells: %u gain more in B, %u gain less, %u equivalent, %u cannot be distinguished, %u with too few "
           "blocks\n",
           !t->other_p     ? ""
           : by == K_EQUAL ? ", at the same K"
                           : ", at the same K per CPU (K of A | K of B)",
           n, counts[VERDICT_FASTER], counts[VERDICT_SLOWER], counts[VERDICT_EQUIVALENT], counts[VERDICT_UNDECIDED],
           counts[VERDICT_INSUFFICIENT]);
    print_gains_that(t, cells, n, VERDICT_SLOWER, " Gain less in B, largest difference first:");
    print_gains_that(t, cells, n, VERDICT_FASTER, " Gain more in B, largest difference first:");
}

/* --- absolute numbers ------------------------------------------------------------------------------------------- */

static const struct report_cell *serial_of(const struct report_run *run, const struct sweep *sweep)
{
    for (unsigned i = 0; i < run->n_cells; i++)
        if (run->cells[i].case_name == sweep->case_name)
            return lookup_serial(run, &run->cells[i]);
    return NULL;
}

/* printf() counts bytes, and a "µ" has two. */
static int wide(int columns, const char *text)
{
    for (; *text; text++)
        columns += (*text & 0xC0) == 0x80;
    return columns;
}

/* How fast the machines are: one task after another, without any verdict. */
void compare_print_serial(const struct telling *t)
{
    bool first = true;
    for (unsigned i = 0; i < t->comparison->cases.n; i++) {
        const struct matched_case *c = &t->comparison->cases.list[i];
        const struct report_workload *w = &t->a->workloads[c->a->workload];
        const struct report_cell *x = serial_of(t->a, c->a), *y = serial_of(t->b, c->b);
        if (!x || !y || workload_of_other_version(w, t->b))
            continue;
        struct estimate a = cell_metric(x, w->headline), b = cell_metric(y, w->headline);
        char left[NUMBER_LEN], right[NUMBER_LEN];
        if (!a.n || !b.n)
            continue;
        if (first) {
            fputs("\nAbsolute numbers, apart and without verdicts: serial on ", stdout);
            message_print_clean(stdout, compare_cpu_of(t->a));
            fputs(" (A) | ", stdout);
            message_print_clean(stdout, compare_cpu_of(t->b));
            puts(" (B)");
        }
        first = false;
        number_value(left, &a, unit_of_metric(w->headline));
        number_value(right, &b, unit_of_metric(w->headline));
        printf("  %*s | %-*s ", wide(12, left), left, wide(12, right), right);
        message_print_clean(stdout, c->a->label);
        printf(" (%s)\n", w->headline);
    }
}
