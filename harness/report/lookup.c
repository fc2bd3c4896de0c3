/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lookup.h"

#include "measure/decision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *param_text(const struct report_cell *cell, const char *name, size_t len)
{
    for (unsigned i = 0; i < cell->cell.n_params; i++)
        if (strlen(cell->cell.params[i].name) == len && strncmp(cell->cell.params[i].name, name, len) == 0)
            return cell->cell.params[i].text;
    return NULL;
}

bool lookup_params_match(const struct report_cell *cell, const char *params)
{
    while (*params) {
        size_t whole = strcspn(params, ","), name = strcspn(params, "=>?");
        bool at_least = params[name] == '>', or_none = params[name] == '?';
        const char *asked = params + name + (at_least || or_none ? 2 : 1), *text = param_text(cell, params, name);
        size_t len = whole - (size_t)(asked - params);
        if (!text && or_none)
            text = asked;
        if (!text ||
            (at_least ? atof(text) < atof(asked) : strncmp(text, asked, len) != 0 || (text != asked && text[len])))
            return false;
        params += whole + (params[whole] == ',');
    }
    return true;
}

static bool is_result_of(const struct report_run *run, const struct report_cell *cell, const char *workload)
{
    return !cell->cell.role[0] && !cell->cell.offered_per_s &&
           strcmp(run->workloads[cell->workload].name, workload) == 0;
}

static bool is_by(const struct report_run *run, const struct report_cell *cell, const char *runner)
{
    return strcmp(run->strategies[cell->strategy].name, runner) == 0;
}

const struct report_cell *lookup_cell(const struct report_run *run, const struct lookup *what, unsigned at_most)
{
    const struct report_cell *found = NULL;
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *cell = &run->cells[i];
        if (cell->cell.in_flight <= at_most && (!found || cell->cell.in_flight >= found->cell.in_flight) &&
            is_result_of(run, cell, what->workload) && is_by(run, cell, what->runner) &&
            lookup_params_match(cell, what->params) && cell_metric(cell, what->metric).n)
            found = cell;
    }
    return found;
}

/* "coroutines_1{pread=ring}" is asked for by two options of the command line. */
static void add_how_to_run(const char *runner, char *buf, size_t len)
{
    size_t used = strlen(buf), name = strcspn(runner, "{"), option = strlen(runner) - name;
    if (option < 2)
        snprintf(buf + used, len - used, "; `--strategy` with `%s` brings it", runner);
    else
        snprintf(buf + used, len - used, "; `--strategy` with `%.*s` and `--option %.*s.%.*s` bring it", (int)name,
                 runner, (int)name, runner, (int)option - 2, runner + name + 1);
}

/* "mode?=hot" as a reader would write it: "mode=hot". */
static const char *plain_params(const char *params, char *buf, size_t len)
{
    size_t used = 0;
    for (; *params && used + 1 < len; params++)
        if (*params != '?')
            buf[used++] = *params;
    buf[used] = '\0';
    return buf;
}

void lookup_missing(const struct report_run *run, const struct lookup *what, char *buf, size_t len)
{
    const struct report_cell *cell = NULL;
    char plain[2 * NAME_LEN];
    bool workload = false, params = false;
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *c = &run->cells[i];
        bool same = is_result_of(run, c, what->workload), match = same && lookup_params_match(c, what->params);
        workload = workload || same;
        params = params || match;
        if (match && is_by(run, c, what->runner))
            cell = c;
    }
    if (!workload) {
        snprintf(buf, len, "workload `%s` is not in this run; `--workload` brings it", what->workload);
    } else if (!params) {
        snprintf(buf, len, "no case `%s[%s]` in this run; `--param` brings it", what->workload,
                 plain_params(what->params, plain, sizeof plain));
    } else if (!cell) {
        snprintf(buf, len, "`%s` did not run `%s`", what->runner, what->workload);
        add_how_to_run(what->runner, buf, len);
    } else {
        snprintf(buf, len, what->params[0] ? "`%s` has no `%s` on `%s[%s]`" : "`%s` has no `%s` on `%s`", what->runner,
                 what->metric, what->workload, plain_params(what->params, plain, sizeof plain));
    }
}

const struct report_cell *lookup_serial(const struct report_run *run, const struct report_cell *cell)
{
    for (unsigned c = 0; c < run->n_cells; c++)
        if (run->cells[c].ok && !run->cells[c].cell.role[0] && strcmp(run->cells[c].cell.strategy, "serial") == 0 &&
            strcmp(run->cells[c].case_name, cell->case_name) == 0)
            return &run->cells[c];
    return NULL;
}

double lookup_block(const struct report_cell *cell, const char *metric, unsigned block)
{
    const struct series *series = cell ? series_find(cell, metric) : NULL;
    return series && block < series->n_blocks ? series->by_block[block] : NAN;
}

struct estimate lookup_ratio(const struct report_run *run, const struct report_cell *over, const char *over_metric,
                             const struct report_cell *under, const char *under_metric)
{
    struct estimate ratio = {.value = NAN, .lo = NAN, .hi = NAN};
    double *a = malloc((2 * (size_t)run->blocks + 1) * sizeof *a), *b = a + run->blocks;
    size_t n = 0;
    for (unsigned i = 0; a && i < run->blocks; i++) {
        double x = lookup_block(under, under_metric, i), y = lookup_block(over, over_metric, i);
        if (x > 0 && y > 0) { /* false for NaN */
            a[n] = x;
            b[n++] = y;
        }
    }
    if (n)
        ratio = stats_paired_ratio(a, b, n, DECISION_ALPHA);
    free(a);
    return ratio;
}
