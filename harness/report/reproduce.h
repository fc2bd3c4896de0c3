/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do the claims of a stored run hold in another one, made of the same cells on this machine?
 *
 * A claim is a verdict of the stored run's report: "this strategy is slower than the best one of its contest", "as fast
 * as", and "the best is among these". The question is whether the claim holds, not whether the number is equal: ratios
 * are of strategies within the same block, on either side, and absolute numbers are never set side by side. "There" is
 * the stored run, "here" the new one.
 *
 *   reproduced     here, too: the same verdict; or the best set here lies within the one there
 *   contradicted   the other verdict here: the other way round, a difference where there was none, equivalent where
 *                  there was a difference (unless the whole interval lies on the claim's side of 1); or the two best
 *                  sets have nothing in common
 *   weaker         neither: no verdict here, or a difference of the same sign that is within the margin; or best sets
 *                  that share members, but the one here has further ones
 *   not testable   no numbers here, fewer than six blocks, another protocol
 *
 * A contest is the same case at the same K; where no case has the same text, the one that differs in amounts of work
 * only (compare_match.h), as a plan has it that was scaled to other CPUs.
 *
 * The pairs that are held against the stored run's are one family for Holm's correction, as the claims of a report are.
 */
#ifndef QUINTET_REPORT_REPRODUCE_H
#define QUINTET_REPORT_REPRODUCE_H

#include "report/paired.h"

enum judgement { JUDGED_REPRODUCED, JUDGED_WEAKER, JUDGED_CONTRADICTED, JUDGED_NOT_TESTABLE, JUDGEMENT_COUNT };
extern const char *const judgement_names[JUDGEMENT_COUNT]; /* "reproduced", "weaker", ... */

/* One case at one K on both sides. */
struct retested_contest {
    const struct situation *there, *here; /* borrowed; `here` is NULL where the new run has none */
    bool other_amount;                    /* of work: the case is the same but for it */
    double tau; /* Kendall's, of the order of the strategies that have numbers on both sides; NaN for fewer than two */
};

struct judged_claim {
    unsigned contest;          /* index into the reproduction's contests */
    bool of_best_set;          /* else of a pair, and the next four mean something */
    unsigned reference, other; /* cells of the stored run */
    struct claim there, here;  /* `other` as a multiple of `reference`; here.ratio.n == 0 where it was not tested */
    enum judgement judgement;
    char reason[REASON_LEN + 64]; /* why it is not testable; else "" */
};

struct reproduction {
    const struct report_run *there, *here; /* borrowed */
    struct retested_contest *contests; /* all of the stored run's that have a best strategy and somebody beside it */
    struct judged_claim *claims;       /* in the order of the contests: the best set, then the pairs */
    unsigned n_contests, n_claims;
    unsigned count[JUDGEMENT_COUNT];
    double tau;      /* median over the contests that have one; NaN without any */
    unsigned n_taus; /* how many have one */
    /* How long a trial's timed part is: medians over the contests' cells on both sides, without serial; NaN without any
     */
    double run_ns_there, run_ns_here;
    unsigned n_run_ns;
};

/* Judge. 0 or -ENOMEM; reproduction_fini() in any case. Runs and pairings must outlive it. */
int reproduction_build(struct reproduction *out, const struct report_run *there, const struct pairing *pairs_there,
                       const struct report_run *here, const struct pairing *pairs_here);
void reproduction_fini(struct reproduction *reproduction);

/* The strategies of the situation's best set into `names` (room for run->n_strategies). How many. */
unsigned situation_best_set(const struct report_run *run, const struct situation *situation, const char **names);

/* The document of reproduce.json (quintet.reproduce/1.1). `comparability` is that of the two runs, in words. New
 * reference, or NULL. */
json_t *reproduction_to_json(const struct reproduction *reproduction, const char *comparability);

#endif
