/* SPDX-License-Identifier: Apache-2.0 */
/* quintet plan: what a budget of time would be able to tell, before it is spent. */
#include "cli/commands.h"
#include "cli/loaded.h"
#include "cli/message.h"

#include "record/json_fields.h"
#include "report/power.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static void print_json(const struct power *power, const char *run_dir, const struct options *options)
{
    json_t *rows = json_array();
    for (unsigned i = 0; i < power->n_rows; i++) {
        const struct power_row *r = &power->rows[i];
        json_array_append_new(
            rows, json_pack("{s:s, s:i, s:i, s:o, s:o, s:o, s:s, s:s, s:i}", "workload", r->workload, "comparisons",
                            (int)r->n_comparisons, "within_margin", (int)r->n_within_margin, "detectable_median",
                            number(r->detectable_median), "detectable_worst", number(r->detectable_worst),
                            "blocks_for_margin", number(r->blocks_for_margin), "worst_case", r->worst_label,
                            "worst_strategy", r->worst_strategy, "worst_in_flight", (int)r->worst_in_flight));
    }
    json_t *json = json_pack("{s:s, s:o, s:f, s:f, s:f, s:i, s:i, s:o, s:o}", "schema", "quintet.power/1.0", "run",
                             json_text(run_dir), "budget_s", (double)options->budget_ns * 1e-9, "margin",
                             options->margin, "block_s", power->block_s, "blocks", (int)power->blocks, "comparisons",
                             (int)power->comparisons, "family_factor", number(power->family_factor), "workloads", rows);
    json_dumpf(json, stdout, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(json);
}

static void print_need(const struct power_row *row, double block_s)
{
    if (!isfinite(row->blocks_for_margin))
        printf("  more than can be waited for\n");
    else if (row->blocks_for_margin * block_s < 90)
        printf("  %5.0f = %.0f s\n", row->blocks_for_margin, row->blocks_for_margin * block_s);
    else
        printf("  %5.0f = %.0f min\n", row->blocks_for_margin, ceil(row->blocks_for_margin * block_s / 60));
}

static void print_text(const struct power *power, const char *run_dir, const struct options *options)
{
    double budget_s = (double)options->budget_ns * 1e-9, margin = 100 * options->margin;
    message_print_between("By ", run_dir, "");
    printf(": one block of its plan takes %.3g s, so %.0f s are %u block%s.\n", power->block_s, budget_s, power->blocks,
           power->blocks == 1 ? "" : "s");
    if (power->blocks < 6) {
        printf("That is too few for any verdict: 6 blocks are needed, %.0f s.\n", ceil(6 * power->block_s));
        return;
    }
    printf(
        "\nThe smallest true difference that would be found with a chance of 80 %%, each comparison by itself, and "
        "the\n"
        "blocks until nine of ten comparisons would show one of %.3g %%. One report with all %u of them corrects for\n"
        "being so many: its first finding takes a difference %.2g times as large.\n\n",
        margin, power->comparisons, power->family_factor);
    printf("  %-18s %11s  %7s  %7s  %11s  %s\n", "workload", "comparisons", "median", "worst", "see margin",
           "blocks needed");
    for (unsigned i = 0; i < power->n_rows; i++) {
        const struct power_row *r = &power->rows[i];
        printf("  %-18s %11u  %5.1f %%  %5.1f %%  %4u of %-4u", r->workload, r->n_comparisons,
               100 * r->detectable_median, 100 * r->detectable_worst, r->n_within_margin, r->n_comparisons);
        print_need(r, power->block_s);
    }
    puts("\nThe noisiest of each:");
    for (unsigned i = 0; i < power->n_rows; i++)
        printf("  %s under %s at K = %u\n", power->rows[i].worst_label, power->rows[i].worst_strategy,
               power->rows[i].worst_in_flight);
}

int command_plan(const struct options *options, int argc, char **argv)
{
    static struct loaded loaded;
    char run_dir[4096];
    struct power power = {0};
    (void)argc;
    (void)argv;
    loaded.dirfd = -1;
    if (!options->budget_ns) {
        message_error("E-CLI-VALUE", "plan", "it has to be told how long it may take", "nothing",
                      "quintet plan --budget 10m");
        return EXIT_USAGE;
    }
    int status = run_of_operands(options, run_dir, sizeof run_dir);
    if (!status)
        status = loaded_open(&loaded, run_dir);
    if (!status) {
        int rc = power_build(&power, &loaded.run, &loaded.pairing, (double)options->budget_ns * 1e-9, options->margin);
        if (rc) {
            message_error(rc == -ENODATA ? "E-NO-NOISE" : "E-MEMORY", run_dir,
                          rc == -ENODATA ? "it has fewer than two blocks of anything comparable: its noise is unknown"
                                         : "out of memory",
                          "nothing", rc == -ENODATA ? "quintet run --profile smoke --blocks 3" : NULL);
            status = EXIT_CANNOT;
        } else if (options->json) {
            print_json(&power, run_dir, options);
        } else {
            print_text(&power, run_dir, options);
        }
    }
    power_fini(&power);
    loaded_close(&loaded);
    return status;
}
