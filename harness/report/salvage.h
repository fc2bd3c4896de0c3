/* SPDX-License-Identifier: Apache-2.0 */
/* A journal with damaged lines, read all the same because somebody asked for it: they are counted and named. */
#ifndef QUINTET_REPORT_SALVAGE_H
#define QUINTET_REPORT_SALVAGE_H

#include "report/aggregate.h"

#include "record/journal.h"

/* A line that is left out. `arg` is the run; the first lines are kept in words in run->salvaged. */
void salvage_note(const struct journal_problem *problem, void *arg);

/* After the last line: run->salvaged becomes a sentence, and the run gets a severe taint "salvaged" with it, which
 * stands wherever taints do. 0 or -ENOMEM. Nothing, where no line was left out. */
int salvage_tell(struct report_run *run);

#endif
