/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every workload under every strategy, small, each in a forked process of its own, without a test library: the same
 * contract that the Criterion tests check, in a form that runs under ThreadSanitizer and valgrind and on machines where
 * Criterion isn't packaged.
 */
#include "cli/commands.h"
#include "cli/message.h"

#include "record/machine.h"
#include "run/isolate.h"
#include "run/selftest.h"

#include <stdio.h>

static void show(void *arg, const char *id, enum trial_end end, const char *reason)
{
    const struct options *options = arg;
    if (end == END_OK && options->quiet)
        return;
    printf("%s %s%s%s\n",
           end == END_OK        ? "ok     "
           : end == END_SKIPPED ? "skip   "
                                : "FAILED ",
           id, reason[0] ? ": " : "", reason);
    fflush(stdout);
}

int command_selftest(const struct options *options, int argc, char **argv)
{
    struct machine machine;
    struct selftest_result total = {0};
    (void)argc;
    (void)argv;
    if (machine_read(&machine) || isolate_init())
        return EXIT_BUG;
    for (uint64_t i = 0; i < options->repeat && !isolate_interrupted(); i++) {
        char why[REASON_LEN] = "";
        int rc = selftest_run(&options->request, &machine, show, (void *)options, &total, why, sizeof why);
        if (rc) {
            message_error("E-SELFTEST", "selftest", why, NULL, NULL);
            return EXIT_BUG;
        }
    }
    printf("%u passed, %u failed, %u skipped\n", total.passed, total.failed, total.skipped);
    if (isolate_interrupted())
        return 128 + isolate_interrupted();
    return total.failed ? EXIT_VERIFY : total.passed ? 0 : EXIT_NOTHING;
}
