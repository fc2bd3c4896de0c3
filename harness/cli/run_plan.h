/* SPDX-License-Identifier: Apache-2.0 */
/* What `run` and `reproduce` share: a plan is printed, or carried out with progress and messages. */
#ifndef QUINTET_CLI_RUN_PLAN_H
#define QUINTET_CLI_RUN_PLAN_H

#include "cli/options.h"
#include "run/resume.h"

/* What to do with a run that has numbers, also after a signal; to stdout, and with an exit code. */
typedef int run_plan_tell(const char *run_dir, const struct options *options, void *arg);

/* Carry the plan out as the options say, once per process. Progress and what failed go to stderr; `tell` (or NULL: only
 * where the data are is printed) has the last word. Returns the exit code, tell's among them. */
int run_plan(const struct plan *plan, const struct options *options, int argc, char **argv, run_plan_tell *tell,
             void *arg);

/* The same to go on with a stored run, whose plan it is. `despite` is what of machine, kernel and program differs, or
 * "".
 */
int run_plan_on(const struct plan *plan, const struct options *options, const struct resume *resume,
                const char *despite, int argc, char **argv, run_plan_tell *tell, void *arg);

/* --dry-run: the plan to stdout. */
void run_plan_print(const struct plan *plan, bool as_json);

/* Look at the machine. 0, or the exit code after a message. */
int run_plan_machine(struct machine *machine);

/* A seed that nobody chose: from the kernel, or else from the clock and our pid. */
uint64_t run_plan_fresh_seed(void);

#endif
