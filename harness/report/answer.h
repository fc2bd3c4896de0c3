/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer in at most eight sentences, whatever the number of workloads: the works that have one and the same best
 * set stand together in one sentence, each with its K, the next strategy and the interval of its ratio. Nothing is
 * averaged over workloads. Where findings_build() needs no more than eight sentences, those are the answer.
 */
#ifndef QUINTET_REPORT_ANSWER_H
#define QUINTET_REPORT_ANSWER_H

#include "report/aggregate.h"
#include "report/paired.h"
#include "report/text.h"

enum { ANSWER_MAX = 8 };

/*
 * Up to `most` (2 or more) sentences as Markdown into out[], each text to be freed by the caller: the sets that are
 * best for most work first, one sentence that names the rest, and what a hand-off costs. Returns how many; 0 without
 * memory or without anything to compare.
 */
unsigned answer_build(const struct report_run *run, const struct pairing *pairing, struct text *out, unsigned most);

#endif
