/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the report about the origin and the device, from the cells of a made-up run. */
#include "quintet_criterion.h"

#include "report/report.h"
#include "report/report_md.h"

#include <stdio.h>
#include <string.h>

TestSuite(beside);

enum { BLOCKS = 3 };
static struct report_result told_g;

struct value {
    const char *name;
    double value;
};

static void add_cell(struct report_run *run, const char *workload, const char *strategy, const char *role, unsigned k,
                     const struct value *values)
{
    struct cell cell = {.in_flight = k, .workers = 2};
    char id[CELL_ID_LEN];
    snprintf(cell.workload, sizeof cell.workload, "%s", workload);
    snprintf(cell.strategy, sizeof cell.strategy, "%s", strategy);
    snprintf(cell.role, sizeof cell.role, "%s", role);
    cell_id(&cell, id, sizeof id);
    int at = aggregate_cell(run, &cell, id);
    cr_assert(at >= 0);
    run->cells[at].ok = BLOCKS;
    for (unsigned b = 0; b < BLOCKS; b++)
        for (unsigned v = 0; values[v].name; v++)
            cr_assert_eq(series_set(&run->cells[at], values[v].name, b, values[v].value), 0);
}

static void add_origin(struct report_run *run, const char *strategy, const char *role, unsigned k, unsigned servers,
                       double busy, double ceiling)
{
    add_cell(run, "fetch_many", strategy, role, k,
             (struct value[]){{"origin_cpu_percent", busy},
                              {"origin_ceiling_per_s", ceiling},
                              {"origin_late_mean_ns", 2000 * k},
                              {"origin_own_cpus_count", servers},
                              {servers > 1 ? "origin_servers_count" : "connections_count", servers},
                              {NULL, 0}});
}

static void add_device(struct report_run *run, const char *strategy, unsigned k, double depth)
{
    add_cell(run, "file_random_read", strategy, "", k,
             (struct value[]){{"device_depth_mean", depth}, {"device_reads_per_op", 1}, {NULL, 0}});
}

static struct report_run empty_run(void)
{
    return (struct report_run){
        .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = BLOCKS, .result = &told_g};
}

static void check_has(const struct text *text, const char *line)
{
    cr_expect(strstr(text->data, line) != NULL, "no \"%s\" in: %s", line, text->data);
}

Test(beside, the_origin_with_the_strategy_that_left_it_least)
{
    struct report_run run = empty_run();
    struct text text = {0};
    add_origin(&run, "pool", "", 8, 1, 20, 100e3);
    add_origin(&run, "coroutines", "", 8, 1, 50, 80e3);
    add_origin(&run, "pool", "", 64, 4, 10, 120e3);
    add_origin(&run, "pool", "twin", 64, 4, 99, 1); /* not a result */
    cr_assert_eq(aggregate_finish(&run), 0);
    md_beside(&text, &(struct document){.run = &run});
    check_has(&text, "## What answered");
    check_has(&text, "| 8 | 2 | 1 | 1 | 50 % | 2.0 × | 80.0 k/s | 16.0 µs |\n");
    check_has(&text, "| 64 | 2 | 4 | 4 | 10 % | 10.0 × | 120 k/s | 128 µs |\n");
    cr_expect(strstr(text.data, "99 %") == NULL);
    cr_expect(strstr(text.data, "the device") == NULL);
    text_fini(&text);
    report_run_fini(&run);
}

Test(beside, the_depth_that_the_device_had_under_each_strategy)
{
    struct report_run run = empty_run();
    struct text text = {0};
    add_device(&run, "pool", 8, 7.4);
    add_device(&run, "coroutines", 8, 6.25);
    add_device(&run, "coroutines", 64, 51);
    cr_assert_eq(aggregate_finish(&run), 0);
    md_beside(&text, &(struct document){.run = &run});
    check_has(&text, "| case | K | pool | coroutines |\n");
    check_has(&text, "| 8 | 7.40 (1) | 6.25 (1) |\n");
    check_has(&text, "| 64 | – | 51.0 (1) |\n");
    text_fini(&text);
    report_run_fini(&run);
}

Test(beside, a_run_without_either_has_no_section)
{
    struct report_run run = empty_run();
    struct text text = {0};
    add_cell(&run, "sha256", "pool", "", 8, (struct value[]){{"throughput_ops_per_s", 1000}, {NULL, 0}});
    cr_assert_eq(aggregate_finish(&run), 0);
    md_beside(&text, &(struct document){.run = &run});
    cr_expect_eq(text.len, (size_t)0);
    text_fini(&text);
    report_run_fini(&run);
}
