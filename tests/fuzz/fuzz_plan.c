/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What else is read from files: the plan of a stored run, which `quintet reproduce` measures again, and the facts of
 * another machine, which `quintet doctor FACTS` judges. One JSON document, given to both.
 */
#include "fuzz.h"

#include "record/doctor.h"
#include "run/plan_private.h"

#include <errno.h>
#include <string.h>

static void read_plan(const json_t *json)
{
    static const struct machine machine = {
        .online = 2, .allowed = 2, .granted = 2, .cores = 2, .packages = 1, .cpus = {0, 1}};
    static struct trial_spec spec;
    const struct plan_request request = {.profile = PROFILE_SMOKE, .blocks = 2, .seed = 1};
    struct plan plan;
    char why[REASON_LEN] = "";
    int rc = plan_from_json(&plan, json, &request, &machine, why, sizeof why);
    if (rc) {
        FUZZ_REQUIRE(rc == -EBADMSG && why[0] && strlen(why) < sizeof why);
        return;
    }
    unsigned *order = malloc((plan.n_cells + 1) * sizeof *order), runnable = 0;
    FUZZ_REQUIRE(order && plan_order(&plan, 0, order) == plan.n_runnable);
    for (unsigned i = 0; i < plan.n_cells; i++) {
        FUZZ_REQUIRE(plan.cells[i].cell.in_flight >= 1 && plan.cells[i].cell.in_flight <= IN_FLIGHT_LIMIT);
        runnable += !plan.cells[i].skip[0];
        if (!plan.cells[i].skip[0])
            plan_fill_spec(&plan, &plan.cells[i], 0, 0, "trial", &spec);
    }
    FUZZ_REQUIRE(runnable == plan.n_runnable);
    json_t *written = plan_to_json(&plan);
    FUZZ_REQUIRE(written);
    json_decref(written);
    free(order);
    plan_fini(&plan);
}

static void read_facts(const json_t *json)
{
    static struct doctor_finding findings[DOCTOR_CHECKS];
    doctor_examine(json, findings);
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        FUZZ_REQUIRE(findings[i].check && findings[i].severity < DOCTOR_SEVERITY_COUNT);
    json_decref(doctor_taints(json));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    json_t *json = json_loadb((const char *)data, len, JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        return 0;
    read_plan(json);
    read_facts(json);
    json_decref(json);
    return 0;
}
