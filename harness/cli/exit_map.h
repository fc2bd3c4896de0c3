/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a command, as an exit code of message.h (where exit_graver() is). No words: those are said where the
 * outcome is at hand. */
#ifndef QUINTET_CLI_EXIT_MAP_H
#define QUINTET_CLI_EXIT_MAP_H

#include <stdbool.h>

struct campaign_result;
struct reproduction;
struct run_comparison;
struct verify_result;

/* campaign_run() returned rc, a negative errno; storage: because the results could not be stored. */
int exit_of_campaign_error(int rc, bool storage);

/*
 * A campaign that came to its end, by its trials: work that was not done is graver than a failure. A run without one
 * number in it is no success: EXIT_UNTRUSTED if its trials were all disturbed, EXIT_NOTHING if nothing could be run;
 * unless ceilings are what it found, or a signal ended it.
 */
int exit_of_trials(const struct campaign_result *result);

/* A ceiling is a result where a sweep meets it; but whoever named the strategy and K (`named`) has asked for just that.
 */
int exit_of_ceilings(const struct campaign_result *result, bool named);

/* A signal (0: none) is the last word, but for storage and our own bugs: then what is stored is not what was measured.
 */
int exit_of_signal(int code, int signal);

/* Of a run's code, which may be a signal's, and that of what could not be done for it beforehand. */
int exit_of_both(int run, int preflight);

/* report_build() returned rc; storing: when all had been read, and it was being written. */
int exit_of_report(int rc, bool storing);

/* What verify_run() found; strict: taints count, too. */
int exit_of_verify(const struct verify_result *result, bool strict);

/*
 * Two runs were compared. EXIT_CORRUPT where they cannot be; fail_on_slower: EXIT_WORSE for a cell that is slower by
 * verdict and does the same amount of work (another amount is a caution, and a gate wants certainty), and EXIT_CORRUPT
 * between two machines, of which a gate decides nothing.
 */
int exit_of_comparison(const struct run_comparison *comparison, bool fail_on_slower);
unsigned exit_count_slower(const struct run_comparison *comparison); /* of the cells, those meant above */

/* The claims of a stored run were held against a new one: EXIT_WORSE if one is contradicted. */
int exit_of_reproduction(const struct reproduction *reproduction);

#endif
