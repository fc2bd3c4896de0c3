/* SPDX-License-Identifier: Apache-2.0 */
/* summary.json: what the report says, for programs. One entry for each cell of the plan, those without numbers too. */
#include "report/attribution.h"
#include "report/grain.h"
#include "report/laws.h"
#include "report/prediction.h"
#include "report/summary.h"

#include "record/store.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

json_t *summary_number(double value)
{
    char digits[40];
    if (!isfinite(value))
        return json_null();
    snprintf(digits, sizeof digits, "%.10g", value);
    value = strtod(digits, NULL);
    if (value == floor(value) && fabs(value) < 9007199254740992.0)
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *summary_estimate(const struct estimate *e)
{
    return json_pack("{s:o, s:o, s:o, s:I}", "median", summary_number(e->value), "lo",
                     e->has_interval ? summary_number(e->lo) : json_null(), "hi",
                     e->has_interval ? summary_number(e->hi) : json_null(), "n", (json_int_t)e->n);
}

json_t *summary_list_add(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *metrics_json(const struct report_cell *cell)
{
    json_t *metrics = json_object();
    for (unsigned i = 0; i < cell->n_series && metrics; i++)
        if (cell->series[i].median.n &&
            json_object_set_new(metrics, cell->series[i].name, summary_estimate(&cell->series[i].median))) {
            json_decref(metrics);
            return NULL;
        }
    return metrics;
}

static json_t *cell_json(const struct report_cell *cell)
{
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:o}", "id", cell->id, "status", cell_status_name(cell->status),
                  "reason", cell->reason[0] ? json_string(cell->reason) : json_null(), "trials", (int)cell->ok,
                  "trials_failed", (int)cell->failed, "trials_skipped", (int)cell->skipped, "trials_rerun",
                  (int)cell->reruns, "metrics", metrics_json(cell));
    if (json && (cell_to_json(json, &cell->cell) || json_object_del(json, "cell_id"))) { /* "id" says it */
        json_decref(json);
        return NULL;
    }
    return json;
}

/* A threshold's median and interval; `range` says that the median lies beyond the sizes that were measured. */
static json_t *metg_json(const struct metg *metg)
{
    static const char *const ranges[] = {"within", "below", "above"};
    json_t *json = summary_estimate(&metg->ns);
    if (json && json_object_set_new(json, "range", json_string(ranges[metg->range]))) {
        json_decref(json);
        return NULL;
    }
    return json;
}

/* One entry for each strategy and K of the workload grain. NULL without memory. */
static json_t *grain_json(const struct report_run *run)
{
    struct grain grain;
    json_t *list = json_array();
    if (grain_build(&grain, run)) {
        json_decref(list);
        list = NULL;
    }
    for (unsigned i = 0; i < grain.n && list; i++) {
        const struct grain_row *row = &grain.rows[i];
        json_t *entry =
            json_pack("{s:s, s:i, s:i, s:o, s:o, s:o, s:o}", "strategy", run->strategies[row->strategy].name,
                      "in_flight", (int)row->in_flight, "workers", (int)row->workers, "measured_from_ns",
                      summary_number(row->least_ns), "measured_to_ns", summary_number(row->greatest_ns), "metg50_ns",
                      metg_json(&row->metg50), "metg90_ns", metg_json(&row->metg90));
        list = summary_list_add(list, entry);
    }
    grain_fini(&grain);
    return list;
}

int summary_write(const struct report_run *run)
{
    json_t *cells = json_array();
    for (unsigned i = 0; i < run->n_cells && cells; i++)
        cells = summary_list_add(cells, cell_json(&run->cells[i]));
    const char *run_id = json_string_value(json_object_get(run->run, "run_id"));
    json_t *summary =
        json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "schema", SUMMARY_SCHEMA, "run_id", run_id ? run_id : "",
                  "cells", cells, "metg", grain_json(run), "laws", laws_to_json(run), "attribution",
                  attribution_to_json(run), "predictions", prediction_to_json(run));
    if (!summary)
        return -ENOMEM;
    int rc = store_write_json(run->dirfd, "summary.json", summary);
    json_decref(summary);
    return rc;
}
