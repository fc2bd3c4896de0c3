/* SPDX-License-Identifier: Apache-2.0 */
/* A run with damaged lines that were left out: how many, which, and the severe taint that says so wherever taints do.
 */
#include "quintet_criterion.h"

#include "report/salvage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(salvage);

static struct report_run run_g;

static void given_run(const char *json)
{
    memset(&run_g, 0, sizeof run_g);
    run_g.run = json_loads(json, 0, NULL);
    cr_assert(run_g.run);
}

static void note(uint64_t line, const char *what)
{
    struct journal_problem problem = {.line = line, .damaged = true};
    strcpy(problem.what, what);
    salvage_note(&problem, &run_g);
}

static void taint_is(size_t at, size_t of, const char *id, const char *severity, const char *text)
{
    const json_t *taints = json_object_get(run_g.run, "taints"), *taint = json_array_get(taints, at);
    cr_assert_eq(json_array_size(taints), of);
    cr_assert_str_eq(json_string_value(json_object_get(taint, "id")), id);
    cr_assert_str_eq(json_string_value(json_object_get(taint, "severity")), severity);
    cr_assert_str_eq(json_string_value(json_object_get(taint, "text")), text);
}

Test(salvage, nothing_left_out_is_nothing_to_tell)
{
    given_run("{}");
    cr_assert_eq(salvage_tell(&run_g), 0);
    cr_assert_str_eq(run_g.salvaged, "");
    cr_assert_eq(json_object_size(run_g.run), 0u);
}

Test(salvage, one_line_is_the_run_s_first_taint)
{
    static const char text[] =
        "1 line of trials.jsonl is damaged and left out (--salvage); what stood there is unknown. "
        "Line 7 (it has lost its sum).";
    given_run("{\"taints\": [{\"id\": \"steal\", \"severity\": \"mild\", \"text\": \"t\"}]}");
    note(7, "it has lost its sum");
    cr_assert_eq(salvage_tell(&run_g), 0);
    cr_assert_str_eq(run_g.salvaged, text);
    taint_is(0, 2, "salvaged", "severe", text);
    taint_is(1, 2, "steal", "mild", "t");
}

Test(salvage, several_lines_are_named_and_a_run_without_taints_gets_them)
{
    static const char text[] = "4 lines of trials.jsonl are damaged and left out (--salvage); what stood there is "
                               "unknown. Lines 1 (a), 2 (b), 30 (c), 31 (d).";
    given_run("{\"taints\": 17}");
    note(1, "a");
    note(2, "b");
    note(30, "c");
    note(31, "d");
    cr_assert_eq(salvage_tell(&run_g), 0);
    taint_is(0, 1, "salvaged", "severe", text);
}

/* However many there are and whatever is wrong with them, they are counted and the sentence has an end. */
Test(salvage, the_first_of_many_are_named)
{
    char what[REASON_LEN], expected[1024], each[100] = "";
    given_run("{}");
    memset(what, 'w', sizeof what - 1);
    what[sizeof what - 1] = '\0';
    for (unsigned i = 0; i < 1000000; i++)
        note(UINT64_MAX, what);
    snprintf(each, sizeof each, "%llu (%.60s)", (unsigned long long)UINT64_MAX, what);
    snprintf(
        expected, sizeof expected,
        "1000000 lines of trials.jsonl are damaged and left out (--salvage); what stood there is unknown. Lines %s, "
        "%s, %s, %s, ....",
        each, each, each, each);
    cr_assert_eq(salvage_tell(&run_g), 0);
    cr_assert_str_eq(run_g.salvaged, expected);
}

static unsigned refuse_in;

static void *refusing(size_t size)
{
    return refuse_in && --refuse_in == 0 ? NULL : malloc(size);
}

/* The numbers must not stand there without the taint. */
Test(salvage, no_memory_for_the_taint_is_an_error)
{
    unsigned refused = 0;
    json_set_alloc_funcs(refusing, free);
    for (int rc = -ENOMEM; rc; refused += rc != 0) {
        given_run("{}");
        note(1, "a");
        refuse_in = refused + 1;
        rc = salvage_tell(&run_g);
        cr_assert(refuse_in ? rc == 0 : rc == -ENOMEM, "allocation %u: %d", refused + 1, rc);
        refuse_in = 0;
        json_decref(run_g.run);
    }
    cr_assert_gt(refused, 5u);
}
