/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/loaded.h"
#include "cli/message.h"

#include "report/compare.h"
#include "report/compare_plots.h"
#include "report/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void count_verdicts(const struct run_comparison *c, unsigned counts[VERDICT_INSUFFICIENT + 1])
{
    memset(counts, 0, (VERDICT_INSUFFICIENT + 1) * sizeof *counts);
    for (unsigned i = 0; i < c->n_cells; i++)
        counts[c->cells[i].claim.verdict]++;
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *to_json(const struct run_comparison *c, const char *a, const char *b)
{
    json_t *facts = json_array(), *cells = json_array();
    for (unsigned i = 0; i < c->n_facts; i++)
        json_array_append_new(facts, json_pack("{s:s, s:s*, s:s*, s:b}", "name", c->facts[i].name, "a", c->facts[i].a,
                                               "b", c->facts[i].b, "machine", c->facts[i].of_machine));
    for (unsigned i = 0; i < c->n_cells; i++) {
        const struct claim *claim = &c->cells[i].claim;
        json_array_append_new(cells,
                              json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:s}", "id", c->cells[i].b->id, "metric",
                                        c->cells[i].metric, "ratio", number(claim->ratio.value), "lo",
                                        claim->ratio.has_interval ? number(claim->ratio.lo) : json_null(), "hi",
                                        claim->ratio.has_interval ? number(claim->ratio.hi) : json_null(), "p_holm",
                                        number(claim->p_holm), "verdict", stats_verdict_name(claim->verdict)));
    }
    return json_pack("{s:s, s:s*, s:s*, s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "schema",
                     "quintet.compare/1.0", "a", a, "b", b, "comparability", comparability_names[c->comparability],
                     "why", c->why, "facts", facts, "only_a", (int)c->only_a, "only_b", (int)c->only_b,
                     "other_protocol", (int)c->other_protocol, "contests", (int)c->contests, "same_best",
                     (int)c->same_best, "kendall_tau", number(c->tau), "cells", cells);
}

static void print_cell(const struct compared_cell *c)
{
    char ratio[NUMBER_LEN];
    number_interval(ratio, &c->claim.ratio, UNIT_RATIO);
    printf("  %-24s %-22s ", stats_verdict_name(c->claim.verdict), ratio);
    message_print_clean(stdout, c->b->id);
    printf(" (%s)\n", c->metric);
}

void print_comparability(const struct run_comparison *c)
{
    static const char *const meaning[COMPARE_COUNT] = {
        "every fact is known and equal: what differs is variation between runs",
        "the same machine, and one fact differs: what differs may be put down to it",
        "the same machine, but several facts differ or are unknown: differences are told, not explained",
        "absolute numbers mean nothing side by side: compared are ratios to serial in the same block, and the order",
        "",
    };
    printf("Comparability: %s", comparability_names[c->comparability]);
    printf(" (%s)\n", c->comparability == COMPARE_IMPOSSIBLE ? c->why : meaning[c->comparability]);
    for (unsigned i = 0; i < c->n_facts; i++) {
        printf("  %-24s ", c->facts[i].name);
        message_print_clean(stdout, c->facts[i].a);
        fputs("  |  ", stdout);
        message_print_clean(stdout, c->facts[i].b);
        putchar('\n');
    }
    if (c->n_unknown)
        printf("  %u facts are known on neither side, and therefore not equal\n", c->n_unknown);
}

static void print_text(const struct run_comparison *c, const char *a, const char *b, double margin)
{
    unsigned counts[VERDICT_INSUFFICIENT + 1];
    print_comparability(c);
    if (c->comparability == COMPARE_IMPOSSIBLE)
        return;
    count_verdicts(c, counts);
    printf("\nB = %s as a multiple of A = %s, one run each: provisional. Margin %.3g %%.\n", b, a, 100 * margin);
    printf("%u cells: %u faster, %u slower, %u equivalent, %u cannot be distinguished, %u with too few blocks\n",
           c->n_cells, counts[VERDICT_FASTER], counts[VERDICT_SLOWER], counts[VERDICT_EQUIVALENT],
           counts[VERDICT_UNDECIDED], counts[VERDICT_INSUFFICIENT]);
    printf("Only in A: %u cells, only in B: %u, of another version of their workload: %u\n", c->only_a, c->only_b,
           c->other_protocol);
    if (c->contests)
        printf("Best strategy: the same in %u of %u contests; order of all: Kendall's tau %.2f (median)\n",
               c->same_best, c->contests, c->tau);
    for (int pass = 0; pass < 2; pass++) {
        bool first = true;
        for (unsigned i = 0; i < c->n_cells; i++) {
            enum verdict v = c->cells[i].claim.verdict;
            if (pass == 0 ? v != VERDICT_FASTER && v != VERDICT_SLOWER : v != VERDICT_UNDECIDED)
                continue;
            if (first)
                puts(pass == 0 ? "\nChanged, largest first:" : "\nCannot be distinguished (with both bounds):");
            first = false;
            print_cell(&c->cells[i]);
        }
    }
}

static int exit_of_comparison(const struct run_comparison *c, const struct options *options)
{
    unsigned counts[VERDICT_INSUFFICIENT + 1];
    if (c->comparability == COMPARE_IMPOSSIBLE)
        return EXIT_CORRUPT;
    count_verdicts(c, counts);
    if (options->fail_on_slower && c->comparability == COMPARE_CROSS)
        return EXIT_CORRUPT; /* a gate decides nothing about another machine */
    return options->fail_on_slower && counts[VERDICT_SLOWER] ? EXIT_WORSE : 0;
}

/* --plots DIR. 0, or an exit code after a message. */
static int draw(const struct run_comparison *c, const struct loaded *a, const struct loaded *b,
                const struct options *options)
{
    static struct report_result result; /* 25 KB */
    struct report_options how = {.gnuplot = options->gnuplot};
    struct plot_outcome outcomes[COMPARE_PLOTS_MAX];
    struct compared_runs runs = {c, &a->run, &b->run, &a->pairing, &b->pairing, options->margin};
    unsigned n = 0;
    int rc = compare_plots_build(options->plots_dir, &runs, &how, &result, outcomes, &n);
    if (rc) {
        message_error("E-STORE", options->plots_dir, strerror(-rc), NULL, NULL);
        return EXIT_STORAGE;
    }
    for (unsigned i = 0; i < result.n_warnings && i < REPORT_WARNINGS_MAX; i++)
        message_warning("--plots", result.warnings[i]);
    for (unsigned i = 0; i < n && !options->json; i++)
        printf("%s%s/%s.%s: %s\n", i ? "" : "\nPlots:\n", options->plots_dir, outcomes[i].name,
               outcomes[i].drawn ? "svg" : "gp", outcomes[i].caption);
    return result.plots_failed_count || (options->require_plots && result.gnuplot_missing) ? EXIT_CANNOT : 0;
}

int command_compare(const struct options *options, int argc, char **argv)
{
    static struct loaded a, b;
    struct run_comparison comparison = {0};
    (void)argc;
    (void)argv;
    if (options->n_operands != 2) {
        message_error("E-CLI-OPERAND", "compare", "want two runs, A and B", "nothing",
                      "quintet compare results/A results/B");
        return EXIT_USAGE;
    }
    a.dirfd = b.dirfd = -1;
    int status = loaded_open(&a, options->operands[0]);
    if (!status)
        status = loaded_open(&b, options->operands[1]);
    if (!status && run_comparison_build(&comparison, &a.run, &a.pairing, &b.run, &b.pairing, options->margin)) {
        message_error("E-MEMORY", "compare", strerror(ENOMEM), "nothing", NULL);
        status = EXIT_CANNOT;
    } else if (!status) {
        json_t *json = to_json(&comparison, options->operands[0], options->operands[1]);
        status = exit_of_comparison(&comparison, options);
        if (options->json)
            status = exit_graver(status, document_print(json));
        else
            print_text(&comparison, options->operands[0], options->operands[1], options->margin);
        if (options->json_path)
            status = exit_graver(status, document_write(json, options->json_path));
        if (options->plots_dir && comparison.comparability != COMPARE_IMPOSSIBLE)
            status = exit_graver(status, draw(&comparison, &a, &b, options));
        json_decref(json);
    }
    run_comparison_fini(&comparison);
    loaded_close(&b);
    loaded_close(&a);
    return status;
}
