/* SPDX-License-Identifier: Apache-2.0 */
/* The option table: one list feeds parsing, --help and whatever else describes the command line. */
#ifndef QUINTET_CLI_OPTIONS_H
#define QUINTET_CLI_OPTIONS_H

#include "cli/job.h"
#include "run/plan.h"

enum {
    COMMAND_LIST = 1 << 0,
    COMMAND_RUN = 1 << 1,
    COMMAND_REPORT = 1 << 2,
    COMMAND_SELFTEST = 1 << 3,
    COMMAND_ENV = 1 << 4,
    COMMAND_VERIFY = 1 << 5,
    COMMAND_STATS = 1 << 6,
    COMMAND_COMPARE = 1 << 7,
    COMMAND_EXPORT = 1 << 8,
    COMMAND_PLAN = 1 << 9,
    COMMAND_DOCTOR = 1 << 10,
    COMMAND_REPRODUCE = 1 << 11,
    COMMAND_HELP = 1 << 12,
};

struct options {
    struct plan_request request;
    const char *results_dir;
    const char *resume;     /* the run to go on with, or NULL */
    const char *reproduces; /* ... and the run whose claims it judges; NULL: none */
    const char *copy_report_to;
    const char *gnuplot;
    const char *baseline;
    const char *format;
    const char *plots_dir;  /* of two runs */
    const char *json_path;  /* --json FILE, where a command has that; NULL with --json - */
    const char *completion; /* the shell's name */
    double margin, precision;
    const char *job_path; /* NULL: none */
    struct job job;
    const char *operands[8];
    unsigned n_operands;
    uint64_t timeout_s, repeat, budget_ns, slo_ns;
    bool dry_run, json, quiet, strict, paired, higher_is_better, fail_on_slower, require_plots, no_report, have_seed,
        have_profile, have_results, fix_script, man, resume_elsewhere, scale_work, salvage;
};

struct command {
    const char *name, *operands, *summary;
    unsigned bit;
    int (*run)(const struct options *options, int argc, char **argv);
};
extern const struct command commands[]; /* ends with name == NULL */

/* By name; NULL: there is no such command. */
const struct command *command_find(const char *name);

/* Parse argv[from..] for one command, and the job file it may name. 0, or the exit code after a message (EXIT_USAGE,
 * EXIT_JOB_FILE). The options point into argv and into the job. */
int options_parse(struct options *out, const struct command *command, int argc, char **argv, int from);

/* The same for the command line of a stored run: a job file is not read again, `job` is what the run kept of it. */
int options_parse_kept(struct options *out, const struct command *command, int argc, char **argv, int from,
                       const json_t *job);

/* quintet --help, or one command's. To stdout. */
void options_print_help(const struct command *command);

#endif
