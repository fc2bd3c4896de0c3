/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A synthetic run (make_run.h) in a directory of its own, its report built or its numbers loaded: for the tests of the
 * report. Each runs in a process of its own, whose end takes the directory away and gives the numbers back.
 */
#ifndef QUINTET_TESTS_GOLDEN_REPORT_RIG_H
#define QUINTET_TESTS_GOLDEN_REPORT_RIG_H

#include "quintet_criterion.h"

#include "make_run.h"

#include "report/paired.h"
#include "report/report.h"

#include <stdbool.h>
#include <sys/types.h>

extern char dir_g[64]; /* the run's directory, once there is one, and a descriptor of it */
extern int dirfd_g;
extern struct report_result result_g; /* of the last build() or load() */
extern struct report_run run_g;       /* from load() on */
extern struct pairing pairing_g;

/* A fresh directory with a run in it. */
void given_run_of(const struct make_run_options *options);
void given_run(unsigned blocks, const char *cpu_model);

/* Files of the run's directory, by their path below it. The text is to be freed. */
void put_file(const char *name, const char *text, mode_t mode);
char *get_file(const char *name);
bool have_file(const char *name);

/* A stand-in for gnuplot, a script of sh; its arguments are --default-settings -c SCRIPT OUTPUT. Returns its path. */
const char *fake_gnuplot(const char *body);
extern const char good_fake[]; /* the body of one that draws what passes for a picture */

/* Build the report; the stand-in's path, NULL: the real gnuplot. What report_build() returns. */
int build(const char *gnuplot);

/* The run's numbers, with efficiencies and contests. Once in a test. */
void load(void);
struct report_cell *cell_of(const char *id);

#endif
