/* SPDX-License-Identifier: Apache-2.0 */
/* What a run of tests amounts to: the same judgement behind Criterion and behind the shim. */
#ifndef QUINTET_TESTS_OUTCOME_H
#define QUINTET_TESTS_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

/* Both come from quintet_test(): the number of tests written down in the sources, and the limit for each. */
#ifndef QUINTET_MIN_TESTS
#error "QUINTET_MIN_TESTS is missing: make test binaries with quintet_test()"
#endif
#ifndef QUINTET_TEST_TIMEOUT_S
#error "QUINTET_TEST_TIMEOUT_S is missing: make test binaries with quintet_test()"
#endif

enum { EXIT_TESTS_FAILED = 1, EXIT_USAGE = 2, EXIT_TESTS_MISSING = 4, EXIT_ALL_SKIPPED = 77 };

/* Counts of tests. A parameterized test is one test, however many instances. */
struct test_outcome {
    bool complete;
    size_t ran, skipped, failed, hollow; /* hollow: passed without an assertion */
};

/* Print one line with the counts, and give the exit status that they mean. */
int test_outcome_judge(const struct test_outcome *outcome);

#endif
