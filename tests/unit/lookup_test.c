/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "report/lookup.h"

Test(lookup, parameters_are_matched_by_text_by_size_and_by_absence)
{
    struct report_cell cell = {
        .cell = {.n_params = 2, .params = {{"place", "same"}, {"tasks", "512"}}},
    };
    cr_expect(lookup_params_match(&cell, ""));
    cr_expect(lookup_params_match(&cell, "place=same"));
    cr_expect(!lookup_params_match(&cell, "place=sam"));
    cr_expect(!lookup_params_match(&cell, "place=same1"));
    cr_expect(!lookup_params_match(&cell, "plac=same"));
    cr_expect(lookup_params_match(&cell, "place=same,tasks=512"));
    cr_expect(!lookup_params_match(&cell, "place=same,tasks=51"));
    cr_expect(lookup_params_match(&cell, "tasks>=512,place=same"));
    cr_expect(lookup_params_match(&cell, "tasks>=64"));
    cr_expect(!lookup_params_match(&cell, "tasks>=513"));
    /* a parameter that is younger than the run */
    cr_expect(!lookup_params_match(&cell, "resident_mib=0"));
    cr_expect(lookup_params_match(&cell, "resident_mib?=0"));
    cr_expect(lookup_params_match(&cell, "resident_mib?=0,place=same"));
    cr_expect(!lookup_params_match(&cell, "resident_mib?=0,place=across"));
    cr_expect(lookup_params_match(&cell, "tasks?=512"));
    cr_expect(!lookup_params_match(&cell, "tasks?=0"));
}
