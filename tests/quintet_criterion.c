/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main() of every test binary. Criterion's own main() is replaced because its exit status says "no test failed", which
 * is also true of a run without tests; ours says "all of them ran, and each checked something".
 */
#include "quintet_criterion.h"
#include "quintet_outcome.h"

#include <criterion/hooks.h>
#include <criterion/options.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* The section into which Test() puts a pointer per test; the linker names its ends. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];

static struct test_outcome outcome; /* filled in by the hook after all tests */

/* A test runs in a worker: this binary executed anew under another name, in a session of its own. */
static bool is_worker(void)
{
    return strcmp(program_invocation_short_name, "boxfort-worker") == 0;
}

/* Killing the runner would otherwise leave its workers behind. */
__attribute__((constructor)) static void worker_dies_with_runner(void)
{
    if (is_worker())
        prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Asked by LeakSanitizer at exit: the runner's leaks (a time limit's bookkeeping) are Criterion's own, not a test's. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return !is_worker();
}

/* Judge all instances of one test; instances are copies, so they are found by name. */
static void test_judge(const struct criterion_test *test, const struct criterion_global_stats *stats)
{
    size_t ran = 0, skipped = 0, failed = 0, hollow = 0;
    for (const struct criterion_suite_stats *suite = stats->suites; suite; suite = suite->next) {
        for (const struct criterion_test_stats *s = suite->tests; s; s = s->next) {
            if (strcmp(s->test->category, test->category) || strcmp(s->test->name, test->name))
                continue;
            skipped += s->test_status == CR_STATUS_SKIPPED && !s->test->data->disabled;
            ran += s->test_status != CR_STATUS_SKIPPED;
            failed += s->test_status == CR_STATUS_FAILED || s->crashed || s->timed_out;
            hollow += s->test_status == CR_STATUS_PASSED && !s->crashed && s->passed_asserts == 0;
        }
    }
    outcome.ran += ran > 0;
    outcome.skipped += ran == 0 && skipped > 0;
    outcome.failed += failed > 0;
    outcome.hollow += hollow > 0;
    if (ran + skipped == 0)
        printf("quintet: %s/%s did not run\n", test->category, test->name);
    if (hollow)
        printf("quintet: %s/%s passed without an assertion\n", test->category, test->name);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
    for (struct criterion_test **test = __start_cr_tst; test < __stop_cr_tst; test++) {
        if (*test)
            test_judge(*test, stats);
    }
    outcome.complete = true;
}

/* CRITERION_ALWAYS_SUCCEED=1, CRITERION_TEST_PATTERN=... in somebody's environment must not decide a run. */
static void environment_clear(void)
{
    char name[128];
    for (char **entry = environ; *entry;) {
        size_t len = strcspn(*entry, "=");
        if (strncmp(*entry, "CRITERION_", 10) || len >= sizeof name) {
            entry++;
            continue;
        }
        memcpy(name, *entry, len);
        name[len] = '\0';
        unsetenv(name); /* moves the next entry here */
    }
}

/* --timeout is only a cap on tests that have a limit already, so each gets one. Zero falls back to the suite's. */
static void timeouts_set(struct criterion_test_set *tests)
{
    FOREACH_SET(struct criterion_suite_set * suite, tests->suites)
    {
        if (suite->suite.data && suite->suite.data->timeout > 0)
            continue;
        for (struct criterion_test **test = __start_cr_tst; test < __stop_cr_tst; test++) {
            if (*test && strcmp((*test)->category, suite->suite.name) == 0 && (*test)->data->timeout <= 0)
                (*test)->data->timeout = QUINTET_TEST_TIMEOUT_S;
        }
    }
}

static bool asks_for_information(int argc, char **argv)
{
    static const char *const options[] = {"-h", "--help", "-l", "--list", "-v", "--version"};
    for (int i = 1; i < argc; i++) {
        for (size_t j = 0; j < sizeof options / sizeof *options; j++) {
            if (strcmp(argv[i], options[j]) == 0)
                return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    environment_clear();
    struct criterion_test_set *tests = criterion_initialize();
    if (!criterion_handle_args(argc, argv, true))
        return asks_for_information(argc, argv) ? EXIT_SUCCESS : EXIT_USAGE;
    criterion_options.always_succeed = false;
    timeouts_set(tests);
    bool passed = criterion_run_all_tests(tests);
    criterion_finalize(tests);
    int rc = test_outcome_judge(&outcome);
    return rc == EXIT_SUCCESS && !passed ? EXIT_TESTS_FAILED : rc;
}
