/* SPDX-License-Identifier: Apache-2.0 */
/* One file per command; each returns the exit code. */
#ifndef QUINTET_CLI_COMMANDS_H
#define QUINTET_CLI_COMMANDS_H

#include "cli/options.h"

struct report_result;
struct run_comparison;

int command_compare(const struct options *options, int argc, char **argv);
int command_doctor(const struct options *options, int argc, char **argv);
int command_env(const struct options *options, int argc, char **argv);
int command_export(const struct options *options, int argc, char **argv);
int command_help(const struct options *options, int argc, char **argv);
int command_list(const struct options *options, int argc, char **argv);
int command_plan(const struct options *options, int argc, char **argv);
int command_report(const struct options *options, int argc, char **argv);
int command_reproduce(const struct options *options, int argc, char **argv);
int command_resume(const struct options *options, int argc, char **argv); /* run --resume */
int command_run(const struct options *options, int argc, char **argv);
int command_selftest(const struct options *options, int argc, char **argv);
int command_stats(const struct options *options, int argc, char **argv);
int command_verify(const struct options *options, int argc, char **argv);

/* The run that the operands name, or the newest below --results, into `out`. 0, or the exit code after a message. */
int run_of_operands(const struct options *options, char *out, size_t len);

/* A run that `reproduce` began has been resumed: judge the claims of options->reproduces by it, as run_plan_tell. */
int reproduce_judge_again(const char *run_dir, const struct options *options, void *arg);

/* Say why plan_init() refused: `rc` and `why` are its own. Returns the exit code. */
int plan_refused(int rc, const struct options *options, const char *why);

/* Build the report of run_dir; warnings and errors go to stderr, nothing to stdout. Returns the exit code. */
int report_make(const char *run_dir, const struct options *options, struct report_result *result);

/* The same, and print what came of it; shared by run and report. */
int report_and_print(const char *run_dir, const struct options *options);

#endif
