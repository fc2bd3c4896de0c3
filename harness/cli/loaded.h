/* SPDX-License-Identifier: Apache-2.0 */
/* A stored run in memory, with its comparisons. Commands that look at runs open them here, so that all say the same
 * about one that cannot be read. */
#ifndef QUINTET_CLI_LOADED_H
#define QUINTET_CLI_LOADED_H

#include "report/paired.h"
#include "report/report.h"

struct loaded {
    struct report_run run;
    struct pairing pairing;
    struct report_result result; /* 25 KB: not for the stack */
    int dirfd;                   /* -1: not open */
};

/* Load. 0, or the exit code after a message. loaded_close() in any case, once dirfd has been set to -1 or this called.
 */
int loaded_open(struct loaded *loaded, const char *run_dir);
void loaded_close(struct loaded *loaded);

#endif
