/* SPDX-License-Identifier: Apache-2.0 */
/* What the writing and the reading half of the journal agree on. */
#ifndef QUINTET_RECORD_JOURNAL_PRIVATE_H
#define QUINTET_RECORD_JOURNAL_PRIVATE_H

#include "record/journal.h"

#define JOURNAL_NAME "trials.jsonl"

/* Far above what a run writes (5 000 trials are 6 MB): whatever is bigger is not ours, and is not read into memory. */
enum { JOURNAL_LIMIT_BYTES = 256 << 20 };

/* hist/<16 hex digits>.jsonl, one file per cell. The name is a hash because a cell's id is too long for a file name. */
void journal_hist_name(const char *id, char *name, size_t len);

/* By enum hist_kind. */
extern const char *const journal_hist_kinds[];

#endif
