/* SPDX-License-Identifier: Apache-2.0 */
/* A plan from a stored plan.json: the same cells, on this machine, and nothing that nobody planned. */
#include "quintet_criterion.h"

#include "run/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

TestSuite(plan_stored, .timeout = 30);

static const struct machine two_g = {.granted = 2, .online = 2, .cpus = {0, 1}};
static const struct machine six_g = {.granted = 6, .online = 6, .cpus = {0, 1, 2, 3, 4, 5}};
static const struct machine one_g = {.granted = 1, .online = 1, .cpus = {0}};
static char why_g[REASON_LEN];

/* The plan.json of a run on `machine`. */
static json_t *given_document(struct plan_request *request, const struct machine *machine)
{
    struct plan plan;
    cr_assert_eq(plan_init(&plan, request, machine, why_g, sizeof why_g), 0, "%s", why_g);
    json_t *json = plan_to_json(&plan);
    cr_assert(json);
    plan_fini(&plan);
    return json;
}

static json_t *given_sha256(void)
{
    struct plan_request request = {
        .profile = PROFILE_SMOKE, .workloads = {"sha256"}, .n_workloads = 1, .in_flight = {4}, .n_in_flight = 1};
    return given_document(&request, &two_g);
}

static int plan_again(struct plan *plan, const json_t *json, unsigned blocks, const struct machine *machine)
{
    struct plan_request request = {.profile = PROFILE_QUICK, .blocks = blocks, .seed = 77};
    why_g[0] = '\0';
    return plan_from_json(plan, json, &request, machine, why_g, sizeof why_g);
}

Test(plan_stored, on_the_same_machine_it_is_the_same_plan)
{
    struct plan_request request = {.profile = PROFILE_QUICK, .seed = 5, .blocks = 9, .rates = {500}};
    request.params[request.n_params++] = "sha256.messages=64";
    request.options[request.n_options++] = "pool.spin_ns=0,2000";
    for (unsigned paced = 0; paced < 2; paced++) {
        request.n_rates = paced;
        json_t *json = given_document(&request, &two_g);
        struct plan plan;
        cr_assert_eq(plan_again(&plan, json, 9, &two_g), 0, "%s", why_g);
        cr_expect_eq(plan.seed, 77u);
        json_t *again = plan_to_json(&plan);
        cr_expect_gt(plan.n_runnable, 20u);
        static const char *const parts[] = {"cells", "workloads", "strategies", "blocks"};
        for (unsigned i = 0; i < 4; i++)
            cr_expect(json_equal(json_object_get(json, parts[i]), json_object_get(again, parts[i])), "%s", parts[i]);
        cr_expect_not(json_equal(json_object_get(json, "order"), json_object_get(again, "order")));
        plan_fini(&plan);
        json_decref(json);
        json_decref(again);
    }
}

/* With the same seed also the same order; and what was skipped stays skipped, for the reason that it had. */
Test(plan_stored, a_resumed_plan_is_the_stored_one_in_everything)
{
    static const char *const parts[] = {"cells", "workloads", "strategies", "blocks", "order"};
    struct plan_request request = {.profile = PROFILE_FULL, .seed = 5, .blocks = 9};
    for (unsigned paced = 0; paced < 2; paced++) {
        request.n_rates = paced;
        request.rates[0] = paced ? 500 : 0;
        request.n_strategies = paced ? 2 : 0; /* by name: serial is there with its reason, being paced with K > 1 */
        request.strategies[0] = "serial";
        request.strategies[1] = "pool";
        request.n_in_flight = paced;
        request.in_flight[0] = 4;
        json_t *json = given_document(&request, &two_g);
        struct plan plan;
        unsigned skipped = 0;
        cr_assert_eq(plan_resume(&plan, json, &request, &two_g, why_g, sizeof why_g), 0, "%s", why_g);
        json_t *again = plan_to_json(&plan);
        for (unsigned i = 0; i < 5; i++)
            cr_expect(json_equal(json_object_get(json, parts[i]), json_object_get(again, parts[i])), "%s", parts[i]);
        for (unsigned i = 0; i < plan.n_cells; i++)
            skipped += plan.cells[i].skip[0] != '\0';
        cr_expect_gt(skipped, 0u);
        cr_expect_gt(plan.n_runnable, 2u);
        plan_fini(&plan);
        json_decref(json);
        json_decref(again);
    }
}

/* K stays what it was, the CPUs are those of this machine. */
Test(plan_stored, another_machine_keeps_k_and_has_its_own_cpus)
{
    struct plan_request request = {.workloads = {"sha256", "fetch_many", "handoff"}, .n_workloads = 3};
    json_t *json = given_document(&request, &two_g), *cells = json_object_get(json, "cells");
    struct plan plan;
    cr_assert_eq(plan_again(&plan, json, 2, &six_g), 0, "%s", why_g);
    cr_assert_eq(plan.n_cells, json_array_size(cells));
    for (unsigned i = 0; i < plan.n_cells; i++) {
        const struct cell *cell = &plan.cells[i].cell;
        const json_t *there = json_array_get(cells, i);
        unsigned workers = 6;
        for (unsigned p = 0; p < cell->n_params; p++)
            if (!strcmp(cell->params[p].name, "place") && !strcmp(cell->params[p].text, "same"))
                workers = 1;
        if (!strcmp(cell->workload, "fetch_many"))
            workers = 5; /* one is the origin's */
        cr_expect_eq(cell->in_flight, (unsigned)json_integer_value(json_object_get(there, "in_flight")));
        cr_expect_eq(cell->workers, workers, "%s", cell->workload);
    }
    plan_fini(&plan);
    json_decref(json);
}

Test(plan_stored, what_this_machine_lacks_is_a_skip)
{
    struct plan_request request = {.workloads = {"handoff"}, .n_workloads = 1};
    json_t *json = given_document(&request, &two_g);
    struct plan plan;
    unsigned across = 0;
    cr_assert_eq(plan_again(&plan, json, 2, &one_g), 0, "%s", why_g);
    for (unsigned i = 0; i < plan.n_cells; i++)
        across += !strcmp(plan.cells[i].skip, "place=across needs two CPUs; one was granted");
    cr_expect_gt(across, 0u);
    cr_expect_gt(plan.n_runnable, 0u);
    plan_fini(&plan);
    json_decref(json);
}

/* Groups that depend on the CPUs may not divide the K of the other machine. */
Test(plan_stored, half_a_group_is_a_skip)
{
    struct plan_request request = {
        .workloads = {"wake_latency"}, .n_workloads = 1, .params = {"wake_latency.hogs=one_per_cpu"}, .n_params = 1};
    json_t *json = given_document(&request, &two_g);
    struct plan plan;
    unsigned skipped = 0;
    cr_assert_eq(plan_again(&plan, json, 2, &six_g), 0, "%s", why_g);
    for (unsigned i = 0; i < plan.n_cells; i++)
        if (plan.cells[i].skip[0])
            skipped++;
        else
            cr_expect_eq(plan.cells[i].cell.in_flight % plan.cells[i].group, 0u);
    cr_expect_gt(skipped, 0u);
    plan_fini(&plan);
    json_decref(json);
}

/* The instrument of this run is checked, whatever checks the stored one had. */
Test(plan_stored, checks_are_chosen_anew)
{
    json_t *json = given_sha256(); /* two blocks: without checks */
    struct plan plan;
    for (unsigned blocks = 2; blocks <= 9; blocks += 7) {
        unsigned roles = 0;
        cr_assert_eq(plan_again(&plan, json, blocks, &two_g), 0, "%s", why_g);
        for (unsigned i = 0; i < plan.n_cells; i++)
            roles += plan.cells[i].cell.role[0] != '\0';
        cr_expect_eq(roles, blocks < 6 ? 0u : 3u);
        json_t *again = plan_to_json(&plan);
        plan_fini(&plan);
        cr_assert_eq(plan_again(&plan, again, blocks, &two_g), 0, "%s", why_g); /* with roles in it */
        plan_fini(&plan);
        json_decref(again);
    }
    json_decref(json);
}

static json_t *first_cell(json_t *json)
{
    return json_array_get(json_object_get(json, "cells"), 0);
}

/* What another version may have written: a skip with its sentence, and the rest runs. */
Test(plan_stored, what_this_version_does_not_know_is_a_skip)
{
    static const struct {
        const char *key, *name, *value, *says;
    } cases[] = {
        {"workload", NULL, "teleport", "no workload named \"teleport\""},
        {"strategy", NULL, "fibres", "no strategy named \"fibres\""},
        {"params", "messages", "0", "sha256.messages=0"},
        {"params", "messages", "many", "sha256.messages=many"},
        {"params", "hashes", "3", "sha256.hashes=3"},
        {"params", "place", "elsewhere", "placement"},
        {"options", "zeal", "11", "serial.zeal=11"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *json = given_sha256(), *cell = first_cell(json);
        struct plan plan;
        if (!strcmp(cases[i].key, "options"))
            json_object_set_new(cell, "options", json_object());
        if (cases[i].name)
            json_object_set_new(json_object_get(cell, cases[i].key), cases[i].name, json_string(cases[i].value));
        else
            json_object_set_new(cell, cases[i].key, json_string(cases[i].value));
        cr_assert_eq(plan_again(&plan, json, 2, &two_g), 0, "%s", why_g);
        cr_expect(strstr(plan.cells[0].skip, cases[i].says), "%s: %s", cases[i].value, plan.cells[0].skip);
        cr_expect_eq(plan.n_runnable, plan.n_cells - 1);
        plan_fini(&plan);
        json_decref(json);
    }
}

Test(plan_stored, other_protocols_and_lacking_parameters_are_skips)
{
    json_t *json = given_sha256();
    struct plan plan;
    json_object_del(json_object_get(first_cell(json), "params"), "messages");
    cr_assert_eq(plan_again(&plan, json, 2, &two_g), 0, "%s", why_g);
    cr_expect(strstr(plan.cells[0].skip, "has a parameter \"messages\" here"), "%s", plan.cells[0].skip);
    cr_expect_eq(plan.n_runnable, plan.n_cells - 1);
    plan_fini(&plan);
    json_object_set_new(json_array_get(json_object_get(json, "workloads"), 0), "protocol", json_integer(99));
    cr_assert_eq(plan_again(&plan, json, 2, &two_g), 0, "%s", why_g);
    cr_expect_eq(plan.n_runnable, 0u);
    cr_expect(strstr(plan.cells[0].skip, "and 99 in the stored run"), "%s", plan.cells[0].skip);
    plan_fini(&plan);
    json_decref(json);
}

/* What no run of ours has written is refused as a whole. */
Test(plan_stored, hostile_documents_are_refused)
{
    static const struct {
        const char *key, *value, *says;
    } cases[] = {
        {"workload", "\"sha256/../../x\"", "characters"},
        {"workload", "\"\"", "characters"},
        {"workload", "7", "\"workload\""},
        {"strategy", "\"pool\\u001b[2J\"", "characters"},
        {"params", "{\"messages\": \"1\\n2\"}", "characters"},
        {"params", "{\"mess ages\": \"1\"}", "characters"},
        {"params", "[]", "\"params\""},
        {"options", "{\"x\": 1}", "\"options\""},
        {"options", "{\"x\": \"{}\"}", "characters"},
        {"in_flight", "0", "in_flight"},
        {"in_flight", "1000001", "in_flight"},
        {"in_flight", "-4", "in_flight"},
        {"in_flight", "1e300", "in_flight"},
        {"offered_per_s", "99999999999", "offered_per_s"},
        {"role", "\"spy\"", "role"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *json = given_sha256();
        struct plan plan;
        json_object_set_new(first_cell(json), cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
        cr_expect_eq(plan_again(&plan, json, 2, &two_g), -EBADMSG, "%s=%s", cases[i].key, cases[i].value);
        cr_expect(strstr(why_g, cases[i].says) && strstr(why_g, "cell 0"), "%s=%s: %s", cases[i].key, cases[i].value,
                  why_g);
        cr_expect_null(plan.cells);
        json_decref(json);
    }
}

Test(plan_stored, so_are_those_without_cells_with_one_twice_or_with_no_blocks)
{
    struct plan plan;
    json_t *json = given_sha256(), *nothing = json_object();
    json_t *twice = json_copy(json_array_get(json_object_get(json, "cells"), 1));
    cr_expect_eq(plan_again(&plan, nothing, 2, &two_g), -EBADMSG);
    cr_expect_eq(plan_again(&plan, json, 0, &two_g), -EBADMSG);
    cr_expect_eq(plan_again(&plan, json, 10001, &two_g), -EBADMSG);
    json_object_set_new(twice, "workers", json_integer(8)); /* another machine's CPUs do not make it another cell */
    json_array_append_new(json_object_get(json, "cells"), twice);
    cr_expect_eq(plan_again(&plan, json, 2, &two_g), -EBADMSG);
    cr_expect(strstr(why_g, "twice"), "%s", why_g);
    json_decref(json);
    json_decref(nothing);
}

static const char *param_of(const struct cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->n_params; i++)
        if (!strcmp(cell->params[i].name, name))
            return cell->params[i].text;
    return "";
}

/* The amounts of a run on two CPUs, for thirty-two: as many more as the defaults would be; K and all else stay. */
Test(plan_stored, amounts_of_work_are_scaled_where_that_is_asked)
{
    static const struct machine many = {.granted = 32, .online = 32};
    struct plan_request request = {
        .profile = PROFILE_QUICK, .workloads = {"sha256", "spawn_join"}, .n_workloads = 2, .seed = 5, .blocks = 9};
    json_t *json = given_document(&request, &two_g);
    struct plan stored, scaled, defaults;
    cr_assert_eq(plan_again(&stored, json, 9, &many), 0, "%s", why_g);
    request.scale_from = 2;
    cr_assert_eq(plan_from_json(&scaled, json, &request, &many, why_g, sizeof why_g), 0, "%s", why_g);
    cr_assert_eq(plan_init(&defaults, &request, &many, why_g, sizeof why_g), 0, "%s", why_g);
    unsigned results = 0, grown = 0;
    for (unsigned i = 0; i < stored.n_cells && i < scaled.n_cells; i++) {
        const struct cell *x = &stored.cells[i].cell, *y = &scaled.cells[i].cell;
        if (x->role[0] || y->role[0])
            break;
        results++;
        cr_assert_eq(x->in_flight, y->in_flight);
        cr_assert_str_eq(x->strategy, y->strategy);
        cr_assert_str_eq(param_of(x, "tasks"), param_of(y, "tasks"),
                         "a number of tasks to start is no amount that grows");
        if (strcmp(x->workload, "sha256"))
            continue;
        grown++;
        cr_assert_str_neq(param_of(x, "messages"), param_of(y, "messages"));
        cr_assert_str_eq(param_of(y, "messages"), param_of(&defaults.cells[defaults.n_cells - 1].cell, "messages"));
    }
    cr_expect_gt(grown, 5u);
    cr_expect_gt(results, grown);
    plan_fini(&stored);
    plan_fini(&scaled);
    plan_fini(&defaults);
    json_decref(json);
}

Test(plan_stored, a_plan_says_which_parameters_are_amounts)
{
    json_t *json = given_sha256(), *params;
    params = json_object_get(json_array_get(json_object_get(json, "workloads"), 0), "params");
    cr_assert_eq(json_array_size(params), 1u);
    cr_expect(json_is_true(json_object_get(json_array_get(params, 0), "amount")));
    json_decref(json);
}

Test(plan_stored, an_amount_follows_the_cpus_both_ways_and_stays_in_its_range)
{
    const struct param_spec spec = {.name = "n", .min = 16, .max = 10000, .grows = 16};
    cr_expect_eq(param_rescaled(&spec, 100, 2, 2), 100);
    cr_expect_eq(param_rescaled(&spec, 100, 1, 2), 100, "defaults are for two, and one gets them as well");
    cr_expect_eq(param_rescaled(&spec, 100, 2, 16), 800);
    cr_expect_eq(param_rescaled(&spec, 800, 16, 2), 100);
    cr_expect_eq(param_rescaled(&spec, 100, 2, 1000), 1600, "at most as often as it grows");
    cr_expect_eq(param_rescaled(&spec, 5000, 2, 16), 10000);
    cr_expect_eq(param_rescaled(&spec, 64, 32, 2), 16);
    const struct param_spec fixed = {.name = "n", .min = 1, .max = 10000};
    cr_expect_eq(param_rescaled(&fixed, 100, 2, 64), 100);
}
