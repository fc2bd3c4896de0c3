/* SPDX-License-Identifier: Apache-2.0 */
/* Every reason why a run can't be trusted, or only with care: damage, work not verified, what is missing, taints. */
#ifndef QUINTET_REPORT_VERIFY_H
#define QUINTET_REPORT_VERIFY_H

#include "report/report.h"

#include <stdbool.h>

enum verify_class {
    VERIFY_DAMAGED,    /* stored results are not what the run wrote */
    VERIFY_UNVERIFIED, /* work was not done, or done otherwise */
    VERIFY_INCOMPLETE, /* trials failed or were never made */
    VERIFY_TAINTED,    /* the machine was in no state for a verdict, or nobody can know */
    VERIFY_CLASS_COUNT,
};
extern const char *const verify_class_names[VERIFY_CLASS_COUNT]; /* "damaged", ... */

struct verify_result {
    unsigned count[VERIFY_CLASS_COUNT];
    unsigned trials_ok_count, cells_count;
    char run_id[64];
    char message[REPORT_MESSAGE_LEN]; /* why it can't be read, where verify_run() says so; or "" */
};

/*
 * Look at the run in run_dir (salvage: past damaged lines of its journal, too, each of which counts) and call
 * each(class, object, what, arg) for every reason; object and what are valid during the call only and may hold anything
 * a file can hold. Writes nothing. 0, whatever was found, or -errno: there is no run there (-ENOENT), or it can't be
 * read; what could not be is in result->message.
 */
int verify_run(const char *run_dir, bool salvage, struct verify_result *result,
               void (*each)(enum verify_class class, const char *object, const char *what, void *arg), void *arg);

#endif
