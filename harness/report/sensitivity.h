/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Would the answer be another one if no gate had closed? The report is built from trials that passed; here the run is
 * read once more with the first attempt of every trial, disturbed or not, and the sets of best strategies are compared.
 */
#ifndef QUINTET_REPORT_SENSITIVITY_H
#define QUINTET_REPORT_SENSITIVITY_H

#include "report/paired.h"

enum { SENSITIVITY_NAMED_MAX = 5 };

struct sensitivity {
    unsigned contests, changed;                     /* cases at a K with a best strategy; with another best set */
    unsigned named[SENSITIVITY_NAMED_MAX], n_named; /* the first of the changed: indices into the pairing's list */
};

/* Compare with the loaded run. 0, -ENOMEM, or -errno as report_run_load(). */
int sensitivity_build(struct sensitivity *out, const struct report_run *run, const struct pairing *pairing);

#endif
