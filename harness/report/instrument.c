/* SPDX-License-Identifier: Apache-2.0 */
#include "report/instrument.h"
#include "report/paired.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *role;
    double injected;
} roles[] = {{"twin", 0}, {"control2", 0.02}, {"control5", 0.05}};
enum { N_ROLES = sizeof roles / sizeof *roles };

/* The result that a cell with a role repeats: the same cell without the role. -1 if it is not in this run. */
static int reference_of(const struct report_run *run, const struct report_cell *cell)
{
    struct cell plain = cell->cell;
    char id[CELL_ID_LEN];
    plain.role[0] = '\0';
    cell_id(&plain, id, sizeof id);
    const json_t *at = json_object_get(run->cell_index, id);
    return at ? (int)json_integer_value(at) : -1;
}

static void add_check(struct instrument *instrument, const struct report_run *run, unsigned c, double injected)
{
    int reference = reference_of(run, &run->cells[c]);
    if (reference < 0 || instrument->n == CHECKS_MAX)
        return;
    struct check check = {.cell = c, .reference = (unsigned)reference, .injected = injected};
    const char *metric = injected > 0 ? "throughput_ops_per_s" : run->workloads[run->cells[c].workload].headline;
    const struct report_cell *a = &run->cells[reference], *b = &run->cells[c];
    if (injected > 0) /* the other way round: throughput of the reference over that of the control is time over time */
        check.claim = paired_claim(b, a, metric, DECISION_MARGIN, false);
    else
        check.claim = paired_claim(a, b, metric, DECISION_MARGIN, metric_higher_is_better(metric));
    if (check.claim.verdict != VERDICT_INSUFFICIENT)
        instrument->list[instrument->n++] = check;
}

int instrument_build(struct instrument *instrument, const struct report_run *run)
{
    struct claim *twins[CHECKS_MAX];
    unsigned n = 0;
    instrument->n = 0;
    for (unsigned c = 0; c < run->n_cells; c++)
        for (unsigned r = 0; r < N_ROLES; r++)
            if (strcmp(run->cells[c].cell.role, roles[r].role) == 0)
                add_check(instrument, run, c, roles[r].injected);
    for (unsigned i = 0; i < instrument->n; i++)
        if (instrument->list[i].injected == 0)
            twins[n++] = &instrument->list[i].claim;
    long family = decision_correct(twins, n);
    return family < 0 ? (int)family : 0;
}

double instrument_margin(const struct instrument *instrument, const struct report_run *run, unsigned workload)
{
    double margin = DECISION_MARGIN;
    for (unsigned i = 0; i < instrument->n; i++) {
        const struct check *check = &instrument->list[i];
        const char *kind = run->workloads[run->cells[check->cell].workload].kind;
        if (check->injected == 0 && strcmp(kind, run->workloads[workload].kind) == 0)
            margin = fmax(margin, exp(fabs(log(check->claim.ratio.value))) - 1);
    }
    return margin;
}

unsigned instrument_false_alarms(const struct instrument *instrument)
{
    unsigned n = 0;
    for (unsigned i = 0; i < instrument->n; i++) {
        enum verdict verdict = instrument->list[i].claim.verdict;
        n += instrument->list[i].injected == 0 && (verdict == VERDICT_FASTER || verdict == VERDICT_SLOWER);
    }
    return n;
}

bool check_was_seen(const struct check *check)
{
    return check->claim.ratio.has_interval && check->claim.ratio.lo > 1;
}
