/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_outcome.h"

#include <stdio.h>
#include <stdlib.h>

/* How many tests must run: all, or what the caller of a filtered run by hand says. */
static size_t tests_expected(void)
{
    const char *text = getenv("QUINTET_MIN_TESTS");
    return text && *text ? strtoul(text, NULL, 10) : QUINTET_MIN_TESTS;
}

int test_outcome_judge(const struct test_outcome *outcome)
{
    size_t expected = tests_expected(), present = outcome->ran + outcome->skipped;
    printf("quintet: %zu ran, %zu skipped, %zu failed, %zu without an assertion; %zu expected\n", outcome->ran,
           outcome->skipped, outcome->failed, outcome->hollow, expected);
    if (!outcome->complete || present < expected || present == 0) {
        printf("quintet: TESTS MISSING (running a part on purpose: QUINTET_MIN_TESTS=1)\n");
        return EXIT_TESTS_MISSING;
    }
    if (outcome->failed || outcome->hollow)
        return EXIT_TESTS_FAILED;
    return outcome->ran ? EXIT_SUCCESS : EXIT_ALL_SKIPPED;
}
