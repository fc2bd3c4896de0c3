/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: the input is argv, between NUL bytes. It is parsed, and nothing else is done. */
#include "fuzz.h"

#include "cli/message.h"
#include "cli/options.h"
#include "contract/strategy.h"
#include "contract/workload.h"

#include <string.h>

/* What a parsed line may hold, whatever was typed. */
static void check(const struct options *options)
{
    const struct plan_request *r = &options->request;
    FUZZ_REQUIRE(r->blocks <= 10000 && options->timeout_s <= 86400);
    FUZZ_REQUIRE(r->n_strategies <= PLAN_NAMES_MAX && r->n_workloads <= PLAN_NAMES_MAX);
    for (unsigned i = 0; i < r->n_strategies; i++)
        FUZZ_REQUIRE(strategy_find(r->strategies[i]));
    for (unsigned i = 0; i < r->n_workloads; i++)
        FUZZ_REQUIRE(workload_find(r->workloads[i]));
    for (unsigned i = 0; i < r->n_in_flight; i++)
        FUZZ_REQUIRE(r->in_flight[i] >= 1 && r->in_flight[i] <= 1000000);
    FUZZ_REQUIRE(options->margin > 0 && options->margin <= 1 && options->precision >= 0 && options->precision <= 1);
}

/* A job file is opened by the parser: where one is named, it may be the one that is at fault. */
static bool names_job(char *const *argv, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!strncmp(argv[i], "--job", strlen("--job")))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct options first, again;
    static FILE *nowhere, *errors;
    char *argv[64] = {(char *)"quintet"};
    unsigned n;
    if (!nowhere)
        nowhere = fopen("/dev/null", "we");
    errors = stderr;
    char *copy = fuzz_texts(data, len, argv + 1, 62, &n);
    const struct command *command = command_find(argv[1]);
    if (command && nowhere) {
        stderr = nowhere;
        memset(&first, 0, sizeof first);
        memset(&again, 0, sizeof again);
        int rc = options_parse(&first, command, (int)n + 1, argv, 2);
        int rc_again = options_parse(&again, command, (int)n + 1, argv, 2);
        stderr = errors;
        FUZZ_REQUIRE(rc == 0 || rc == EXIT_USAGE || (rc == EXIT_JOB_FILE && names_job(argv + 1, n)));
        FUZZ_REQUIRE(rc == rc_again);
        if (!rc)
            check(&first);
    }
    free(copy);
    return 0;
}
