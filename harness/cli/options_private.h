/* SPDX-License-Identifier: Apache-2.0 */
/* What options.c (the command line), option_table.c, option_values.c (one value) and option_job.c (a job file) share.
 */
#ifndef QUINTET_CLI_OPTIONS_PRIVATE_H
#define QUINTET_CLI_OPTIONS_PRIVATE_H

#include "cli/option_table.h"

enum { OPTION_ROWS_MAX = 96 };

#define AT(member) offsetof(struct options, member)

/* Where in a job file the option stands that is being set: "FILE:line:column"; "" for the command line's own. */
extern char option_job_place[JOB_WHERE_LEN];

/* Say what is wrong. The exit code: EXIT_USAGE, or within a job file EXIT_JOB_FILE. */
int option_usage(const char *code, const char *object, const char *what, const char *hint);
int option_unknown(const char *argument, const struct command *command);
int option_no_memory(void);

/* The row of this name for a command, or NULL. */
const struct option_spec *option_find(const char *name, size_t len, unsigned command);

/* Set it. `value` is kept where the option is a text. 0 or the exit code, after a message. */
int option_set(struct options *out, const struct option_spec *option, char *value);

/* The options of the job file out->job_path, or of what a stored run kept of it; seen[row]: those that the command line
 * has given. 0 or the exit code. */
int option_apply_job(struct options *out, const struct command *command, const bool seen[], const json_t *kept);

#endif
