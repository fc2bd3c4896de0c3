/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/preflight.h"
#include "cli/doctor_needs.h"
#include "cli/message.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

void preflight_existing_place(const char *results_dir, char *out, size_t len)
{
    snprintf(out, len, "%s", results_dir);
    while (access(out, F_OK)) {
        char *slash = strrchr(out, '/');
        if (!slash || slash == out) {
            snprintf(out, len, "%s", slash ? "/" : ".");
            return;
        }
        *slash = '\0';
    }
}

/* The data sets of a run stand side by side until its end; cells of one case, which follow one another, share one. */
void preflight_room(struct plan *plan, const char *results_dir)
{
    char place[4096], last[CELL_ID_LEN] = "", this[CELL_ID_LEN];
    struct statvfs disk;
    uint64_t taken = 0;
    bool fits = true;
    preflight_existing_place(results_dir, place, sizeof place);
    if (statvfs(place, &disk))
        return; /* opening it will say more */
    uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
    for (unsigned i = 0; i < plan->n_cells; i++) {
        struct plan_cell *cell = &plan->cells[i];
        uint64_t bytes = doctor_data_set_bytes(&cell->cell);
        if (cell->skip[0] || bytes == 0)
            continue;
        cell_case(&cell->cell, this, sizeof this);
        if (strcmp(this, last)) {
            fits = bytes <= room - taken;
            taken += fits ? bytes : 0;
            strcpy(last, this);
        }
        if (fits)
            continue;
        snprintf(cell->skip, sizeof cell->skip, "its data set needs %llu MiB, and %llu MiB are free in %.120s",
                 (unsigned long long)(bytes >> 20), (unsigned long long)((room - taken) >> 20), place);
        plan->n_runnable--;
    }
}

/* All cells with this name are skips: the reason of the last one. NULL if one can run, or there is none. */
static const char *why_none(const struct plan *plan, const char *name, bool workload)
{
    const char *why = NULL;
    for (unsigned i = 0; i < plan->n_cells; i++) {
        const struct plan_cell *cell = &plan->cells[i];
        if (strcmp(workload ? cell->cell.workload : cell->cell.strategy, name))
            continue;
        if (!cell->skip[0])
            return NULL;
        why = cell->skip;
    }
    return why;
}

static int refuse(const struct plan *plan, const char *const *names, unsigned n, bool workloads)
{
    int code = 0;
    for (unsigned i = 0; i < n; i++) {
        const char *why = why_none(plan, names[i], workloads);
        if (!why)
            continue;
        message_error("E-CANNOT", names[i], why, plan->n_runnable ? NULL : "nothing", NULL);
        code = EXIT_CANNOT;
    }
    return code;
}

int preflight_named(const struct plan *plan, const struct plan_request *request)
{
    int code = refuse(plan, request->strategies, request->n_strategies, false);
    if (code && plan->n_runnable == 0)
        return code; /* once is enough */
    return exit_graver(code, refuse(plan, request->workloads, request->n_workloads, true));
}
