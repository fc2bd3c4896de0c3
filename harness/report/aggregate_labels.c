/* SPDX-License-Identifier: Apache-2.0 */
/* What readers are shown of a cell's parameters. */
#include "report/aggregate.h"

#include <stdbool.h>
#include <string.h>

static const char *param_of(const struct report_cell *cell, const char *name)
{
    for (unsigned p = 0; p < cell->cell.n_params; p++)
        if (strcmp(cell->cell.params[p].name, name) == 0)
            return cell->cell.params[p].text;
    return "";
}

/* Do the two cells agree in every parameter but `name`? */
static bool same_but(const struct report_cell *a, const struct report_cell *b, const char *name)
{
    for (unsigned p = 0; p < a->cell.n_params; p++)
        if (strcmp(a->cell.params[p].name, name) != 0 &&
            strcmp(a->cell.params[p].text, param_of(b, a->cell.params[p].name)) != 0)
            return false;
    return true;
}

enum param_role param_role(const struct report_run *run, unsigned workload, const char *name)
{
    enum param_role role = PARAM_FIXED;
    const struct report_cell *first = NULL;
    bool number = true;
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        if (cell->workload != workload)
            continue;
        first = first ? first : cell;
        const char *text = param_of(cell, name);
        number = number && *text && text[strspn(text, "0123456789")] == '\0';
        if (strcmp(text, param_of(first, name)) != 0)
            role = PARAM_TELLS;
    }
    if (role == PARAM_FIXED || !number)
        return role;
    for (unsigned a = 0; a < run->n_cells; a++) /* a size that each variant sets for itself tells nothing apart */
        for (unsigned b = a + 1; b < run->n_cells; b++)
            if (run->cells[a].workload == workload && run->cells[b].workload == workload &&
                strcmp(param_of(&run->cells[a], name), param_of(&run->cells[b], name)) != 0 &&
                same_but(&run->cells[a], &run->cells[b], name))
                return PARAM_TELLS;
    return PARAM_FOLLOWS;
}

/* Are there two cases of the workload whose shown parameters are all equal? */
static bool is_ambiguous(const struct report_run *run, unsigned workload, const struct cell *shown)
{
    for (unsigned a = 0; a < run->n_cells; a++)
        for (unsigned b = a + 1; b < run->n_cells; b++) {
            const struct report_cell *x = &run->cells[a], *y = &run->cells[b];
            bool same = x->workload == workload && y->workload == workload && strcmp(x->case_name, y->case_name) != 0 &&
                        x->cell.offered_per_s == y->cell.offered_per_s;
            for (unsigned p = 0; p < shown->n_params && same; p++)
                same = strcmp(param_of(x, shown->params[p].name), param_of(y, shown->params[p].name)) == 0;
            if (same)
                return true;
        }
    return false;
}

/* What tells the cases of a workload apart: no more parameters than it takes, but as many. */
static void choose_shown(struct cell *shown, const struct report_run *run, unsigned workload,
                         const struct report_cell *first)
{
    static const enum param_role roles[] = {PARAM_TELLS, PARAM_FOLLOWS};
    for (unsigned r = 0; r < sizeof roles / sizeof *roles; r++)
        for (unsigned p = 0; p < first->cell.n_params; p++)
            if (param_role(run, workload, first->cell.params[p].name) == roles[r] &&
                (roles[r] == PARAM_TELLS || is_ambiguous(run, workload, shown)))
                shown->params[shown->n_params++] = first->cell.params[p];
}

/* The names of all parameters of a workload that differ are looked up once; then each cell's label is put together. */
void aggregate_label(struct report_run *run)
{
    for (unsigned w = 0; w < run->n_workloads; w++) {
        struct cell shown = {0}; /* the differing ones, by name */
        bool first = true;
        for (unsigned c = 0; c < run->n_cells; c++) {
            struct report_cell *cell = &run->cells[c];
            if (cell->workload != w)
                continue;
            if (first)
                choose_shown(&shown, run, w, cell);
            first = false;
            struct cell words = cell->cell;
            words.n_params = 0;
            for (unsigned p = 0; p < cell->cell.n_params; p++)
                for (unsigned s = 0; s < shown.n_params; s++)
                    if (strcmp(shown.params[s].name, cell->cell.params[p].name) == 0)
                        words.params[words.n_params++] = cell->cell.params[p];
            cell_case(&words, cell->label, sizeof cell->label);
        }
    }
}
