/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which cells of two runs are the same question?
 *
 * Defaults follow the machine. An amount of work (messages to hash, requests to serve) grows with the CPUs, or a large
 * machine would be through before all of it is awake; and K comes from sweeps such as P, 8P, 64P, cut at the number of
 * tasks. So between machines of different size neither the text of a case nor K is the same where the question is.
 *
 * Cases: by the same text; else by the text without amounts, where that leaves one case on either side. A headline is a
 * rate or a cost per op, so another amount is no other quantity, but a caution: what is paid once per trial is spread
 * over more ops. Situations of two such cases: by the same K, or by the same K per CPU, never mixed up.
 */
#ifndef QUINTET_REPORT_COMPARE_MATCH_H
#define QUINTET_REPORT_COMPARE_MATCH_H

#include "report/paired.h"

/* Is this parameter of a workload, at this protocol, an amount of work? Asked for plans that do not say. */
typedef bool amount_known_fn(const char *workload, long long protocol, const char *param);

struct matched_case {
    const struct sweep *a, *b; /* borrowed */
    bool other_amount;
    char amounts[96]; /* "messages 4096 | 32768"; "" where they are equal */
};

struct matched_cases {
    struct matched_case *list; /* in the order of run a's plan */
    unsigned n;
    bool presumed; /* neither plan says of one of these cases which parameters are amounts: amount_known_fn did */
};

/* Match the cases of two runs. amount_known may be NULL: then a plan that says nothing has no amounts. 0 or -ENOMEM;
 * matched_cases_fini() in any case. Runs and pairings must outlive it. */
int matched_cases_build(struct matched_cases *out, const struct report_run *a, const struct pairing *pairs_a,
                        const struct report_run *b, const struct pairing *pairs_b, amount_known_fn *amount_known);
void matched_cases_fini(struct matched_cases *cases);

enum k_match {
    K_EQUAL,   /* the same number of tasks in flight, and as many workers as the run was granted or as the other has */
    K_PER_CPU, /* about the same number per CPU, at most twice as many, in the same regime; another number of tasks */
    K_MATCH_COUNT,
};

/* The situation of run b's case that answers to x, one of run a's. NULL if there is none. */
const struct situation *situation_match(const struct matched_case *cases, const struct situation *x,
                                        const struct report_run *a, const struct pairing *pairs_a,
                                        const struct report_run *b, const struct pairing *pairs_b, enum k_match by);

#endif
