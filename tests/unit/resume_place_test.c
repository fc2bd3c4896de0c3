/* SPDX-License-Identifier: Apache-2.0 */
/* Is this the place to go on with a run: the same plan, program, kernel and machine. */
#include "quintet_criterion.h"

#include "record/manifest.h"
#include "record/seal.h"
#include "run/resume.h"

#include <errno.h>
#include <string.h>

TestSuite(resume_place, .timeout = 30);

static const char id_g[] = "20260101T000000Z-000000";
static char why_g[REASON_LEN], differing_g[1024];
static struct machine machine_g;
static struct resume resume_g; /* begun here */

static void given_run(void)
{
    char binary[SEAL_DIGEST_LEN], mark[17];
    struct plan plan;
    cr_assert_eq(machine_read(&machine_g), 0);
    machine_g.granted = machine_g.granted > 2 ? 2 : machine_g.granted;
    cr_assert_eq(seal_digest_self(binary), 0);
    machine_mark(id_g, mark);
    resume_g.run = json_pack("{s:s, s:s, s:s}", "run_id", id_g, "binary_sha256", binary, "machine_mark", mark);
    resume_g.env = manifest_read("", &machine_g, -1);
    resume_g.request =
        (struct plan_request){.profile = PROFILE_SMOKE, .workloads = {"sha256"}, .n_workloads = 1, .blocks = 7};
    cr_assert_eq(plan_init(&plan, &resume_g.request, &machine_g, why_g, sizeof why_g), 0, "%s", why_g);
    resume_g.plan = plan_to_json(&plan);
    plan_fini(&plan);
    cr_assert(resume_g.run && resume_g.env && resume_g.plan);
}

static void plan_is(int rc, const char *words)
{
    struct plan plan = {0};
    why_g[0] = '\0';
    cr_assert_eq(resume_plan(&resume_g, &plan, &machine_g, why_g, sizeof why_g), rc, "%s", why_g);
    cr_assert_str_eq(why_g, words);
    cr_assert_eq(plan.cells != NULL, rc == 0, "whoever gets no plan has none to give back");
    if (!rc)
        plan_fini(&plan);
}

Test(resume_place, the_same_plan)
{
    given_run();
    plan_is(0, "");
    json_object_set_new(resume_g.plan, "seed", json_integer(17)); /* nothing that is compared */
    plan_is(0, "");
}

Test(resume_place, another_plan_is_told_by_its_keys)
{
    static const char *const keys[] = {"workloads", "strategies", "order"}; /* lists: each with one thing more */
    char words[128];
    given_run();
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *kept = json_incref(json_object_get(resume_g.plan, keys[i]));
        json_object_set_new(resume_g.plan, keys[i], json_deep_copy(kept));
        json_array_append_new(json_object_get(resume_g.plan, keys[i]), json_string("other"));
        snprintf(words, sizeof words, "this machine and version make another plan of it: %s", keys[i]);
        plan_is(-ESTALE, words);
        json_object_set_new(resume_g.plan, keys[i], kept);
    }
    json_t *cell = json_array_get(json_object_get(resume_g.plan, "cells"), 0);
    json_object_set_new(cell, "workers", json_integer(77));
    json_object_set_new(resume_g.plan, "blocks", json_integer(8));
    plan_is(-ESTALE, "this machine and version make another plan of it: blocks, cells");
    json_object_set_new(resume_g.plan, "cells", json_string("none"));
    struct plan plan;
    cr_assert_eq(resume_plan(&resume_g, &plan, &machine_g, why_g, sizeof why_g), -EBADMSG);
}

static void differences_are(const char *expected)
{
    resume_differences(&resume_g, &machine_g, differing_g, sizeof differing_g);
    cr_assert_str_eq(differing_g, expected);
}

static json_t *fact(const char *name)
{
    json_t *found = json_object_get(json_object_get(resume_g.env, "facts"), name);
    cr_assert(found, "%s", name);
    return found;
}

Test(resume_place, here_nothing_differs)
{
    given_run();
    differences_are("");
}

/* The machine as it was set up may change; the processor, the kernel and what was granted may not. */
Test(resume_place, each_fact_that_makes_a_machine_is_compared)
{
    static const char *const names[] = {"cpu.model",
                                        "cpu.vendor",
                                        "cpu.family",
                                        "cpu.model_number",
                                        "cpu.stepping",
                                        "cpu.online",
                                        "cpu.allowed",
                                        "cpu.granted",
                                        "cpu.quota",
                                        "topology.cores",
                                        "topology.packages",
                                        "topology.smt",
                                        "kernel.release",
                                        "kernel.version",
                                        "kernel.machine",
                                        "libc.version",
                                        "platform.virtual_machine",
                                        "platform.hypervisor"};
    given_run();
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        json_t *kept = json_incref(json_object_get(fact(names[i]), "v"));
        json_object_set_new(fact(names[i]), "v", json_string("other"));
        differences_are(names[i]);
        if (kept) {
            json_object_set(fact(names[i]), "v", kept);
            differences_are("");
            json_object_del(fact(names[i]), "v");
            differences_are(names[i]);
            json_object_set_new(fact(names[i]), "v", kept);
        } else
            json_object_del(fact(names[i]), "v");
        differences_are("");
    }
}

Test(resume_place, memory_is_the_same_to_the_nearest_gibibyte)
{
    given_run();
    double bytes = json_number_value(json_object_get(fact("memory.total_bytes"), "v"));
    double gibibytes = (double)(long long)(bytes / 0x1p30 + 0.5);
    json_object_set_new(fact("memory.total_bytes"), "v", json_real((gibibytes + 0.4) * 0x1p30));
    differences_are("");
    json_object_set_new(fact("memory.total_bytes"), "v", json_real((gibibytes - 0.4) * 0x1p30));
    differences_are("");
    json_object_set_new(fact("memory.total_bytes"), "v", json_real((gibibytes + 0.6) * 0x1p30));
    differences_are("memory.total_bytes");
    json_object_set_new(fact("memory.total_bytes"), "v", json_real((gibibytes - 0.6) * 0x1p30));
    differences_are("memory.total_bytes");
}

Test(resume_place, another_program_or_machine)
{
    given_run();
    json_object_set_new(resume_g.run, "binary_sha256", json_string("other"));
    differences_are("binary");
    json_object_del(resume_g.run, "binary_sha256");
    differences_are("binary");
    json_object_set_new(resume_g.run, "machine_mark", json_string("other"));
    differences_are("binary, machine-id");
    json_object_set_new(fact("cpu.model"), "v", json_string("other"));
    differences_are("binary, machine-id, cpu.model");
}

Test(resume_place, no_more_is_told_than_there_is_room_for)
{
    char out[16] = "0123456789abcde";
    given_run();
    json_object_del(resume_g.run, "binary_sha256");
    json_object_set_new(resume_g.run, "machine_mark", json_string("other"));
    resume_differences(&resume_g, &machine_g, out, 12);
    cr_assert_str_eq(out, "binary, mac");
    cr_assert_str_eq(out + 12, "cde");
}

/* A machine without an id has no mark, and so had a run that was begun there. */
Test(resume_place, no_mark_is_the_empty_one)
{
    char mark[17];
    given_run();
    machine_mark(id_g, mark);
    json_object_del(resume_g.run, "machine_mark");
    differences_are(mark[0] ? "machine-id" : "");
}
