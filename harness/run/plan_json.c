/* SPDX-License-Identifier: Apache-2.0 */
/* plan.json: all that the report has to know about workloads and strategies, since it does not link them. */
#include "run/plan.h"

#include "contract/strategy.h"
#include "contract/workload.h"

#include <stdlib.h>

static json_t *workloads_to_json(const struct plan *plan)
{
    json_t *list = json_array();
    for (unsigned i = 0; workload_registry[i]; i++) {
        const struct workload *w = workload_registry[i];
        bool used = false;
        for (unsigned j = 0; j < plan->n_cells; j++)
            used |= workload_find(plan->cells[j].cell.workload) == w;
        if (!used)
            continue;
        json_t *params = json_array();
        for (unsigned j = 0; j < param_count(w->params); j++)
            json_array_append_new(params, json_pack("{s:s, s:s, s:s, s:b}", "name", w->params[j].name, "unit",
                                                    w->params[j].unit, "summary", w->params[j].summary, "amount",
                                                    w->params[j].grows != 0));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o}", "name", w->name, "kind", w->kind,
                                              "summary", w->summary, "op_is", w->op_is, "headline", w->headline,
                                              "protocol", (int)w->protocol, "params", params));
    }
    return list;
}

static json_t *strategies_to_json(const struct plan *plan)
{
    json_t *list = json_array();
    for (unsigned i = 0; strategy_registry[i]; i++) {
        const struct strategy *s = strategy_registry[i];
        bool used = false;
        for (unsigned j = 0; j < plan->n_cells; j++)
            used |= strategy_find(plan->cells[j].cell.strategy) == s;
        if (used)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:b}", "name", s->name, "summary", s->summary, "canonical", s->canonical));
    }
    return list;
}

static json_t *cells_to_json(const struct plan *plan)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < plan->n_cells; i++) {
        const struct plan_cell *entry = &plan->cells[i];
        json_t *json = json_object();
        cell_to_json(json, &entry->cell);
        if (entry->skip[0])
            json_object_set_new(json, "skip", json_string(entry->skip));
        json_array_append_new(list, json);
    }
    return list;
}

json_t *plan_to_json(const struct plan *plan)
{
    json_t *order = json_array();
    unsigned *indices = malloc((plan->n_cells + 1) * sizeof *indices);
    if (!indices)
        return NULL;
    for (unsigned block = 0; block < plan->blocks; block++) {
        json_t *row = json_array();
        unsigned n = plan_order(plan, block, indices);
        for (unsigned i = 0; i < n; i++)
            json_array_append_new(row, json_integer(indices[i]));
        json_array_append_new(order, row);
    }
    free(indices);
    return json_pack("{s:s, s:s*, s:i, s:f, s:o, s:o, s:o, s:o}", "schema", "quintet.plan/1.0", "counters",
                     plan->perf ? "perf" : NULL, "blocks", (int)plan->blocks, "estimate_s", plan->estimate_s,
                     "workloads", workloads_to_json(plan), "strategies", strategies_to_json(plan), "cells",
                     cells_to_json(plan), "order", order);
}
