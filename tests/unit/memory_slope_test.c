/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "report/ceilings.h"
#include "report/memory_slope.h"

#include <math.h>

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
