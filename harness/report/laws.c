/* SPDX-License-Identifier: Apache-2.0 */
#include "report/laws.h"
#include "report/summary.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *law_outcome_name(enum law_outcome outcome)
{
    static const char *const names[] = {"holds", "does_not_hold", "undecided", "cannot_be_tested"};
    return names[outcome];
}

enum law_outcome law_judge(const struct estimate *value, double least, double most)
{
    if (!value->n || !value->has_interval)
        return LAW_CANNOT_BE_TESTED;
    if (value->lo >= least && value->hi <= most)
        return LAW_HOLDS;
    return value->hi < least || value->lo > most ? LAW_DOES_NOT_HOLD : LAW_UNDECIDED;
}

/* The other part of a ratio: the same K, and the same case where the same is asked for. */
static const struct report_cell *partner(const struct report_run *run, const struct law_check *check,
                                         const struct report_cell *over)
{
    bool serial = strcmp(check->under.runner, "serial") == 0;
    const struct report_cell *under = lookup_cell(run, &check->under, serial ? UINT_MAX : over->cell.in_flight);
    if (!under || (!serial && under->cell.in_flight != over->cell.in_flight))
        return NULL;
    bool same_work = strcmp(check->over.workload, check->under.workload) == 0 &&
                     strcmp(check->over.params, check->under.params) == 0;
    return same_work && strcmp(over->case_name, under->case_name) != 0 ? NULL : under;
}

/* Measure one check; a reason in `missing` where that is not possible. */
static void measure(struct law_result *out, unsigned i, const struct report_run *run)
{
    const struct law_check *check = &out->law->checks[i];
    unsigned at_most = out->law->in_flight_most ? out->law->in_flight_most : UINT_MAX;
    const struct report_cell *over = lookup_cell(run, &check->over, at_most), *under = NULL;
    bool ratio = check->under.workload != NULL;
    while (ratio && over && !(under = partner(run, check, over)))
        over = over->cell.in_flight ? lookup_cell(run, &check->over, over->cell.in_flight - 1) : NULL;
    if (over && over->cell.in_flight < out->law->in_flight) {
        snprintf(out->missing, sizeof out->missing, "it needs K = %u or more; here `%s` goes up to %u",
                 out->law->in_flight, check->over.workload, over->cell.in_flight);
        return;
    }
    if (over && out->law->backend && !strstr(over->backend, out->law->backend)) {
        snprintf(out->missing, sizeof out->missing, "%s", out->law->backend_missing);
        return;
    }
    if (over) {
        out->checks[i].at = over;
        out->checks[i].value = ratio ? lookup_ratio(run, over, check->over.metric, under, check->under.metric)
                                     : cell_metric(over, check->over.metric);
        out->checks[i].outcome = law_judge(&out->checks[i].value, check->least, check->most);
    }
    if (out->missing[0] || out->checks[i].outcome != LAW_CANNOT_BE_TESTED)
        return;
    if (over && out->checks[i].value.n)
        snprintf(out->missing, sizeof out->missing, "only %zu blocks have a number on `%s`; an interval needs six",
                 out->checks[i].value.n, check->over.workload);
    else if (!lookup_cell(run, &check->over, UINT_MAX))
        lookup_missing(run, &check->over, out->missing, sizeof out->missing);
    else if (!lookup_cell(run, &check->over, at_most))
        snprintf(out->missing, sizeof out->missing, "it needs K = %u; `%s` has more on `%s`", at_most,
                 check->over.runner, check->over.workload);
    else if (!lookup_cell(run, &check->under, UINT_MAX))
        lookup_missing(run, &check->under, out->missing, sizeof out->missing);
    else
        snprintf(out->missing, sizeof out->missing, "`%s` and `%s` share no K or no block on `%s`", check->over.runner,
                 check->under.runner, check->over.workload);
}

/* One refuted check is enough against a law, whatever is missing; one missing check is enough to leave it open. */
static enum law_outcome conjunction(const struct law_result *result)
{
    static const enum law_outcome order[] = {LAW_DOES_NOT_HOLD, LAW_CANNOT_BE_TESTED, LAW_UNDECIDED};
    for (unsigned o = 0; o < sizeof order / sizeof *order; o++)
        for (unsigned i = 0; i < LAW_CHECKS_MAX && result->law->checks[i].what; i++)
            if (result->checks[i].outcome == order[o])
                return order[o];
    return LAW_HOLDS;
}

void law_test(struct law_result *out, const struct law *law, const struct report_run *run)
{
    *out = (struct law_result){.law = law, .outcome = LAW_CANNOT_BE_TESTED};
    for (unsigned i = 0; i < LAW_CHECKS_MAX; i++) {
        out->checks[i].value = (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
        out->checks[i].outcome = LAW_CANNOT_BE_TESTED;
    }
    if (law->untestable) {
        snprintf(out->missing, sizeof out->missing, "%s", law->untestable);
        return;
    }
    if (run->workers < law->cpus) {
        snprintf(out->missing, sizeof out->missing, "it needs %u CPUs; this run was granted %u", law->cpus,
                 run->workers);
        return;
    }
    for (unsigned i = 0; i < LAW_CHECKS_MAX && law->checks[i].what; i++)
        measure(out, i, run);
    out->outcome = conjunction(out);
    if (out->outcome != LAW_CANNOT_BE_TESTED)
        out->missing[0] = '\0';
}

static json_t *check_json(const struct law_result *result, unsigned i)
{
    const struct law_check *check = &result->law->checks[i];
    const struct report_cell *at = result->checks[i].at;
    json_t *json = summary_estimate(&result->checks[i].value);
    if (json && (json_object_set_new(json, "what", json_string(check->what)) ||
                 json_object_set_new(json, "outcome", json_string(law_outcome_name(result->checks[i].outcome))) ||
                 json_object_set_new(json, "case", at ? json_string(at->case_name) : json_null()) ||
                 json_object_set_new(json, "in_flight", at ? json_integer(at->cell.in_flight) : json_null()) ||
                 json_object_set_new(json, "least", summary_number(check->least)) ||
                 json_object_set_new(json, "most", summary_number(check->most)))) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static json_t *law_json(const struct law_result *result)
{
    json_t *checks = json_array();
    for (unsigned i = 0; i < LAW_CHECKS_MAX && result->law->checks[i].what && checks; i++)
        checks = summary_list_add(checks, check_json(result, i));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id", result->law->id, "statement", result->law->statement,
                     "published", result->law->published, "source", result->law->source, "outcome",
                     law_outcome_name(result->outcome), "missing",
                     result->missing[0] ? json_string(result->missing) : json_null(), "checks", checks);
}

json_t *laws_to_json(const struct report_run *run)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < LAWS_COUNT && list; i++) {
        struct law_result result;
        law_test(&result, &laws[i], run);
        list = summary_list_add(list, law_json(&result));
    }
    return list;
}
