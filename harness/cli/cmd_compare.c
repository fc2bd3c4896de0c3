/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/compare_text.h"
#include "cli/document.h"
#include "cli/exit_map.h"
#include "cli/loaded.h"
#include "cli/message.h"

#include "contract/workload.h"
#include "record/json_fields.h"
#include "report/compare.h"
#include "report/compare_plots.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For plans that are older than the field "amount". */
static bool is_amount_here(const char *workload, long long protocol, const char *param)
{
    const struct workload *w = workload_find(workload);
    int i = w && w->protocol == protocol ? param_find(w->params, param) : -1;
    return i >= 0 && w->params[i].grows;
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *cells_to_json(const struct compared_cell *cells, unsigned n)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < n; i++) {
        const struct claim *claim = &cells[i].claim;
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:s}", "id", cells[i].b->id, "id_a",
                                        cells[i].a->id, "metric", cells[i].metric, "other_amount",
                                        cells[i].other_amount, "ratio", number(claim->ratio.value), "lo",
                                        claim->ratio.has_interval ? number(claim->ratio.lo) : json_null(), "hi",
                                        claim->ratio.has_interval ? number(claim->ratio.hi) : json_null(), "p_holm",
                                        number(claim->p_holm), "verdict", stats_verdict_name(claim->verdict)));
    }
    return list;
}

/* The best set of one side; null without verdicts. */
static json_t *best_set(const struct report_run *run, const struct situation *situation)
{
    if (!situation->has_verdicts)
        return json_null();
    json_t *list = json_array();
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (situation->cell[i] >= 0 && situation_is_best(situation, (unsigned)situation->cell[i]))
            json_array_append_new(list, json_string(run->strategies[i].name));
    return list;
}

static json_t *rankings_to_json(const struct run_comparison *c, const struct report_run *a, const struct report_run *b)
{
    static const char *const by_names[K_MATCH_COUNT] = {"k", "k_per_cpu"};
    json_t *list = json_array();
    for (unsigned i = 0; i < c->n_rankings; i++) {
        const struct compared_contest *r = &c->rankings[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:i, s:s, s:b, s:s, s:s, s:o, s:o, s:o}", "case_a",
                                              r->a->case_name, "case_b", r->b->case_name, "in_flight_a",
                                              (int)r->a->in_flight, "in_flight_b", (int)r->b->in_flight, "matched_by",
                                              by_names[r->by], "other_amount", r->other_amount, "ranking",
                                              ranking_names[r->ranking], "why", r->why, "best_a", best_set(a, r->a),
                                              "best_b", best_set(b, r->b), "kendall_tau", number(r->tau)));
    }
    return list;
}

static json_t *to_json(const struct run_comparison *c, const struct loaded *a, const struct loaded *b,
                       const char *name_a, const char *name_b)
{
    json_t *facts = json_array();
    for (unsigned i = 0; i < c->n_facts; i++)
        json_array_append_new(facts, json_pack("{s:s, s:s*, s:s*, s:b}", "name", c->facts[i].name, "a", c->facts[i].a,
                                               "b", c->facts[i].b, "machine", c->facts[i].of_machine));
    json_t *json = json_pack(
        "{s:s, s:o, s:o, s:i, s:i, s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:i, s:o}", "schema", "quintet.compare/1.1", "a",
        json_text(name_a), "b", json_text(name_b), "workers_a", (int)a->run.workers, "workers_b", (int)b->run.workers,
        "comparability", comparability_names[c->comparability], "why", c->why, "facts", facts, "only_a", (int)c->only_a,
        "only_b", (int)c->only_b, "other_protocol", (int)c->other_protocol, "contests", (int)c->contests, "same_best",
        (int)c->same_best, "kendall_tau", number(c->tau));
    if (json) {
        json_object_set_new(json, "cells", cells_to_json(c->cells, c->n_cells));
        json_object_set_new(json, "cells_per_cpu", cells_to_json(c->cells + c->n_cells, c->n_per_cpu));
        json_object_set_new(json, "rankings", rankings_to_json(c, &a->run, &b->run));
    }
    return json;
}

/* Why it ends with this status: a script's log has only these words. */
static void tell_why(const struct run_comparison *c, const char *b, int status)
{
    char what[REASON_LEN + 64];
    if (status == EXIT_WORSE) {
        const unsigned n = exit_count_slower(c);
        snprintf(what, sizeof what, "%u cell%s slower by verdict", n, n == 1 ? " is" : "s are");
        message_error("E-SLOWER", b, what, NULL, NULL);
    } else if (status != EXIT_FINE && c->comparability == COMPARE_IMPOSSIBLE) {
        snprintf(what, sizeof what, "not comparable: %s", c->why);
        message_error("E-COMPARE", b, what, "nothing", NULL);
    } else if (status != EXIT_FINE) {
        message_error("E-COMPARE", b, "--fail-on-slower decides nothing about another machine", "nothing", NULL);
    }
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
    if (!status &&
        run_comparison_build(&comparison, &a.run, &a.pairing, &b.run, &b.pairing, options->margin, is_amount_here)) {
        message_error("E-MEMORY", "compare", strerror(ENOMEM), "nothing", NULL);
        status = EXIT_CANNOT;
    } else if (!status) {
        json_t *json = to_json(&comparison, &a, &b, options->operands[0], options->operands[1]);
        status = exit_of_comparison(&comparison, options->fail_on_slower);
        tell_why(&comparison, options->operands[1], status);
        if (options->json)
            status = exit_graver(status, document_print(json));
        else
            compare_print(&comparison, &a.run, &b.run, options->operands[0], options->operands[1], options->margin);
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
