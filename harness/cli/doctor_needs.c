/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_needs.h"

#include "contract/strategy.h"
#include "contract/workload.h"
#include "record/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESCRIPTORS_SPARE = 64, CARRIER_BYTES = 512 << 10, BASE_BYTES = 64 << 20, TRIAL_BYTES = 8 << 10 };

/* The largest need so far, and whose it is. */
struct need {
    uint64_t count;
    const struct cell *cell;
};

static void need_raise(struct need *need, uint64_t count, const struct cell *cell)
{
    if (count > need->count)
        *need = (struct need){count, cell};
}

static void need_add(json_t *manifest, const char *name, const struct need *need)
{
    char id[CELL_ID_LEN] = "no cell";
    if (need->cell)
        snprintf(id, sizeof id, "%s under %s at K = %u", need->cell->workload, need->cell->strategy,
                 need->cell->in_flight);
    manifest_add(manifest, name, json_integer((json_int_t)need->count), id);
}

/* A parameter of the cell's; `otherwise` where the workload has none of that name. */
static uint64_t param_of(const struct cell *cell, const char *name, uint64_t otherwise)
{
    for (unsigned i = 0; i < cell->n_params; i++)
        if (!strcmp(cell->params[i].name, name))
            return strtoull(cell->params[i].text, NULL, 10);
    return otherwise;
}

uint64_t doctor_data_set_bytes(const struct cell *cell)
{
    const struct workload *w = workload_find(cell->workload);
    return w && w->prepare ? param_of(cell, "files", 1) * param_of(cell, "file_bytes", 0) : 0;
}

/* Cells of one case share a data set, and all of its cases stand together, one after the other per workload. */
static uint64_t data_set_bytes(const struct plan *plan)
{
    char last[CELL_ID_LEN] = "", this[CELL_ID_LEN];
    uint64_t sum = 0;
    for (unsigned i = 0; i < plan->n_cells; i++) {
        const struct cell *cell = &plan->cells[i].cell;
        if (plan->cells[i].skip[0] || cell->role[0])
            continue;
        cell_case(cell, this, sizeof this);
        if (!strcmp(this, last))
            continue;
        strcpy(last, this);
        sum += doctor_data_set_bytes(cell);
    }
    return sum;
}

void doctor_needs_add(json_t *manifest, const struct plan *plan)
{
    struct need carriers = {0}, descriptors = {0}, connections = {0}, at_once = {0};
    for (unsigned i = 0; i < plan->n_cells; i++) {
        const struct cell *cell = &plan->cells[i].cell;
        const struct workload *w = workload_find(cell->workload);
        const struct strategy *s = strategy_find(cell->strategy);
        if (plan->cells[i].skip[0] || !w || !s)
            continue;
        need_raise(&carriers, s->lanes(cell->in_flight, cell->workers), cell);
        need_raise(&descriptors, 2 * (uint64_t)cell->in_flight + DESCRIPTORS_SPARE, cell);
        if (w->fetches) {
            uint64_t each = param_of(cell, "per_connection", 1);
            need_raise(&connections, param_of(cell, "urls", cell->in_flight) / (each ? each : 1), cell);
            need_raise(&at_once, cell->in_flight, cell);
        }
    }
    uint64_t data = data_set_bytes(plan);
    need_add(manifest, "plan.carriers_count", &carriers);
    need_add(manifest, "plan.descriptors_count", &descriptors);
    need_add(manifest, "plan.connections_count", &connections);
    need_add(manifest, "plan.connections_at_once_count", &at_once);
    manifest_add(manifest, "plan.memory_bytes",
                 json_integer((json_int_t)(data + carriers.count * CARRIER_BYTES + BASE_BYTES)), "plan");
    manifest_add(manifest, "plan.disk_bytes",
                 json_integer((json_int_t)(data + (uint64_t)plan->n_runnable * plan->blocks * TRIAL_BYTES)), "plan");
}
