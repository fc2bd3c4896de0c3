/* SPDX-License-Identifier: Apache-2.0 */
/* A stored run is gone on with: which block is the next, which trials count, and as what. */
#include "quintet_criterion.h"

#include "replay_campaign.h"

TestSuite(replay, .timeout = 30);

static const char first_session[] =
    "[{\"status\":\"running\",\"started_utc\":\"2026-01-01T00:00:00Z\",\"first_block\":0}]";

Test(replay, a_run_without_a_trial_begins_at_its_begin)
{
    given_run(first_session, 0);
    goes_on_with(0, 0);
    cr_expect_eq(campaign_g.session, 1u);
    cr_expect_eq(result_g.ok, 0u);
}

/* Killed before its journal was there, or before anything was in it. */
Test(replay, a_run_without_a_journal_begins_at_its_begin)
{
    given_run(first_session, 0);
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    goes_on_with(0, 0);
}

Test(replay, whole_blocks_count)
{
    given_run(first_session, 0);
    blocks(0, 3, 0);
    goes_on_with(3, 0);
    cr_expect_eq(result_g.ok, 6u);
    cr_expect_eq(campaign_g.run_ns_sum, 6000.0);
    cr_expect(result_g.reruns == 0 && campaign_g.reruns_left == 2);
    cr_expect(!campaign_g.precise);
}

Test(replay, of_a_torn_block_nothing_counts)
{
    given_run(first_session, 0);
    blocks(0, 2, 0);
    TRIAL(1, 2, .end = END_OK);
    goes_on_with(2, 1);
    cr_expect_eq(result_g.ok, 4u);
}

Test(replay, the_first_block_may_be_torn)
{
    given_run(first_session, 0);
    TRIAL(1, 0, .end = END_OK);
    goes_on_with(0, 1);
    cr_expect_eq(result_g.ok, 0u);
}

Test(replay, the_whole_run_may_be_there)
{
    given_run(first_session, 0);
    blocks(0, REPLAY_BLOCKS, 0);
    goes_on_with(REPLAY_BLOCKS, 0);
    cr_expect_eq(campaign_g.levels.foreign.n, 0u, "trials of a microsecond tell nothing of load");
}

/* An interrupted trial has to be made again, and with it its block. */
Test(replay, a_block_cut_short_is_torn)
{
    given_run(first_session, 0);
    blocks(0, 1, 0);
    TRIAL(0, 1, .end = END_OK);
    TRIAL(1, 1, .end = END_INTERRUPTED, .reason = "SIGINT");
    goes_on_with(1, 2);
    cr_expect_eq(result_g.failed, 0u);
}

/* ... but a trial that failed is one. */
Test(replay, a_failed_trial_is_a_trial)
{
    given_run(first_session, 0);
    TRIAL(0, 0, .end = END_OK);
    TRIAL(1, 0, .end = END_TIMEOUT, .reason = "too slow");
    TRIAL(0, 1, .end = END_OK);
    TRIAL(1, 1, .end = END_OK);
    goes_on_with(2, 0);
    cr_expect(result_g.ok == 3 && result_g.failed == 1 && failures_g[1] == 0);
    cr_expect_str_eq(result_g.first_failure, "floor/threads/w1/k1, block 0: timeout: too slow");
}

/* After two failures in a row a cell is left out: its blocks are whole without it. What that led to was noted then. */
Test(replay, a_cell_that_was_given_up_is_not_missed)
{
    given_run(first_session, 0);
    for (unsigned block = 0; block < 2; block++) {
        TRIAL(0, block, .end = END_OK);
        TRIAL(1, block, .end = END_CRASHED, .reason = "SIGSEGV");
    }
    TRIAL(0, 2, .end = END_OK);
    TRIAL(0, 3, .end = END_OK);
    goes_on_with(4, 0);
    cr_expect(failures_g[0] == 0 && failures_g[1] == GIVE_UP_AFTER && result_g.failed == 2);
    cr_expect_eq(size_of("events.jsonl"), (off_t)-1, "that has been noted");
}

Test(replay, a_cell_that_cannot_run_is_not_missed)
{
    given_run(first_session, 0);
    strcpy(cells_g[1].skip, "x");
    TRIAL(0, 0, .end = END_OK);
    TRIAL(0, 1, .end = END_OK);
    goes_on_with(2, 0);
    cells_g[1].skip[0] = '\0';
}

/* --- disturbed trials ------------------------------------------------------------------------------------------------
 */

/* One that was disturbed and not made again at the block's end is owed; its block is torn. */
Test(replay, a_disturbed_trial_is_owed)
{
    given_run(first_session, 0);
    blocks(0, 1, 0);
    TRIAL(0, 1, .gate = "x");
    TRIAL(1, 1, .end = END_OK);
    goes_on_with(1, 2);
}

Test(replay, a_disturbed_trial_that_was_made_again_is_settled)
{
    given_run(first_session, 0);
    TRIAL(0, 0, .gate = "steal");
    TRIAL(1, 0, .end = END_OK);
    TRIAL(0, 0, .attempts = 2);
    goes_on_with(1, 0);
    cr_expect(result_g.ok == 2 && result_g.gated == 1);
    cr_expect(result_g.reruns == 1 && campaign_g.reruns_left == 1);
}

/* ... the last time that it may be, whatever comes of it. */
Test(replay, after_the_last_attempt_nothing_is_owed)
{
    given_run(first_session, 0);
    campaign_g.reruns_left = 9;
    TRIAL(1, 0, .end = END_OK);
    TRIAL(0, 0, .gate = "steal");
    TRIAL(0, 0, .gate = "steal", .attempts = 2);
    TRIAL(0, 0, .gate = "steal", .attempts = GATE_ATTEMPTS_MAX);
    goes_on_with(1, 0);
    cr_expect(result_g.reruns == 2 && campaign_g.reruns_left == 7 && result_g.gated == 3);
}

Test(replay, after_the_last_but_one_it_is)
{
    given_run(first_session, 0);
    campaign_g.reruns_left = 9;
    TRIAL(1, 0, .end = END_OK);
    TRIAL(0, 0, .gate = "steal");
    TRIAL(0, 0, .gate = "steal", .attempts = GATE_ATTEMPTS_MAX - 1);
    goes_on_with(0, 3);
    cr_expect(result_g.reruns == 0 && campaign_g.reruns_left == 9, "trials that do not count took nothing");
}

/* The run may make so many trials again and no more: those of the last block are among them. */
Test(replay, where_no_rerun_is_left_none_is_owed)
{
    given_run(first_session, 0);
    TRIAL(0, 0, .gate = "steal");
    TRIAL(1, 0, .gate = "steal");
    TRIAL(0, 0, .gate = "steal", .attempts = 2);
    TRIAL(1, 0, .gate = "steal", .attempts = 2);
    goes_on_with(1, 0);
    cr_expect(campaign_g.reruns_left == 0 && result_g.reruns == 2);
}

Test(replay, where_one_rerun_is_left_it_is_owed)
{
    given_run(first_session, 0);
    TRIAL(0, 0, .gate = "steal");
    TRIAL(1, 0, .gate = "steal");
    TRIAL(0, 0, .gate = "steal", .attempts = 2);
    goes_on_with(0, 3);
}

/* More were made again than this version would: there are none left, and not four thousand million. */
Test(replay, reruns_do_not_go_below_none)
{
    given_run(first_session, 0);
    campaign_g.reruns_left = 1;
    for (unsigned block = 0; block < 2; block++) {
        TRIAL(0, block, .gate = "steal");
        TRIAL(1, block, .end = END_OK);
        TRIAL(0, block, .attempts = 2);
    }
    goes_on_with(2, 0);
    cr_expect(campaign_g.reruns_left == 0 && result_g.reruns == 2);
}

/* A disturbed trial of a run without gates cannot be; one that failed and was disturbed is no matter of gates. */
Test(replay, a_failed_trial_is_not_owed)
{
    given_run(first_session, 0);
    TRIAL(0, 0, .end = END_CRASHED, .gate = "steal");
    TRIAL(1, 0, .end = END_OK);
    goes_on_with(1, 0);
}

/* What was usual so far is what gates compare with: good trials, in runs that are long enough to have gates. */
Test(replay, gates_know_what_was_usual)
{
    given_run(first_session, 0);
    for (unsigned block = 0; block < 2; block++)
        for (unsigned cell = 0; cell < REPLAY_CELLS; cell++)
            TRIAL(cell, block, .run_ns = 2 * GATE_LEVEL_RUN_NS, .gate = "steal", .attempts = GATE_ATTEMPTS_MAX);
    campaign_g.reruns_left = 99;
    goes_on_with(2, 0);
    cr_expect_eq(campaign_g.levels.foreign.n, 4u);
}

Test(replay, failed_trials_are_not_usual)
{
    given_run(first_session, 0);
    for (unsigned cell = 0; cell < REPLAY_CELLS; cell++)
        TRIAL(cell, 0, .end = END_IMPLAUSIBLE, .reason = "x");
    goes_on_with(1, 0);
    cr_expect_eq(campaign_g.levels.foreign.n, 0u);
}

Test(replay, short_runs_have_no_gates)
{
    plan_g.blocks = GATE_BLOCKS_MIN - 1;
    given_run(first_session, 0);
    for (unsigned cell = 0; cell < REPLAY_CELLS; cell++)
        TRIAL(cell, 0, .run_ns = 2 * GATE_LEVEL_RUN_NS);
    goes_on_with(1, 0);
    cr_expect_eq(campaign_g.levels.foreign.n, 0u);
    plan_g.blocks = GATE_BLOCKS_MIN;
    given_run(first_session, 0);
    for (unsigned cell = 0; cell < REPLAY_CELLS; cell++)
        TRIAL(cell, 0, .run_ns = 2 * GATE_LEVEL_RUN_NS);
    goes_on_with(1, 0);
    cr_expect_eq(campaign_g.levels.foreign.n, 2u);
}

/* --- a rule of precision ---------------------------------------------------------------------------------------------
 */

/* All trials alike: as narrow as can be, at the first of the block counts at which the rule looks. */
Test(replay, precision_that_was_reached_stays_so)
{
    given_run(first_session, 0.02);
    plan_g.blocks = 10;
    precision_fini(&campaign_g.precision);
    cr_assert_eq(precision_init(&campaign_g.precision, &plan_g, 0.02), 0);
    blocks(0, 9, 0);
    goes_on_with(9, 0);
    cr_expect(campaign_g.precise);
}

Test(replay, precision_that_was_not_reached_goes_on)
{
    given_run(first_session, 0.02);
    plan_g.blocks = 10;
    precision_fini(&campaign_g.precision);
    cr_assert_eq(precision_init(&campaign_g.precision, &plan_g, 0.02), 0);
    for (unsigned block = 0; block < 9; block++) {
        TRIAL(0, block, .run_ns = 1000 + 500 * (block % 3));
        TRIAL(1, block, .end = END_OK);
    }
    goes_on_with(9, 0);
    cr_expect(!campaign_g.precise);
}
