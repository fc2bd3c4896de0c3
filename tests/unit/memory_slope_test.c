/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "report/ceilings.h"
#include "report/memory_slope.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

Test(memory_slope, a_line_is_found_again)
{
    const double x[] = {64, 256, 512, 4096};
    double y[4], slope, at_zero;
    for (unsigned i = 0; i < 4; i++)
        y[i] = 81000 + 4400 * x[i];
    cr_assert(memory_slope_line(x, y, 4, &slope, &at_zero));
    cr_expect_float_eq(slope, 4400, 1e-6);
    cr_expect_float_eq(at_zero, 81000, 1e-3);
    cr_assert(memory_slope_line(x, y, 2, &slope, &at_zero));
    cr_expect_float_eq(slope, 4400, 1e-6);
    cr_assert(memory_slope_line((const double[]){.001, .003}, y, 2, &slope, &at_zero), "however near they are");
    cr_expect_float_eq(slope, 4400 * 192 / .002, 1);
}

/* Golden by hand: x = 1, 2, 4; y = 3, 3, 9. Means 7/3 and 5; xx = 14/3, xy = 10; slope 15/7, at zero 0. */
Test(memory_slope, what_is_no_line_is_fitted_by_least_squares)
{
    const double x[] = {1, 2, 4}, y[] = {3, 3, 9};
    double slope, at_zero;
    cr_assert(memory_slope_line(x, y, 3, &slope, &at_zero));
    cr_expect_float_eq(slope, 15.0 / 7, 1e-12);
    cr_expect_float_eq(at_zero, 0, 1e-12);
}

Test(memory_slope, one_size_is_no_line)
{
    const double x[] = {64, 64}, y[] = {1, 2};
    double slope = NAN, at_zero = NAN;
    cr_expect(!memory_slope_line(x, y, 0, &slope, &at_zero));
    cr_expect(!memory_slope_line(x, y, 1, &slope, &at_zero));
    cr_expect(!memory_slope_line(x, y, 2, &slope, &at_zero));
    cr_expect(isnan(slope) && isnan(at_zero));
}

/* --- rows from the cells of a run --------------------------------------------------------------------------------- */

enum { BLOCKS = 9 };

static struct report_result told_g;
static struct report_run run_g;

static void begin(void)
{
    run_g = (struct report_run){
        .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = BLOCKS, .result = &told_g};
}

/* A cell of so many tasks, with another parameter (depth or shape), that has not run yet. */
static struct report_cell *add_cell(const char *workload, const char *strategy, const char *other, const char *text,
                                    unsigned tasks, const char *role)
{
    struct cell cell = {.in_flight = tasks, .workers = 2, .n_params = 2};
    char id[CELL_ID_LEN];
    snprintf(cell.workload, NAME_LEN, "%s", workload);
    snprintf(cell.strategy, NAME_LEN, "%s", strategy);
    snprintf(cell.role, NAME_LEN, "%s", role);
    snprintf(cell.params[0].name, NAME_LEN, "%s", other);
    snprintf(cell.params[0].text, NAME_LEN, "%s", text);
    snprintf(cell.params[1].name, NAME_LEN, "tasks");
    snprintf(cell.params[1].text, NAME_LEN, "%u", tasks);
    cell_sort_params(&cell);
    cell_id(&cell, id, sizeof id);
    int at = aggregate_cell(&run_g, &cell, id);
    cr_assert(at >= 0);
    return &run_g.cells[at];
}

/* What tasks of so many bytes each beside a fixed part show: the bytes grow by 1 % a block. */
static void measure(struct report_cell *cell, unsigned tasks, double fixed, double each)
{
    cell->ok = BLOCKS;
    for (unsigned b = 0; b < BLOCKS; b++)
        cr_assert_eq(series_set(cell, "parked_bytes", b, fixed + each * (1 + .01 * b) * tasks), 0);
}

static const char *other_g = "depth"; /* the other parameter's name */

static void given(const char *strategy, const char *text, unsigned tasks, double fixed, double each)
{
    measure(add_cell("idle_memory", strategy, other_g, text, tasks, ""), tasks, fixed, each);
}

static void build(struct memory_slope *out)
{
    cr_assert_eq(aggregate_finish(&run_g), 0);
    cr_assert_eq(memory_slope_build(out, &run_g), 0);
}

static void end(struct memory_slope *out)
{
    memory_slope_fini(out);
    cr_expect(out->n == 0 && !out->rows);
    report_run_fini(&run_g);
}

/* Nine slopes, the fifth is the median; the cells of a row need not stand together, nor in the order of their sizes. */
static void expect_rows(void)
{
    struct memory_slope out;
    begin();
    given("threads", "0", 256, 70000, 9000);
    given("pool", "0", 64, 5000, 100);
    given("threads", "4", 64, 1000, 12000);
    given("threads", "0", 64, 70000, 9000);
    given("pool", "0", 128, 5000, 100);
    given("threads", "0", 4096, 70000, 9000);
    given("threads", "4", 4096, 1000, 12000);
    given("coroutines", "0", 64, 0, 1); /* one size only */
    build(&out);
    cr_assert_eq(out.n, 3u);
    static const struct {
        unsigned cell, sizes;
        double least, greatest, fixed, each;
    } golden[] = {{0, 3, 64, 4096, 70000, 9000}, {1, 2, 64, 128, 5000, 100}, {2, 2, 64, 4096, 1000, 12000}};
    for (unsigned i = 0; i < 3; i++) {
        const struct memory_slope_row *row = &out.rows[i];
        cr_expect_eq(row->of, &run_g.cells[golden[i].cell], "%u", i);
        cr_expect_eq(row->sizes_count, golden[i].sizes, "%u", i);
        cr_expect(row->least == golden[i].least && row->greatest == golden[i].greatest, "%u", i);
        cr_expect(row->bytes_per_task.n == BLOCKS && row->bytes_per_task.has_interval && row->fixed_bytes.n == BLOCKS);
        cr_expect_float_eq(row->bytes_per_task.value, 1.04 * golden[i].each, 1e-6, "%u", i);
        cr_expect_float_eq(row->bytes_per_task.lo, 1.01 * golden[i].each, 1e-6, "%u", i);
        cr_expect_float_eq(row->bytes_per_task.hi, 1.07 * golden[i].each, 1e-6, "%u", i);
        cr_expect_float_eq(row->fixed_bytes.value, golden[i].fixed, 1e-3, "%u", i);
        cr_expect(isnan(row->carriers_per_task) && isnan(row->mappings_per_task) && isnan(row->files_per_task));
    }
    end(&out);
}

Test(memory_slope, one_row_for_each_strategy_and_parameters)
{
    expect_rows();
    other_g = "width"; /* after "tasks" in the order of names */
    expect_rows();
}

/* What is no result, did not run, measured something else or has no memory in it belongs to no row. */
Test(memory_slope, only_good_cells_of_idle_memory_count)
{
    struct memory_slope out;
    begin();
    measure(add_cell("sleep_fanout", "threads", "depth", "0", 64, ""), 64, 0, 1);
    measure(add_cell("sleep_fanout", "threads", "depth", "0", 128, ""), 128, 0, 1);
    given("threads", "0", 64, 0, 5000);
    measure(add_cell("idle_memory", "threads", "depth", "0", 128, "twin"), 128, 0, 1);
    measure(add_cell("idle_memory", "threads", "depth", "0", 128, "x"), 128, 0, 1);
    measure(add_cell("idle_memory", "threads", "depth", "0", 256, ""), 256, 0, 1);
    run_g.cells[run_g.n_cells - 1].ok = 0;
    add_cell("idle_memory", "threads", "depth", "0", 512, "")->ok = BLOCKS;
    measure(add_cell("idle_memory", "threads", "shape", "0", 1024, ""), 1024, 0, 1); /* another parameter */
    build(&out);
    cr_expect_eq(out.n, 0u);
    memory_slope_fini(&out);
    given("threads", "0", 2048, 0, 5000);
    build(&out);
    cr_assert_eq(out.n, 1u);
    cr_expect(out.rows[0].sizes_count == 2 && out.rows[0].greatest == 2048);
    cr_expect_float_eq(out.rows[0].bytes_per_task.value, 5200, 1e-6);
    end(&out);
}

/* A cell has as many parameters as it says. */
Test(memory_slope, what_lies_behind_the_parameters_is_none)
{
    struct memory_slope out;
    begin();
    for (unsigned tasks = 64; tasks <= 128; tasks *= 2) {
        given("threads", "0", tasks, 1000, 100);
        struct cell *cell = &run_g.cells[run_g.n_cells - 1].cell;
        snprintf(cell->params[2].name, NAME_LEN, "tasks");
        snprintf(cell->params[2].text, NAME_LEN, "7");
        if (tasks == 128)
            snprintf(cell->params[2].name, NAME_LEN, "width");
    }
    build(&out);
    cr_assert_eq(out.n, 1u);
    cr_expect(out.rows[0].sizes_count == 2 && out.rows[0].least == 64 && out.rows[0].greatest == 128);
    end(&out);
}

/* A block needs two sizes: the two that are left make a line too, one does not. */
Test(memory_slope, blocks_that_lack_sizes)
{
    struct memory_slope out;
    begin();
    for (unsigned tasks = 64; tasks <= 256; tasks *= 2)
        given("pool", "0", tasks, 1000, 100);
    series_set(&run_g.cells[0], "parked_bytes", 0, NAN);
    for (unsigned b = 5; b < BLOCKS; b++) {
        series_set(&run_g.cells[1], "parked_bytes", b, NAN);
        series_set(&run_g.cells[2], "parked_bytes", b, NAN);
    }
    build(&out);
    cr_assert_eq(out.n, 1u);
    cr_expect_eq(out.rows[0].bytes_per_task.n, 5u, "blocks 0 to 4");
    cr_expect_float_eq(out.rows[0].bytes_per_task.value, 102, 1e-9);
    cr_expect_float_eq(out.rows[0].fixed_bytes.value, 1000, 1e-6);
    cr_expect(!out.rows[0].bytes_per_task.has_interval && out.rows[0].sizes_count == 3);
    end(&out);
}

/* No block with two sizes: there is no row, and nothing of one. */
Test(memory_slope, sizes_that_never_met_in_a_block)
{
    struct memory_slope out;
    begin();
    given("pool", "0", 64, 1000, 100);
    given("pool", "0", 128, 1000, 100);
    for (unsigned b = 0; b < BLOCKS; b++)
        series_set(&run_g.cells[b % 2], "parked_bytes", b, NAN);
    build(&out);
    cr_expect_eq(out.n, 0u);
    end(&out);
}

/* Per task and observer: 2 carriers and one for each task (1 % more in each further block) are (N + 2) / (N + 1); 3
 * files whatever N is, told by the two lesser sizes; mappings by the two greater ones, and not in every block. */
Test(memory_slope, what_else_a_task_uses_up)
{
    struct memory_slope out;
    begin();
    for (unsigned tasks = 64; tasks <= 1024; tasks *= 4) {
        given("threads", "0", tasks, 1000, 100);
        struct report_cell *cell = &run_g.cells[run_g.n_cells - 1];
        for (unsigned b = 0; b < BLOCKS; b++) {
            series_set(cell, "carriers_per_task", b, ((1 + .01 * b) * tasks + 2) / (tasks + 1));
            if (tasks < 1024)
                series_set(cell, "files_per_task", b, 3. / (tasks + 1));
            if (tasks > 64 && (b < 4 || tasks == 256))
                series_set(cell, "mappings_per_task", b, (2. * tasks + 7) / (tasks + 1));
        }
    }
    build(&out);
    cr_assert_eq(out.n, 1u);
    cr_expect_float_eq(out.rows[0].carriers_per_task, 1.04, 1e-9);
    cr_expect_float_eq(out.rows[0].files_per_task, 0, 1e-9);
    cr_expect_float_eq(out.rows[0].mappings_per_task, 2, 1e-9);
    end(&out);
}

/* --- which limit would be the ceiling ----------------------------------------------------------------------------- */

static json_t *facts_of(const char *text)
{
    json_t *facts = json_loads(text, 0, NULL), *env = json_pack("{s:o}", "facts", facts);
    cr_assert_not_null(env);
    return env;
}

/* A machine with 8 GiB left, and an ordinary user. */
static const char user_facts[] =
    "{\"memory.room_bytes\":{\"v\":8589934592},\"memory.available_bytes\":{\"v\":99999999999},"
    "\"limits.nproc\":{\"v\":7000},\"limits.nproc_binds\":{\"v\":true},\"limits.pids_max\":{\"v\":\"none\"},"
    "\"kernel.threads_max\":{\"v\":\"60000\"},\"kernel.pid_max\":{\"v\":\"32768\"},"
    "\"kernel.max_map_count\":{\"v\":\"65530\"},\"limits.nofile\":{\"v\":1024}}";

Test(ceilings, each_limit_over_what_a_task_uses_of_it)
{
    json_t *env = facts_of(user_facts);
    struct ceilings found;
    const struct memory_slope_row threads = {.bytes_per_task = {.value = 32768},
                                             .fixed_bytes = {.value = 32768 * 1000},
                                             .carriers_per_task = 1,
                                             .mappings_per_task = 2,
                                             .files_per_task = 0};
    ceilings_find(&found, env, &threads);
    cr_expect_eq(found.tasks[CEILING_MEMORY], 262144 - 1000);
    cr_expect_eq(found.tasks[CEILING_NPROC], 7000);
    cr_expect_eq(found.tasks[CEILING_THREADS_MAX], 60000);
    cr_expect_eq(found.tasks[CEILING_PID_MAX], 32768 - 300);
    cr_expect_eq(found.tasks[CEILING_MAP_COUNT], 32765);
    cr_expect(isinf(found.tasks[CEILING_PIDS_MAX]) && isinf(found.tasks[CEILING_NOFILE]));
    cr_expect_eq(found.lowest, CEILING_NPROC);
    const struct memory_slope_row coroutines = {.bytes_per_task = {.value = 4096},
                                                .carriers_per_task = 1e-4,
                                                .mappings_per_task = 0.001,
                                                .files_per_task = -1e-9};
    ceilings_find(&found, env, &coroutines);
    cr_expect_eq(found.lowest, CEILING_MEMORY);
    cr_expect_eq(found.tasks[CEILING_MEMORY], 2097152);
    for (int c = CEILING_NPROC; c < CEILING_COUNT; c++)
        cr_expect(isinf(found.tasks[c]), "%s", ceiling_names[c]);
    json_decref(env);
}

/* Root has a number that binds nobody. */
Test(ceilings, limits_that_do_not_bind_are_left_out)
{
    json_t *env = facts_of(user_facts), *facts = json_object_get(env, "facts");
    struct ceilings found;
    const struct memory_slope_row row = {
        .bytes_per_task = {.value = 32768}, .carriers_per_task = 1, .mappings_per_task = 2};
    json_object_set_new(facts, "limits.nproc_binds", json_pack("{s:b}", "v", 0));
    ceilings_find(&found, env, &row);
    cr_expect(isinf(found.tasks[CEILING_NPROC]));
    cr_expect_eq(found.lowest, CEILING_PID_MAX);
    json_object_set_new(facts, "limits.pids_max", json_pack("{s:i}", "v", 512));
    ceilings_find(&found, env, &row);
    cr_expect_eq(found.lowest, CEILING_PIDS_MAX);
    cr_expect_eq(found.tasks[CEILING_PIDS_MAX], 512);
    json_decref(env);
}

/* A run from before the trials told, on a machine of which less was written down: only what is known is said. */
Test(ceilings, what_is_not_known_is_not_said)
{
    json_t *env = facts_of("{\"memory.available_bytes\":{\"v\":40960},\"limits.nproc\":{\"v\":10}}");
    struct ceilings found;
    const struct memory_slope_row row = {
        .bytes_per_task = {.value = 4096}, .carriers_per_task = NAN, .mappings_per_task = NAN, .files_per_task = NAN};
    ceilings_find(&found, env, &row);
    cr_expect_eq(found.lowest, CEILING_MEMORY);
    cr_expect_eq(found.tasks[CEILING_MEMORY], 10);
    for (int c = CEILING_NPROC; c < CEILING_COUNT; c++)
        cr_expect(isnan(found.tasks[c]), "%s", ceiling_names[c]);
    ceilings_find(&found, NULL, &row);
    cr_expect_eq(found.lowest, -1);
    json_decref(env);
}
