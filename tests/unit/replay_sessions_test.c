/* SPDX-License-Identifier: Apache-2.0 */
/* A stored run is gone on with: sessions, what the report says of them, and journals that no run of ours has written.
 */
#include "quintet_criterion.h"

#include "replay_campaign.h"

#include "record/seal.h"

TestSuite(replay_sessions, .timeout = 30);

static const char two_sessions[] =
    "[{\"status\":\"interrupted\",\"started_utc\":\"2026-01-01T00:00:00Z\",\"first_block\":0,\"elapsed_s\":40.5},"
    " {\"status\":\"running\",\"started_utc\":\"2026-01-02T00:00:00Z\",\"first_block\":1}]";

/* A torn block was made anew by the next session: what the one before had of it does not count. */
Test(replay_sessions, each_block_is_of_one_session)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    TRIAL(1, 1, .end = END_CRASHED, .reason = "x");
    blocks(1, 3, 1);
    TRIAL(0, 3, .session = 1);
    goes_on_with(3, 2);
    cr_expect_eq(campaign_g.session, 2u);
    cr_expect(result_g.ok == 6 && result_g.failed == 0);
}

/* The last line may be of a block that the next session has begun anew and was killed in. */
Test(replay_sessions, what_does_not_count_is_no_last_block)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    TRIAL(1, 1, .end = END_OK);
    goes_on_with(1, 1);
    cr_expect_eq(result_g.ok, 2u);
}

/* ... and what was made again in it then has taken nothing from what may be made again now. */
Test(replay_sessions, reruns_of_a_torn_block_do_not_count)
{
    given_run(two_sessions, 0);
    campaign_g.reruns_left = 1;
    blocks(0, 1, 0);
    TRIAL(1, 1, .attempts = 2);
    TRIAL(0, 1, .session = 1, .gate = "steal");
    TRIAL(1, 1, .session = 1);
    goes_on_with(1, 3);
}

/* The last block is the greatest, wherever its lines stand. */
Test(replay_sessions, a_line_of_an_earlier_block_at_the_end)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    blocks(1, 2, 1);
    TRIAL(0, 0, .attempts = 2);
    goes_on_with(2, 0);
}

/* --- how long they took ----------------------------------------------------------------------------------------------
 */

static void last_session_is(const char *status, const char *ended, double elapsed_s, double before_s)
{
    const json_t *last = json_array_get(campaign_g.sessions, json_array_size(campaign_g.sessions) - 1);
    cr_expect_str_eq(json_string_value(json_object_get(last, "status")), status);
    if (ended)
        cr_expect_str_eq(json_string_value(json_object_get(last, "ended_utc")), ended);
    else
        cr_expect_null(json_object_get(last, "ended_utc"));
    cr_expect_float_eq(json_number_value(json_object_get(last, "elapsed_s")), elapsed_s, 1e-9);
    cr_expect_float_eq(campaign_g.elapsed_before_s, before_s, 1e-9);
}

/* Who was killed lived at least until the last trial. */
Test(replay_sessions, a_killed_session_lasted_until_its_last_trial)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    TRIAL(0, 1, .session = 1, .started_utc = "2026-01-02T00:01:10Z");
    goes_on_with(1, 1);
    last_session_is("killed", "2026-01-02T00:01:10Z", 70, 110.5);
    const json_t *first = json_array_get(campaign_g.sessions, 0);
    cr_expect_str_eq(json_string_value(json_object_get(first, "status")), "interrupted");
    const json_t *stored = json_array_get(json_object_get(resume_g.run, "sessions"), 1);
    cr_expect_str_eq(json_string_value(json_object_get(stored, "status")), "running", "what was read is left alone");
}

Test(replay_sessions, a_second_is_a_time)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    TRIAL(0, 1, .session = 1, .started_utc = "2026-01-02T00:00:01Z");
    goes_on_with(1, 1);
    last_session_is("killed", "2026-01-02T00:00:01Z", 1, 41.5);
}

Test(replay_sessions, a_session_that_ended_is_left_as_it_is)
{
    given_run("[{\"status\":\"interrupted\",\"started_utc\":\"2026-01-01T00:00:00Z\",\"first_block\":0,"
              "\"elapsed_s\":12}]",
              0);
    blocks(0, 1, 0);
    goes_on_with(1, 0);
    last_session_is("interrupted", NULL, 12, 12);
}

/* A clock that was set back, or a stamp that is none, makes no time. */
Test(replay_sessions, times_that_tell_nothing_are_no_time)
{
    static const char *const odd[] = {"2025-12-31T23:59:59Z", "2026-01-01", "2026-01-01T00:00:10Z+1", "soon"};
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++) {
        given_run("[{\"status\":\"running\",\"started_utc\":\"2026-01-01T00:00:00Z\",\"first_block\":0}]", 0);
        TRIAL(0, 0, .started_utc = "");
        trial(1, 0, (struct trial_record){.end = END_OK, .started_utc = ""});
        struct trial_record last = {.session = 0};
        snprintf(last.started_utc, sizeof last.started_utc, "%s", odd[i]);
        trial(0, 1, last);
        goes_on_with(1, 1);
        last_session_is("killed", odd[i], 0, 0);
    }
    given_run("[{\"status\":\"running\",\"first_block\":0}]", 0);
    blocks(0, 1, 0);
    goes_on_with(1, 0);
    last_session_is("killed", "2026-01-01T00:00:30Z", 0, 0);
}

/* --- what no run of ours has written ---------------------------------------------------------------------------------
 */

Test(replay_sessions, a_trial_of_another_seed)
{
    given_run(two_sessions, 0);
    TRIAL(0, 0, .seed = REPLAY_SEED + 1);
    is_refused(-EBADMSG, false,
               "trials.jsonl: floor/serial/w1/k1, block 0: no trial that this plan, seed and session could have made");
}

Test(replay_sessions, a_trial_of_a_block_beyond_the_last)
{
    given_run(two_sessions, 0);
    TRIAL(0, REPLAY_BLOCKS, .session = 1);
    is_refused(-EBADMSG, false, "floor/serial/w1/k1, block 7: no trial");
}

Test(replay_sessions, a_trial_of_a_session_that_was_not)
{
    given_run(two_sessions, 0);
    TRIAL(0, 0, .session = 2);
    is_refused(-EBADMSG, false, "floor/serial/w1/k1, block 0: no trial");
}

Test(replay_sessions, a_trial_of_another_cell)
{
    given_run(two_sessions, 0);
    TRIAL(REPLAY_CELLS, 0, .end = END_OK);
    is_refused(-EBADMSG, false, "floor/threads/w1/k2, block 0: no trial");
}

/* Blocks are made one after the other: only the last one can lack a trial. */
Test(replay_sessions, a_block_in_the_middle_lacks_a_trial)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    TRIAL(0, 1, .session = 1);
    blocks(2, 3, 1);
    is_refused(-EBADMSG, false, "trials.jsonl: block 1 lacks trials and is not the last");
}

/* A cell that failed twice may be missing afterwards, and not before. */
Test(replay_sessions, the_first_block_lacks_a_trial)
{
    given_run(two_sessions, 0);
    TRIAL(0, 0, .end = END_OK);
    blocks(1, 3, 1);
    is_refused(-EBADMSG, false, "trials.jsonl: block 0 lacks trials and is not the last");
}

Test(replay_sessions, a_run_has_had_a_session)
{
    given_run("[]", 0);
    is_refused(-EBADMSG, false, "run.json: it has 0 sessions");
}

Test(replay_sessions, a_run_has_not_had_a_thousand_sessions)
{
    given_run("[{}]", 0);
    json_t *sessions = json_object_get(resume_g.run, "sessions");
    while (json_array_size(sessions) < SEAL_SESSIONS_MAX)
        json_array_append_new(sessions, json_object());
    is_refused(-EBADMSG, false, "run.json: it has 1000 sessions");
    json_array_remove(sessions, 0);
    result_g.why[0] = '\0';
    cr_expect_eq(replay_journal(&campaign_g), 0, "%s", result_g.why);
}

Test(replay_sessions, a_line_that_is_damaged)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    put("trials.jsonl", "{}\n{}\n", 6);
    is_refused(-EBADMSG, false, "line 3");
}

Test(replay_sessions, a_line_of_another_version)
{
    given_run(two_sessions, 0);
    json_t *json = trial_record_to_json(&record_g);
    json_object_set_new(json, "schema", json_string("quintet.trial/2.0"));
    put_json("trials.jsonl", json, true);
    is_refused(-EPROTONOSUPPORT, false, "quintet.trial/2.0");
}

Test(replay_sessions, a_journal_that_is_no_file)
{
    given_run(two_sessions, 0);
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    cr_assert_eq(mkdirat(dirfd_g, "trials.jsonl", 0700), 0);
    is_refused(-EBADMSG, false, "trials.jsonl");
}

/* What cannot be read may be whole: that is no damage. */
Test(replay_sessions, a_journal_that_cannot_be_read)
{
    given_run(two_sessions, 0);
    campaign_g.run_fd = -1;
    is_refused(-EBADF, true, "trials.jsonl");
}

/* --- going on --------------------------------------------------------------------------------------------------------
 */

Test(replay_sessions, what_a_kill_has_left_is_cleaned_up)
{
    given_run(two_sessions, 0);
    blocks(0, 1, 0);
    put("events.jsonl", "{}\n{\"torn", 9);
    put("SHA256SUMS", "x", 1);
    put("run.json.4194305.tmp", "x", 1);
    cr_assert_eq(mkdirat(dirfd_g, "data", 0700), 0);
    put("data/left", "x", 1);
    cr_assert_eq(replay_begin(&campaign_g), 0, "%s", result_g.why);
    cr_expect_eq(size_of("events.jsonl"), (off_t)3);
    cr_expect_eq(size_of("SHA256SUMS"), (off_t)-1, "a seal would be wrong after the next line");
    cr_expect_eq(size_of("run.json.4194305.tmp"), (off_t)-1);
    cr_expect_eq(size_of("data/left"), (off_t)-1);
    cr_expect_eq(replay_begin(&campaign_g), 0, "where nothing was left: %s", result_g.why);
}

Test(replay_sessions, a_seal_that_stays_is_told)
{
    given_run(two_sessions, 0);
    cr_assert_eq(mkdirat(dirfd_g, "SHA256SUMS", 0700), 0);
    strcpy(result_g.run_dir, "the/run");
    cr_expect_eq(replay_begin(&campaign_g), -EISDIR);
    cr_expect_str_eq(result_g.why, "the/run: Is a directory");
    cr_expect(result_g.storage);
}

/* The seal must be gone before the next line is there: a descriptor that only names its directory cannot be synced. */
Test(replay_sessions, a_directory_that_cannot_be_synced_is_told)
{
    given_run(two_sessions, 0);
    strcpy(result_g.run_dir, "the/run");
    campaign_g.run_fd = open(dir_g, O_PATH | O_DIRECTORY | O_CLOEXEC);
    cr_expect_eq(replay_begin(&campaign_g), -EBADF);
    cr_expect_str_eq(result_g.why, "the/run: Bad file descriptor");
    cr_expect(result_g.storage);
}

/* Taints that are worked out anew at the end are not kept twice. */
Test(replay_sessions, taints_of_earlier_sessions_are_kept)
{
    given_run(two_sessions, 0);
    json_object_set_new(resume_g.run, "taints",
                        json_loads("[{\"id\":\"steal\"},{\"id\":\"vm\"},{\"id\":\"foreign_load\"},{\"id\":\"resumed\"},"
                                   "{\"id\":\"resumed_elsewhere\"},{},{\"id\":\"governor\"},{\"id\":7}]",
                                   0, NULL));
    cr_assert_eq(replay_begin(&campaign_g), 0, "%s", result_g.why);
    cr_assert_eq(json_array_size(campaign_g.taints), 2u);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(campaign_g.taints, 0), "id")), "vm");
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(campaign_g.taints, 1), "id")), "governor");
}

/* --- what the report says of it --------------------------------------------------------------------------------------
 */

static const char *taint_text(size_t i, const char *id, const char *severity)
{
    const json_t *taint = json_array_get(campaign_g.taints, i);
    cr_assert_not_null(taint, "%zu", i);
    cr_expect_str_eq(json_string_value(json_object_get(taint, "id")), id);
    const char *text = json_string_value(json_object_get(taint, "severity"));
    cr_expect(severity ? text && !strcmp(text, severity) : !text);
    return json_string_value(json_object_get(taint, "text"));
}

static void sessions_are(const char *text)
{
    json_decref(campaign_g.sessions);
    campaign_g.sessions = json_loads(text, 0, NULL);
    campaign_g.session = (unsigned)json_array_size(campaign_g.sessions) - 1;
}

Test(replay_sessions, resumptions_are_told_with_their_times)
{
    given_run(two_sessions, 0);
    sessions_are("[{\"started_utc\":\"2026-01-01T00:00:00Z\",\"first_block\":0},"
                 "{\"started_utc\":\"2026-01-02T00:00:00Z\",\"first_block\":3},"
                 "{\"started_utc\":\"2026-01-03T00:00:00Z\",\"first_block\":5}]");
    replay_tell(&campaign_g);
    cr_assert_eq(json_array_size(campaign_g.taints), 1u);
    cr_expect_str_eq(
        taint_text(0, "resumed", NULL),
        "The run was resumed (2 ×): on 2026-01-02T00:00:00Z with block 3, on 2026-01-03T00:00:00Z with block 5. "
        "Each block is of one session.");
}

Test(replay_sessions, what_does_not_count_and_what_was_elsewhere_are_told)
{
    given_run(two_sessions, 0);
    sessions_are("[{\"started_utc\":\"2026-01-01T00:00:00Z\",\"first_block\":0},"
                 "{\"started_utc\":\"2026-01-02T00:00:00Z\",\"first_block\":1,\"differs_in\":\"kernel, program\"}]");
    result_g.superseded = 3;
    replay_tell(&campaign_g);
    cr_assert_eq(json_array_size(campaign_g.taints), 2u);
    cr_expect_str_eq(taint_text(0, "resumed_elsewhere", "severe"),
                     "Parts of the run were made by another program, kernel or machine; they differ in: kernel, "
                     "program.");
    cr_expect_str_eq(
        taint_text(1, "resumed", NULL),
        "The run was resumed (1 ×): on 2026-01-02T00:00:00Z with block 1. Each block is of one session; of "
        "torn blocks, 3 trials do not count.");
}

/* As many as there is room for: the sentence ends whole. */
Test(replay_sessions, of_very_many_resumptions_some_are_told)
{
    given_run(two_sessions, 0);
    json_decref(campaign_g.sessions);
    campaign_g.sessions = json_array();
    for (int i = 0; i < 100; i++)
        json_array_append_new(campaign_g.sessions, json_pack("{s:s, s:i}", "started_utc",
                                                             "2026-01-02T00:00:00Z, and as long as a text can be",
                                                             "first_block", 1000000 + i));
    campaign_g.session = 99;
    result_g.superseded = 1234567;
    replay_tell(&campaign_g);
    const char *text = taint_text(0, "resumed", NULL);
    size_t len = strlen(text);
    cr_expect(len > 700 && len < 1024, "%zu", len);
    static const char last[] = ". Each block is of one session; of torn blocks, 1234567 trials do not count.";
    cr_expect_str_eq(text + len - strlen(last), last);
    cr_expect(strstr(text, "2026-01-02T00:00:00Z, and as lon with block 1000001,"), "%s", text);
}
