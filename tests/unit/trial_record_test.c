/* SPDX-License-Identifier: Apache-2.0 */
/* What is only there on some machines or in some trials: written, read back, and never a 0 that nobody counted. */
#include "quintet_criterion.h"

#include "record/trial_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

TestSuite(trial_record);

static struct trial_record in, out;
static char why_g[REASON_LEN];

static json_t *written(void)
{
    strcpy(in.ideal_kind, "none");
    strcpy(in.cell.workload, "floor");
    strcpy(in.cell.strategy, "serial");
    json_t *json = trial_record_to_json(&in);
    cr_assert(json);
    return json;
}

static int read_back(const json_t *json)
{
    return trial_record_from_json(json, &out, why_g, sizeof why_g);
}

Test(trial_record, what_was_not_counted_is_null_and_has_a_reason)
{
    in.has_perf = true;
    in.perf_running = 1;
    in.perf[PERF_TASK_CLOCK] = (struct counted){true, 12345, ""};
    in.perf[PERF_MIGRATIONS] = (struct counted){true, 0, ""};
    for (unsigned e = PERF_CYCLES; e < PERF_EVENTS; e++)
        snprintf(in.perf[e].why, sizeof in.perf[e].why, "this machine has no such counter (ENOENT)");
    in.energy[ENERGY_PACKAGE] = (struct counted){true, 777, ""};
    snprintf(in.energy[ENERGY_DRAM].why, sizeof in.energy[ENERGY_DRAM].why, "no meter for it here");
    json_t *json = written(), *perf = json_object_get(json, "perf");
    cr_expect(json_is_null(json_object_get(perf, "cycles_count")));
    cr_expect_eq(json_integer_value(json_object_get(perf, "task_clock_ns")), 12345);
    cr_expect(json_is_integer(json_object_get(perf, "migrations_count")), "a 0 that was counted is a 0");
    cr_expect_str_eq(json_string_value(json_object_get(json_object_get(json, "perf_why"), "cycles_count")),
                     "this machine has no such counter (ENOENT)");
    cr_expect_null(json_object_get(json_object_get(json, "perf_why"), "task_clock_ns"));
    cr_expect(json_is_null(json_object_get(json_object_get(json, "energy"), "dram_uj")));
    cr_assert_eq(read_back(json), 0, "%s", why_g);
    cr_expect(out.has_perf && !out.perf[PERF_CYCLES].has && out.perf[PERF_MIGRATIONS].has);
    cr_expect_eq(out.perf[PERF_TASK_CLOCK].value, 12345u);
    cr_expect_str_eq(out.perf[PERF_BRANCH_MISSES].why, in.perf[PERF_BRANCH_MISSES].why);
    cr_expect(out.energy[ENERGY_PACKAGE].has && out.energy[ENERGY_PACKAGE].value == 777 &&
              !out.energy[ENERGY_DRAM].has);
    cr_expect_eq(out.perf_running, 1.0);
    json_decref(json);
}

Test(trial_record, shared_counters_and_user_mode_are_told)
{
    in.has_perf = in.perf_user_only = true;
    in.perf_running = .25;
    json_t *json = written();
    cr_assert_eq(read_back(json), 0, "%s", why_g);
    cr_expect(out.perf_user_only && out.perf_running == .25);
    json_decref(json);
}

Test(trial_record, a_journal_of_an_older_version_has_none_of_it)
{
    json_t *json = written();
    static const char *const younger[] = {"perf", "perf_why", "energy", "energy_why", "progress", "steady"};
    for (unsigned i = 0; i < sizeof younger / sizeof *younger; i++)
        cr_expect_null(json_object_get(json, younger[i]), "%s", younger[i]);
    cr_assert_eq(read_back(json), 0, "%s", why_g);
    cr_expect(!out.has_perf && !out.n_progress && !out.steady[0] && !out.energy[0].has && !out.energy[0].why[0]);
    json_decref(json);
}

Test(trial_record, the_pace_comes_back)
{
    in.n_progress = SERIES_MAX;
    for (unsigned i = 0; i < SERIES_MAX; i++)
        in.progress[i] = (uint16_t)(i == 3 ? UINT16_MAX : 900 + i);
    strcpy(in.steady, "warm_up");
    in.settled_ns = 42;
    json_t *json = written();
    cr_assert_eq(read_back(json), 0, "%s", why_g);
    cr_expect_eq(out.n_progress, (unsigned)SERIES_MAX);
    cr_expect_eq(memcmp(out.progress, in.progress, sizeof in.progress), 0);
    cr_expect(out.settled_ns == 42 && strcmp(out.steady, "warm_up") == 0);
    json_decref(json);
}

static void must_be_refused(const char *key, const char *text)
{
    json_t *json = written(), *value = json_loads(text, JSON_DECODE_ANY, NULL);
    cr_assert(value);
    json_object_set_new(json, key, value);
    cr_expect_eq(read_back(json), -EBADMSG, "%s: %s", key, text);
    cr_expect(strstr(why_g, key), "%s", why_g);
    json_decref(json);
}

Test(trial_record, what_cannot_be_is_refused)
{
    char many[SERIES_MAX * 2 + 8] = "[1";
    for (unsigned i = 0; i < SERIES_MAX; i++)
        strcat(many, ",1");
    strcat(many, "]");
    must_be_refused("progress", many);
    must_be_refused("progress", "[-1]");
    must_be_refused("progress", "[65536]");
    must_be_refused("progress", "[\"1\"]");
    must_be_refused("progress", "7");
    must_be_refused("perf", "[]");
    must_be_refused("perf", "{\"cycles_count\": -1}");
    must_be_refused("perf", "{\"cycles_count\": \"7\"}");
    must_be_refused("energy", "{\"package_uj\": 1.5}");
}
