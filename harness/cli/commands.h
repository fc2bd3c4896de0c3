/* SPDX-License-Identifier: Apache-2.0 */
/* One file per command; each returns the exit code. */
#ifndef QUINTET_CLI_COMMANDS_H
#define QUINTET_CLI_COMMANDS_H

#include "cli/options.h"

int command_env(const struct options *options, int argc, char **argv);
int command_list(const struct options *options, int argc, char **argv);
int command_report(const struct options *options, int argc, char **argv);
int command_run(const struct options *options, int argc, char **argv);
int command_selftest(const struct options *options, int argc, char **argv);

/* Build the report of run_dir and print what came of it; shared by run and report. Returns the exit code. */
int report_and_print(const char *run_dir, const struct options *options);

#endif
