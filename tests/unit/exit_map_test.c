/* SPDX-License-Identifier: Apache-2.0 */
/* Which outcome gives which exit code. The codes are written as numbers here: they are a promise to scripts. */
#include "quintet_criterion.h"

#include "cli/exit_map.h"
#include "report/compare.h"
#include "report/reproduce.h"
#include "report/verify.h"
#include "run/campaign.h"

#include <errno.h>

TestSuite(exit_map);

Test(exit_map, a_campaign_that_could_not_go_on)
{
    cr_expect_eq(exit_of_campaign_error(-ENOSPC, true), 8);
    cr_expect_eq(exit_of_campaign_error(-EBADMSG, true), 8, "storage is graver");
    cr_expect_eq(exit_of_campaign_error(-EBADMSG, false), 9);
    cr_expect_eq(exit_of_campaign_error(-EPROTONOSUPPORT, false), 9);
    cr_expect_eq(exit_of_campaign_error(-ENOMEM, false), 4);
    cr_expect_eq(exit_of_campaign_error(-EBUSY, false), 4);
}

#define TRIALS(...) exit_of_trials(&(struct campaign_result){__VA_ARGS__})

Test(exit_map, trials_are_judged_by_the_gravest)
{
    cr_expect_eq(TRIALS(.ok = 3), 0);
    cr_expect_eq(TRIALS(.ok = 3, .gated = 1, .skipped = 1, .ceilings = 1), 0);
    cr_expect_eq(TRIALS(.ok = 3, .failed = 1), 5);
    cr_expect_eq(TRIALS(.failed = 1), 5);
    cr_expect_eq(TRIALS(.ok = 3, .failed = 2, .verify_failed = 1), 6);
    cr_expect_eq(TRIALS(.failed = 2, .verify_failed = 2), 6);
    cr_expect_eq(TRIALS(.ok = 3, .failed = 1, .signal = 2), 5);
}

Test(exit_map, a_run_without_a_number_is_no_success)
{
    cr_expect_eq(TRIALS(.skipped = 4), 77);
    cr_expect_eq(TRIALS(.gated = 4), 7);
    cr_expect_eq(TRIALS(.ceilings = 1), 0, "a ceiling is a result");
    cr_expect_eq(TRIALS(.ceilings = 1, .gated = 1), 0);
    cr_expect_eq(TRIALS(.signal = 15), 0, "the signal has its own code");
    cr_expect_eq(TRIALS(.signal = 15, .gated = 1), 0);
}

Test(exit_map, a_ceiling_is_no_answer_to_whoever_asked_for_just_that)
{
    cr_expect_eq(exit_of_ceilings(&(struct campaign_result){.ceilings = 2}, true), 4);
    cr_expect_eq(exit_of_ceilings(&(struct campaign_result){.ceilings = 2}, false), 0);
    cr_expect_eq(exit_of_ceilings(&(struct campaign_result){.ceilings = 0}, true), 0);
}

Test(exit_map, a_signal_is_the_last_word_but_for_storage_and_bugs)
{
    cr_expect_eq(exit_of_signal(0, 0), 0);
    cr_expect_eq(exit_of_signal(6, 0), 6);
    cr_expect_eq(exit_of_signal(0, 2), 130);
    cr_expect_eq(exit_of_signal(6, 15), 143);
    cr_expect_eq(exit_of_signal(0, 1), 129);
    cr_expect_eq(exit_of_signal(8, 15), 8);
    cr_expect_eq(exit_of_signal(70, 15), 70);
}

/* Half of what was asked for could not be done, the other half was: the graver of the two, unless a signal came. */
Test(exit_map, what_could_not_be_begun_counts_beside_what_was)
{
    cr_expect_eq(exit_of_both(0, 4), 4);
    cr_expect_eq(exit_of_both(6, 4), 6);
    cr_expect_eq(exit_of_both(5, 0), 5);
    cr_expect_eq(exit_of_both(77, 4), 4);
    cr_expect_eq(exit_of_both(129, 4), 129);
    cr_expect_eq(exit_of_both(143, 8), 143);
}

Test(exit_map, reports_that_could_not_be_made)
{
    static const int corrupt[] = {EBADMSG, EFBIG, EINVAL, EISDIR, ELOOP, ENOTDIR};
    static const int cannot[] = {ENOENT, ENOTSUP, EPROTO};
    static const int storage[] = {ENOSPC, EACCES, EIO, EROFS, ENOMEM};
    cr_expect_eq(exit_of_report(0, false), 0);
    cr_expect_eq(exit_of_report(0, true), 0);
    for (unsigned i = 0; i < sizeof corrupt / sizeof *corrupt; i++) {
        cr_expect_eq(exit_of_report(-corrupt[i], false), 9, "%d", corrupt[i]);
        cr_expect_eq(exit_of_report(-corrupt[i], true), 8, "%d, of a place to write to", corrupt[i]);
    }
    for (unsigned i = 0; i < sizeof cannot / sizeof *cannot; i++)
        cr_expect_eq(exit_of_report(-cannot[i], false), 4, "%d", cannot[i]);
    for (unsigned i = 0; i < sizeof storage / sizeof *storage; i++)
        cr_expect_eq(exit_of_report(-storage[i], false), 8, "%d", storage[i]);
    cr_expect_eq(exit_of_report(-ENOENT, true), 8);
    cr_expect_eq(exit_of_report(-ENOTSUP, true), 4, "plots were asked for; all else is written");
    cr_expect_eq(exit_of_report(-EPROTO, true), 4);
}

static int of_verify(bool strict, unsigned damaged, unsigned unverified, unsigned incomplete, unsigned tainted)
{
    struct verify_result result = {.count = {damaged, unverified, incomplete, tainted}};
    return exit_of_verify(&result, strict);
}

Test(exit_map, what_verify_found)
{
    cr_expect_eq(of_verify(false, 0, 0, 0, 0), 0);
    cr_expect_eq(of_verify(false, 1, 0, 0, 0), 9);
    cr_expect_eq(of_verify(false, 0, 1, 0, 0), 6);
    cr_expect_eq(of_verify(false, 0, 0, 1, 0), 5);
    cr_expect_eq(of_verify(false, 0, 0, 0, 1), 0, "a taint is for the reader to weigh");
    cr_expect_eq(of_verify(true, 0, 0, 0, 1), 7);
    cr_expect_eq(of_verify(true, 0, 0, 0, 0), 0);
    cr_expect_eq(of_verify(true, 1, 1, 1, 1), 6, "work not done is the gravest of them");
    cr_expect_eq(of_verify(false, 1, 0, 1, 1), 9);
    cr_expect_eq(of_verify(true, 0, 0, 1, 1), 5);
}

/* --- comparing ------------------------------------------------------------------------------------------------------
 */

/* Two cells by the same K with these verdicts; a third by K per CPU, slower, which no gate looks at. */
static int compared(enum comparability comparability, enum verdict first, enum verdict second, bool other_amount,
                    bool gate)
{
    struct compared_cell cells[] = {{.claim = {.verdict = first}, .other_amount = other_amount},
                                    {.claim = {.verdict = second}, .other_amount = other_amount},
                                    {.claim = {.verdict = VERDICT_SLOWER}}};
    return exit_of_comparison(
        &(struct run_comparison){.comparability = comparability, .cells = cells, .n_cells = 2, .n_per_cpu = 1}, gate);
}

Test(exit_map, a_gate_fails_for_what_is_slower_by_verdict)
{
    for (int c = COMPARE_SAME; c < COMPARE_CROSS; c++) {
        cr_expect_eq(compared(c, VERDICT_SLOWER, VERDICT_FASTER, false, true), 1);
        cr_expect_eq(compared(c, VERDICT_UNDECIDED, VERDICT_SLOWER, false, true), 1);
        cr_expect_eq(compared(c, VERDICT_FASTER, VERDICT_EQUIVALENT, false, true), 0);
        cr_expect_eq(compared(c, VERDICT_INSUFFICIENT, VERDICT_UNDECIDED, false, true), 0);
        cr_expect_eq(compared(c, VERDICT_SLOWER, VERDICT_SLOWER, true, true), 0, "of another amount of work");
        cr_expect_eq(compared(c, VERDICT_SLOWER, VERDICT_SLOWER, false, false), 0, "nobody asked for a gate");
    }
}

Test(exit_map, of_another_machine_a_gate_decides_nothing)
{
    cr_expect_eq(compared(COMPARE_CROSS, VERDICT_SLOWER, VERDICT_SLOWER, false, true), 9);
    cr_expect_eq(compared(COMPARE_CROSS, VERDICT_FASTER, VERDICT_FASTER, false, true), 9);
    cr_expect_eq(compared(COMPARE_CROSS, VERDICT_SLOWER, VERDICT_SLOWER, false, false), 0);
    cr_expect_eq(compared(COMPARE_IMPOSSIBLE, VERDICT_FASTER, VERDICT_FASTER, false, true), 9);
    cr_expect_eq(compared(COMPARE_IMPOSSIBLE, VERDICT_FASTER, VERDICT_FASTER, false, false), 9);
}

Test(exit_map, one_claim_that_is_contradicted_is_enough)
{
    cr_expect_eq(exit_of_reproduction(&(struct reproduction){.count = {9, 9, 0, 9}}), 0);
    cr_expect_eq(exit_of_reproduction(&(struct reproduction){.count = {9, 9, 1, 9}}), 1);
}
