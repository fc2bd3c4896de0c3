/* SPDX-License-Identifier: Apache-2.0 */
/* The order of a run: replayable, complete, and balanced inside each contest. */
#include "quintet_criterion.h"

#include "run/plan.h"
#include "run/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(plan, .timeout = 30);

static const struct machine machine_g = {.granted = 2, .online = 2, .cpus = {0, 1}};

static void given_plan(struct plan *plan, enum profile profile, uint64_t seed)
{
    struct plan_request request = {.profile = profile, .seed = seed, .workloads = {"mandelbrot", "sleep_fanout"}};
    char why[256] = "";
    request.n_workloads = 2;
    cr_assert_eq(plan_init(plan, &request, &machine_g, why, sizeof why), 0, "%s", why);
}

Test(plan, a_block_has_every_runnable_cell_once)
{
    struct plan plan;
    given_plan(&plan, PROFILE_QUICK, 5);
    unsigned *order = calloc(plan.n_cells, sizeof *order);
    for (unsigned block = 0; block < 9; block++) {
        unsigned *seen = calloc(plan.n_cells, sizeof *seen), n = plan_order(&plan, block, order);
        cr_assert_eq(n, plan.n_runnable);
        for (unsigned i = 0; i < n; i++)
            cr_assert_eq(seen[order[i]]++, 0u);
        free(seen);
    }
    free(order);
    plan_fini(&plan);
}

Test(plan, the_seed_replays_the_order)
{
    struct plan a, b, other;
    given_plan(&a, PROFILE_QUICK, 5);
    given_plan(&b, PROFILE_QUICK, 5);
    given_plan(&other, PROFILE_QUICK, 6);
    unsigned *x = calloc(3 * (size_t)a.n_cells, sizeof *x), *y = x + a.n_cells, *z = y + a.n_cells;
    unsigned n = plan_order(&a, 3, x);
    cr_assert_eq(plan_order(&b, 3, y), n);
    cr_assert_eq(plan_order(&other, 3, z), n);
    cr_expect_eq(memcmp(x, y, n * sizeof *x), 0);
    cr_expect_neq(memcmp(x, z, n * sizeof *x), 0);
    free(x);
    plan_fini(&a);
    plan_fini(&b);
    plan_fini(&other);
}

/* Over as many blocks as a contest has cells, each of them stands at each place once. */
Test(plan, contests_are_latin_squares)
{
    struct plan plan;
    given_plan(&plan, PROFILE_QUICK, 11);
    unsigned *order = calloc(plan.n_cells, sizeof *order), squares = 0;
    for (unsigned of = 0; of < plan.n_cells; of++) {
        unsigned size = 0, places = 0;
        for (unsigned i = 0; i < plan.n_cells; i++)
            size += !plan.cells[i].skip[0] && plan.cells[i].case_hash == plan.cells[of].case_hash &&
                    plan.cells[i].cell.in_flight == plan.cells[of].cell.in_flight;
        for (unsigned block = 0; block < size && !plan.cells[of].skip[0]; block++) {
            unsigned n = plan_order(&plan, block, order), place = 0;
            for (unsigned i = 0; i < n && order[i] != of; i++)
                place += plan.cells[order[i]].case_hash == plan.cells[of].case_hash &&
                         plan.cells[order[i]].cell.in_flight == plan.cells[of].cell.in_flight;
            cr_expect_eq(places & 1u << place, 0u, "cell %u stands twice at place %u", of, place);
            places |= 1u << place;
        }
        squares += size > 1;
    }
    cr_expect(squares > 10);
    free(order);
    plan_fini(&plan);
}

/* Where the size of a group depends on the CPUs: on one of them (place=same) it is another one. */
Test(plan, every_k_is_a_multiple_of_the_cells_group)
{
    static const char *const places[] = {"same", "across", "free"};
    for (unsigned i = 0; i < 3; i++) {
        struct plan plan;
        char place[64], why[256] = "";
        struct plan_request request = {
            .profile = PROFILE_SMOKE,
            .workloads = {"wake_latency"},
            .n_workloads = 1,
            .params = {"wake_latency.hogs=one_per_cpu", place},
            .n_params = 2,
        };
        snprintf(place, sizeof place, "wake_latency.place=%s", places[i]);
        cr_assert_eq(plan_init(&plan, &request, &machine_g, why, sizeof why), 0, "%s", why);
        cr_assert_gt(plan.n_runnable, 0u);
        for (unsigned c = 0; c < plan.n_cells; c++)
            if (!plan.cells[c].skip[0]) {
                cr_expect_eq(plan.cells[c].group, i == 0 ? 3u : 4u);
                cr_expect_eq(plan.cells[c].cell.in_flight % plan.cells[c].group, 0u, "%u",
                             plan.cells[c].cell.in_flight);
            }
        plan_fini(&plan);
    }
}

Test(plan, the_instrument_is_checked_where_an_interval_can_tell)
{
    struct plan plan;
    unsigned twins = 0, controls = 0;
    given_plan(&plan, PROFILE_QUICK, 5);
    for (unsigned i = 0; i < plan.n_cells; i++) {
        twins += !strcmp(plan.cells[i].cell.role, "twin");
        controls += !strncmp(plan.cells[i].cell.role, "control", 7);
    }
    cr_expect_eq(twins, 2u); /* one computes, one waits */
    cr_expect_eq(controls, 2u);
    plan_fini(&plan);
    given_plan(&plan, PROFILE_SMOKE, 5);
    for (unsigned i = 0; i < plan.n_cells; i++)
        cr_expect_eq(plan.cells[i].cell.role[0], '\0');
    plan_fini(&plan);
}

/* A variant may be about some strategies only, and have a K of its own; the user's word makes it a case for all. */
Test(plan, a_variant_may_name_its_strategies_and_its_k)
{
    struct plan plan;
    struct plan_request request = {.profile = PROFILE_QUICK, .workloads = {"spawn_join"}, .n_workloads = 1};
    char why[256] = "";
    unsigned large = 0, small = 0;
    cr_assert_eq(plan_init(&plan, &request, &machine_g, why, sizeof why), 0, "%s", why);
    for (unsigned i = 0; i < plan.n_cells; i++) {
        const struct cell *cell = &plan.cells[i].cell;
        bool is_large = strcmp(cell->params[0].name, "resident_mib") == 0 && strcmp(cell->params[0].text, "0") != 0;
        large += is_large && !cell->role[0];
        small += !is_large && !cell->role[0];
        if (is_large) {
            cr_expect_eq(cell->in_flight, 1u);
            cr_expect(!strcmp(cell->strategy, "threads") || !strcmp(cell->strategy, "processes"), "%s", cell->strategy);
        }
    }
    cr_expect_eq(large, 2u);
    cr_expect_gt(small, 10u);
    plan_fini(&plan);
    request.params[request.n_params++] = "spawn_join.resident_mib=8";
    request.params[request.n_params++] = "spawn_join.tasks=10";
    cr_assert_eq(plan_init(&plan, &request, &machine_g, why, sizeof why), 0, "%s", why);
    cr_expect_gt(plan.n_cells, 10u);
    plan_fini(&plan);
}

/* The user's word for a parameter makes two variants one: a cell that ran twice in a block would be a damaged journal.
 */
Test(plan, has_no_cell_twice)
{
    struct plan plan;
    struct plan_request request = {.profile = PROFILE_FULL, .workloads = {"hash_tree"}, .n_workloads = 1};
    char why[256] = "";
    request.params[request.n_params++] = "hash_tree.cache=cold";
    request.params[request.n_params++] = "hash_tree.files=100";
    cr_assert_eq(plan_init(&plan, &request, &machine_g, why, sizeof why), 0, "%s", why);
    cr_assert_gt(plan.n_cells, 2u);
    for (unsigned i = 0; i < plan.n_cells; i++)
        for (unsigned j = 0; j < i; j++) {
            char a[CELL_ID_LEN], b[CELL_ID_LEN];
            cell_id(&plan.cells[i].cell, a, sizeof a);
            cell_id(&plan.cells[j].cell, b, sizeof b);
            cr_expect_str_neq(a, b);
        }
    plan_fini(&plan);
}

/* Of four CPUs one is the origin's, with a server on it; with fewer the strategy has them all. What a trial is told are
 * the CPUs of the strategy: the others are spare. */
Test(plan, keeps_cpus_for_the_origin)
{
    static const struct {
        unsigned granted, kept, servers;
    } cases[] = {{2, 0, 1}, {3, 0, 1}, {4, 1, 1}, {7, 1, 1}, {8, 2, 2}, {16, 4, 4}, {64, 16, 16}, {128, 16, 16}};
    static struct trial_spec spec;
    struct plan_request request = {.workloads = {"fetch_many", "sleep_fanout"}, .n_workloads = 2};
    for (unsigned m = 0; m < sizeof cases / sizeof *cases; m++) {
        struct machine machine = {.granted = cases[m].granted, .online = cases[m].granted};
        struct plan plan;
        char why[256] = "";
        for (unsigned i = 0; i < cases[m].granted; i++)
            machine.cpus[i] = (int)i;
        cr_assert_eq(plan_init(&plan, &request, &machine, why, sizeof why), 0, "%s", why);
        for (unsigned i = 0; i < plan.n_cells; i++) {
            const struct cell *cell = &plan.cells[i].cell;
            unsigned kept = strcmp(cell->workload, "fetch_many") ? 0 : cases[m].kept;
            cr_expect_eq(cell->workers, cases[m].granted - kept, "%s", cell->workload);
            plan_fill_spec(&plan, &plan.cells[i], 0, 0, "trial", &spec);
            cr_expect_eq(spec.n_cpus, cell->workers);
            cr_expect_eq(spec.origin_servers, cases[m].servers);
        }
        plan_fini(&plan);
    }
}

/* The user may say how many servers there are: a parameter of the cell, and of workloads that fetch only. */
Test(plan, takes_the_users_word_for_the_number_of_servers)
{
    struct plan_request request = {
        .workloads = {"fetch_many"}, .n_workloads = 1, .params = {"fetch_many.servers=3"}, .n_params = 1};
    struct plan plan;
    struct trial_setup what;
    char why[256] = "";
    cr_assert_eq(plan_init(&plan, &request, &machine_g, why, sizeof why), 0, "%s", why);
    for (unsigned i = 0; i < plan.n_cells; i++) {
        cr_assert_eq(trial_resolve(&plan.cells[i].cell, &what, why, sizeof why), 0, "%s", why);
        cr_expect_eq(what.origin_servers, 3u);
    }
    plan_fini(&plan);
    static const char *const bad[] = {"fetch_many.servers=0",  "fetch_many.servers=17", "fetch_many.servers=2x",
                                      "fetch_many.servers=-1", "fetch_many.servers=",   "sleep_fanout.servers=2"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        request.params[0] = bad[i];
        cr_expect_lt(plan_init(&plan, &request, &machine_g, why, sizeof why), 0, "%s", bad[i]);
        cr_expect_not_null(strstr(why, "servers"), "%s", why);
    }
}

static const char *param_of(const struct cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->n_params; i++)
        if (!strcmp(cell->params[i].name, name))
            return cell->params[i].text;
    return "";
}

static unsigned greatest_k(const struct plan *plan)
{
    unsigned most = 0;
    for (unsigned i = 0; i < plan->n_cells; i++)
        most = plan->cells[i].cell.in_flight > most ? plan->cells[i].cell.in_flight : most;
    return most;
}

/* A run on sixteen CPUs has eight times the messages to hash and, since serial waits for each, four times the sleeps;
 * what the user says is taken as it stands. */
Test(plan, more_cpus_have_more_work_to_share)
{
    static const struct {
        unsigned cpus;
        const char *workload, *param, *given, *expected;
    } cases[] = {
        {1, "sha256", "messages", NULL, "4096"},     {2, "sha256", "messages", NULL, "4096"},
        {16, "sha256", "messages", NULL, "32768"},   {16, "sha256", "messages", "sha256.messages=100", "100"},
        {16, "sleep_fanout", "tasks", NULL, "2048"}, {16, "sleep_fanout", "sleep_ns", NULL, "1000000"},
    };
    for (unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct machine machine = {.granted = cases[c].cpus, .online = cases[c].cpus};
        struct plan_request request = {.profile = PROFILE_QUICK, .workloads = {cases[c].workload}, .n_workloads = 1};
        struct plan plan;
        char why[256] = "";
        if (cases[c].given)
            request.params[request.n_params++] = cases[c].given;
        cr_assert_eq(plan_init(&plan, &request, &machine, why, sizeof why), 0, "%s", why);
        cr_assert_gt(plan.n_runnable, 0u);
        for (unsigned i = 0; i < plan.n_cells; i++)
            cr_expect_str_eq(param_of(&plan.cells[i].cell, cases[c].param), cases[c].expected, "case %u", c);
        plan_fini(&plan);
    }
}

/* "256P" of 2048 sleeps on 16 CPUs: a K of 4096 would be a claim about something that never was. */
Test(plan, no_more_in_flight_than_there_are_tasks)
{
    static const struct machine machine = {.granted = 16, .online = 16};
    struct plan_request request = {.profile = PROFILE_QUICK, .workloads = {"sleep_fanout"}, .n_workloads = 1};
    struct plan plan;
    char why[256] = "";
    cr_assert_eq(plan_init(&plan, &request, &machine, why, sizeof why), 0, "%s", why);
    cr_expect_eq(greatest_k(&plan), 2048u);
    plan_fini(&plan);

    request.in_flight[request.n_in_flight++] = 64;
    request.in_flight[request.n_in_flight++] = 4096;
    cr_assert_eq(plan_init(&plan, &request, &machine, why, sizeof why), 0, "%s", why);
    for (unsigned i = 0; i < plan.n_cells; i++)
        if (plan.cells[i].cell.in_flight == 4096)
            cr_expect_str_eq(plan.cells[i].skip, "sleep_fanout has 2048 tasks here: 4096 cannot be in flight");
        else
            cr_expect_str_eq(plan.cells[i].skip, "");
    cr_expect_eq(greatest_k(&plan), 4096u);
    plan_fini(&plan);

    /* A tree is one task with children: K is how many carriers there are, and no tasks are missing. */
    struct plan_request tree = {.profile = PROFILE_QUICK, .workloads = {"fib"}, .n_workloads = 1};
    cr_assert_eq(plan_init(&plan, &tree, &machine, why, sizeof why), 0, "%s", why);
    cr_expect_eq(greatest_k(&plan), 16u);
    plan_fini(&plan);
}
