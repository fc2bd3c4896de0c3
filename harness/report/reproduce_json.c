/* SPDX-License-Identifier: Apache-2.0 */
/* reproduce.json; results/README.md is its data dictionary. */
#include "report/reproduce.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text && text[0] ? json_string(text) : json_null();
}

/* One side of a pair; null where it was not tested. */
static json_t *side(const struct claim *claim)
{
    const struct estimate *e = &claim->ratio;
    if (!e->n)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:I, s:o, s:f, s:s}", "ratio", number(e->value), "lo",
                     e->has_interval ? number(e->lo) : json_null(), "hi", e->has_interval ? number(e->hi) : json_null(),
                     "n", (json_int_t)e->n, "p_holm", number(claim->p_holm), "margin", claim->margin, "verdict",
                     stats_verdict_name(claim->verdict));
}

static json_t *best_set(const struct report_run *run, const struct situation *situation)
{
    const char **names = situation ? malloc((run->n_strategies + 1) * sizeof *names) : NULL;
    if (!names)
        return json_null();
    json_t *list = json_array();
    unsigned n = situation_best_set(run, situation, names);
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(list, json_string(names[i]));
    free(names);
    return list;
}

static json_t *claim_to_json(const struct reproduction *r, const struct judged_claim *claim)
{
    const struct retested_contest *contest = &r->contests[claim->contest];
    const struct report_workload *w = &r->there->workloads[contest->there->workload];
    json_t *json =
        json_pack("{s:s, s:s, s:i, s:s, s:s, s:o}", "kind", claim->of_best_set ? "best_set" : "pair", "case",
                  contest->there->case_name, "in_flight", (int)contest->there->in_flight, "metric", w->headline,
                  "judgement", judgement_names[claim->judgement], "reason", text_or_null(claim->reason));
    if (!json)
        return NULL;
    if (claim->of_best_set) {
        json_object_set_new(json, "there", best_set(r->there, contest->there));
        json_object_set_new(json, "here", best_set(r->here, contest->here));
        return json;
    }
    const struct report_cell *cells = r->there->cells;
    json_object_set_new(json, "strategy", json_string(r->there->strategies[cells[claim->other].strategy].name));
    json_object_set_new(json, "against", json_string(r->there->strategies[cells[claim->reference].strategy].name));
    json_object_set_new(json, "there", side(&claim->there));
    json_object_set_new(json, "here", side(&claim->here));
    return json;
}

json_t *reproduction_to_json(const struct reproduction *r, const char *comparability)
{
    json_t *counts = json_object(), *contests = json_array(), *claims = json_array();
    static const char *const count_names[JUDGEMENT_COUNT] = {"reproduced", "weaker", "contradicted", "not_testable"};
    for (unsigned i = 0; i < JUDGEMENT_COUNT; i++)
        json_object_set_new(counts, count_names[i], json_integer(r->count[i]));
    for (unsigned i = 0; i < r->n_contests; i++) {
        const struct retested_contest *c = &r->contests[i];
        json_array_append_new(
            contests,
            json_pack("{s:s, s:o, s:b, s:i, s:i, s:o, s:o}", "case", c->there->case_name, "case_here",
                      text_or_null(c->here ? c->here->case_name : NULL), "other_amount", c->other_amount, "in_flight",
                      (int)c->there->in_flight, "workers_there", (int)c->there->workers, "workers_here",
                      c->here ? json_integer(c->here->workers) : json_null(), "kendall_tau", number(c->tau)));
    }
    for (unsigned i = 0; i < r->n_claims; i++)
        json_array_append_new(claims, claim_to_json(r, &r->claims[i]));
    json_t *run_there = json_object_get(r->there->run, "run_id"), *run_here = json_object_get(r->here->run, "run_id");
    return json_pack("{s:s, s:O*, s:O*, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", "quintet.reproduce/1.1", "there",
                     run_there, "here", run_here, "comparability", comparability, "counts", counts, "kendall_tau",
                     number(r->tau), "run_ns_there", number(r->run_ns_there), "run_ns_here", number(r->run_ns_here),
                     "contests", contests, "claims", claims);
}
