/* SPDX-License-Identifier: Apache-2.0 */
/* Two runs put together in memory, to be set side by side: "there", which is older, and "here". */
#ifndef QUINTET_TESTS_RUN_PAIR_H
#define QUINTET_TESTS_RUN_PAIR_H

#include "report/compare.h"
#include "report/paired.h"
#include "report/report.h"
#include "report/reproduce.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PAIR_BLOCKS = 9, THERE = 0, HERE = 1 };

static struct report_result told_g;
static struct report_run run_g[2];
static struct pairing pairing_g[2];

static inline void pair_begin(void)
{
    for (int side = 0; side < 2; side++)
        run_g[side] = (struct report_run){
            .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = PAIR_BLOCKS, .result = &told_g};
}

static const char *pair_workload = "mandelbrot";

/* A cell with its throughput in so many blocks: 1 % more in each further one, and `noise` times that up and down. */
static inline struct report_cell *pair_noisy(int side, const char *case_param, const char *strategy, unsigned k,
                                             double value, unsigned blocks, double noise)
{
    struct cell cell = {.in_flight = k, .workers = run_g[side].workers, .n_params = case_param[0] ? 1 : 0};
    char id[CELL_ID_LEN];
    snprintf(cell.workload, NAME_LEN, "%s", pair_workload);
    snprintf(cell.strategy, NAME_LEN, "%s", strategy);
    strcpy(cell.params[0].name, "width");
    snprintf(cell.params[0].text, NAME_LEN, "%s", case_param);
    cell_id(&cell, id, sizeof id);
    int at = aggregate_cell(&run_g[side], &cell, id);
    cr_assert(at >= 0);
    struct report_cell *c = &run_g[side].cells[at];
    c->ok = value > 0 ? blocks : 0;
    c->ops = 1000;
    for (unsigned b = 0; b < blocks && value > 0; b++)
        cr_assert_eq(series_set(c, "throughput_ops_per_s", b, value * (1 + .01 * b) * (1 + noise * (b % 3 - 1.))), 0);
    return c;
}

static inline struct report_cell *pair_cell(int side, const char *strategy, double value)
{
    return pair_noisy(side, "", strategy, 2, value, PAIR_BLOCKS, 0);
}

static inline void pair_up(void)
{
    for (int side = 0; side < 2; side++) {
        cr_assert_eq(aggregate_finish(&run_g[side]), 0);
        cr_assert_eq(pairing_build(&pairing_g[side], &run_g[side]), 0);
    }
}

static inline void pair_end(void)
{
    for (int side = 0; side < 2; side++) {
        pairing_fini(&pairing_g[side]);
        report_run_fini(&run_g[side]);
    }
}

#endif
