/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract, once for every workload x strategy in the registries: a new line in a registry is a new row of cases
 * here, with nothing to edit. Each case runs `quintet selftest` for its pair: fresh processes, an oracle, K of 1, 2, 3
 * and 8. (A Criterion worker has threads of its own, so a strategy that forks must not run inside it.)
 */
#include "quintet_criterion.h"

#include "contract/strategy.h"
#include "contract/workload.h"

#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

TestSuite(contract, .timeout = 240);

/* Parameters are copied into another process that is laid out differently: indices travel, pointers do not. */
struct pair {
    unsigned workload, strategy;
};

ParameterizedTestParameters(contract, every_workload_under_every_strategy)
{
    static struct pair pairs[1024];
    size_t n = 0;
    for (unsigned w = 0; workload_registry[w]; w++)
        for (unsigned s = 0; strategy_registry[s] && n < sizeof pairs / sizeof *pairs; s++)
            pairs[n++] = (struct pair){w, s};
    return cr_make_param_array(struct pair, pairs, n);
}

ParameterizedTest(struct pair *pair, contract, every_workload_under_every_strategy)
{
    const char *workload = workload_registry[pair->workload]->name, *strategy = strategy_registry[pair->strategy]->name;
    char out_name[] = "/tmp/quintet-contract-XXXXXX", line[512], shown[4096] = "";
    char *argv[] = {"quintet", "selftest", "--workload", (char *)workload, "--strategy", (char *)strategy, NULL};
    int out = mkstemp(out_name), status;
    cr_assert(out >= 0, "no temporary file");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, out, 2);
    pid_t pid;
    int rc = posix_spawn(&pid, QUINTET_PROGRAM, &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    cr_assert(rc == 0, "%s does not start", QUINTET_PROGRAM);
    pid_t waited = waitpid(pid, &status, 0);
    cr_assert(waited == pid, "waitpid");

    FILE *file = fdopen(out, "r");
    rewind(file);
    unsigned passed = 0, failed = 0, skipped = 0, with_reason = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%u passed, %u failed, %u skipped", &passed, &failed, &skipped) != 3)
            snprintf(shown, sizeof shown, "%.3000s%.500s", shown[0] && line[0] != 'F' ? "" : shown, line);
        with_reason += line[0] == 's' && strstr(line, ": ") != NULL;
    }
    fclose(file);
    unlink(out_name);
    int exited = WIFEXITED(status), code = exited ? WEXITSTATUS(status) : -1;
    cr_assert(failed == 0 && (code == 0 || code == 77), "%s under %s: status %d: %s", workload, strategy, code, shown);
    cr_assert(passed + skipped > 0, "%s under %s: nothing was checked", workload, strategy);
    cr_assert(with_reason == skipped, "%s under %s: a skip without a reason", workload, strategy);
}
