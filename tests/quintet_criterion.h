/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The test framework as tests include it: Criterion 2.4.1 with its traps fenced, once, here and in
 * cmake/QuintetTest.cmake and tests/quintet_criterion.c. What the fences do for every test binary:
 *
 *  - A run in which fewer tests ran than the sources contain fails (a filter without a match, tests dropped by the
 *    linker, .disabled tests: Criterion alone calls all of these a success).
 *  - A test that passed without a single assertion fails: it was empty, or something called exit(0).
 *  - Every test has a time limit, QUINTET_TEST_TIMEOUT_S, unless it or its TestSuite() sets .timeout.
 *  - CRITERION_* variables and --always-succeed cannot turn red into green; an unknown option is an error.
 *  - When the runner is killed its workers die with it, and so does a child that calls test_die_with_parent().
 *
 * What remains for the author of a test:
 *
 *  - Assert in the test's body. An assertion in .init is reported as a crash, one in .fini is not reported at all.
 *  - A forked child ends with _exit() and uses no cr_*; it calls test_die_with_parent() first. The worker around a test
 *    has threads, descriptors and a session of Criterion's own: compare with a baseline taken in the test.
 *  - Parameters of ParameterizedTest() travel by copy into another process: put values in, not pointers.
 *  - Messages in plain ASCII without quotes, '<' or ']': Criterion's JSON and XML do not escape them.
 *  - A test that cannot run here says test_skip("why"), never return.
 *
 * Where Criterion is not packaged, tests/shim stands in for it and keeps the same promises.
 */
#ifndef QUINTET_TESTS_CRITERION_H
#define QUINTET_TESTS_CRITERION_H

#ifdef QUINTET_TEST_SHIM
#include "shim/shim.h"
#else
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#endif
#include <signal.h>
#include <sys/prctl.h>

/* This test cannot run on this machine. Counts as present; a binary that skipped all of its tests exits with 77. */
#define test_skip(...) cr_skip_test(__VA_ARGS__)

/* In a forked child, first thing: do not outlive the test, should it be killed for its time limit. */
static inline void test_die_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

#endif
