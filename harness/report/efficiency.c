/* SPDX-License-Identifier: Apache-2.0 */
#include "report/efficiency.h"

#include <math.h>
#include <string.h>

/* The serial cell of the same case with the smallest K; NULL where serial cannot do this work. */
static const struct report_cell *serial_partner(const struct report_run *run, const struct report_cell *cell)
{
    const struct report_cell *found = NULL;
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *c = &run->cells[i];
        if (c->ok && !c->cell.role[0] && c->workload == cell->workload && strcmp(c->cell.strategy, "serial") == 0 &&
            strcmp(c->case_name, cell->case_name) == 0 && (!found || c->cell.in_flight < found->cell.in_flight))
            found = c;
    }
    return found;
}

static double block_value(const struct report_cell *cell, const char *metric, unsigned block)
{
    const struct series *series = series_find(cell, metric);
    return series && block < series->n_blocks ? series->by_block[block] : NAN;
}

/*
 * The bound per op in ns, from the serial trial of this block; NaN where something is missing.
 *
 * Only where an op is computing (kind cpu) is the serial trial's CPU time a property of the work. Where an op waits,
 * most of that time is the carrier's: to block, to be woken, to enter the kernel for one request. Strategies differ in
 * just that, and a ring that takes a hundred requests at once needs a tenth of it: as a bound it was beaten four times
 * over. A workload that waits and then computes (mix) says how long its computing is.
 */
static double bound_per_op(const struct report_cell *cell, const struct report_cell *serial, unsigned block,
                           const char **by)
{
    bool mix = strcmp(cell->ideal_kind, "mix") == 0;
    double cpu = block_value(serial, mix ? "compute_ns_per_op" : "cpu_ns_per_op", block);
    double whole; /* one op, alone */
    if (strcmp(cell->ideal_kind, "tree") == 0) {
        *by = "CPUs";
        return cpu / cell->cores;
    }
    if (mix)
        whole = (double)cell->ideal_wait_ns + cpu;
    else if (strcmp(cell->ideal_kind, "cpu") == 0)
        whole = cpu;
    else if (strcmp(cell->ideal_kind, "wait") == 0)
        whole = (double)cell->ideal_wait_ns;
    else if (strcmp(cell->ideal_kind, "io") == 0)
        whole = block_value(serial, "latency_mean_ns", block);
    else
        return NAN;
    if (whole != cpu && !mix)
        cpu = 0;
    double in_flight = whole / cell->cell.in_flight, cores = cpu / cell->cores,
           chain = fmax(whole / (double)cell->tasks, cell->ideal_chain_ns);
    double most = fmax(in_flight, fmax(cores, chain));
    *by = most == cores ? "CPUs" : most == in_flight ? "K" : "one task";
    return most;
}

int efficiency_build(struct report_run *run)
{
    for (unsigned i = 0; i < run->n_cells; i++) {
        struct report_cell *cell = &run->cells[i];
        const struct report_cell *serial = cell->ok && cell->cores && cell->tasks ? serial_partner(run, cell) : NULL;
        const struct series *throughput = series_find(cell, "throughput_ops_per_s");
        if (!serial || !throughput)
            continue;
        bool any = false;
        for (unsigned b = 0; b < throughput->n_blocks; b++) {
            double bound = bound_per_op(cell, serial, b, &cell->bound_by);
            double efficiency = bound * throughput->by_block[b] / 1e9;
            if (!isfinite(efficiency))
                continue;
            int rc = series_set(cell, "efficiency", b, efficiency);
            if (rc)
                return rc;
            any = true;
            throughput = series_find(cell, "throughput_ops_per_s"); /* the list may have moved */
        }
        if (any) {
            int rc = series_finish((struct series *)series_find(cell, "efficiency"));
            if (rc)
                return rc;
        }
    }
    return 0;
}

bool efficiency_impossible(const struct report_cell *cell)
{
    const struct series *series = series_find(cell, "efficiency");
    if (!series || series->median.n == 0)
        return false;
    if (series->median.has_interval)
        return series->median.lo > 1;
    for (unsigned b = 0; b < series->n_blocks; b++)
        if (series->by_block[b] <= 1) /* false for NaN */
            return false;
    return true;
}
