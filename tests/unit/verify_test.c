/* SPDX-License-Identifier: Apache-2.0 */
/* Every reason not to trust a run is given, once, under the right class; and a sound run gives none. */
#include "quintet_criterion.h"

#include "report/report.h"
#include "report/verify.h"

#include "faulty.h"
#include "record/seal.h"
#include "record/store.h"
#include "stored_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(verify);

static struct stored_run stored;
static struct verify_result found;
static char told[32768]; /* "class object: what\n", one line a reason; the run's directory is "RUN" */

static void tell(enum verify_class class, const char *object, const char *what, void *arg)
{
    size_t used = strlen(told);
    (*(unsigned *)arg)++;
    snprintf(told + used, sizeof told - used, "%s %s: %s\n", verify_class_names[class],
             strcmp(object, stored.dir) ? object : "RUN", what);
}

/* What verify says of the stored run; what it returns must be 0, and its counts those of its words. */
static const char *verified_as(bool salvage)
{
    unsigned n = 0, sum = 0;
    told[0] = '\0';
    memset(&found, 0xee, sizeof found); /* nothing is left of what was there */
    cr_assert_eq(verify_run(stored.dir, salvage, &found, tell, &n), 0);
    for (int i = 0; i < VERIFY_CLASS_COUNT; i++)
        sum += found.count[i];
    cr_expect_eq(sum, n);
    return told;
}

static const char *verified(void)
{
    return verified_as(false);
}

static void expect_classes(unsigned damaged, unsigned unverified, unsigned incomplete, unsigned tainted)
{
    cr_expect_eq(found.count[VERIFY_DAMAGED], damaged);
    cr_expect_eq(found.count[VERIFY_UNVERIFIED], unverified);
    cr_expect_eq(found.count[VERIFY_INCOMPLETE], incomplete);
    cr_expect_eq(found.count[VERIFY_TAINTED], tainted);
}

static void given_run_of(unsigned blocks)
{
    stored_run_begin(&stored, blocks);
    stored_run_add_blocks(&stored, 0, blocks);
    stored_run_write(&stored);
    stored_run_seal(&stored);
}

Test(verify, a_sound_run_gives_no_reason)
{
    given_run_of(6);
    cr_expect_str_eq(verified(), "");
    expect_classes(0, 0, 0, 0);
    cr_expect_eq(found.cells_count, 2u);
    cr_expect_eq(found.trials_ok_count, 12u);
    cr_expect_str_eq(found.run_id, "a-run");
    cr_expect_str_eq(verified_as(true), "", "there is nothing to salvage");
}

Test(verify, where_no_run_is_there_is_nothing_to_say)
{
    unsigned n = 0;
    stored_run_begin(&stored, 6);
    cr_expect_eq(verify_run("/nonexistent", false, &found, tell, &n), -ENOENT);
    cr_expect_eq(verify_run("/dev/null", false, &found, tell, &n), -ENOTDIR);
    cr_expect_eq(verify_run(stored.dir, false, &found, tell, &n), -ENOENT, "a journal alone is no run");
    cr_expect_eq(n, 0u, "%s", told);
    cr_expect_str_eq(found.run_id, "");
}

/* Descriptor 0 is one as any other, where standard input was closed. */
Test(verify, needs_no_standard_input)
{
    given_run_of(6);
    close(0);
    cr_expect_str_eq(verified(), "");
    cr_expect_eq(open("/dev/null", O_RDONLY), 0, "the descriptor was given back");
}

Test(verify, a_run_that_was_killed_has_not_ended)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 6);
    json_object_set_new(stored.run, "status", json_string("running"));
    stored_run_write(&stored);
    cr_expect_str_eq(verified(), "tainted SHA256SUMS: is missing: the run has not ended, or was killed\n"
                                 "incomplete run.json: the run has not ended, or was killed\n");
    expect_classes(0, 0, 1, 1);
}

Test(verify, a_run_without_a_status_has_not_ended)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 6);
    json_object_del(stored.run, "status");
    json_object_del(stored.run, "run_id");
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "incomplete run.json: the run has not ended, or was killed\n");
    cr_expect_str_eq(found.run_id, "");
}

Test(verify, any_other_end_is_told)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 6);
    json_object_set_new(stored.run, "status", json_string("interrupted"));
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "incomplete run.json: the run's status is interrupted\n");
}

Test(verify, taints_are_told_whatever_they_lack)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 6);
    json_object_set_new(stored.run, "taints",
                        json_pack("[{s:s, s:s}, {s:s}, {s:s}]", "id", "steal", "text", "much of it", "id", "resumed",
                                  "text", "nameless"));
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "tainted steal: much of it\n"
                                 "tainted resumed: \n"
                                 "tainted taint: nameless\n");
    expect_classes(0, 0, 0, 3);
}

/* An exact interval of a median at 95 % takes six values. */
Test(verify, fewer_than_six_blocks_are_a_taint)
{
    given_run_of(5);
    cr_expect_str_eq(verified(), "tainted blocks: 5 blocks cannot support a 95 % interval (6 are needed)\n");
    expect_classes(0, 0, 0, 1);
}

/* --- work -----------------------------------------------------------------------------------------------------------
 */

Test(verify, a_cell_without_a_trial_is_incomplete)
{
    stored_run_begin(&stored, 6);
    for (unsigned block = 0; block < 6; block++)
        stored_run_add(&stored, stored_run_trial(0, block));
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "incomplete floor/threads/w1/k1: no trial was made\n");
    cr_expect_eq(found.trials_ok_count, 6u);
}

Test(verify, a_cell_that_the_plan_skips_is_not_missed)
{
    stored_run_begin(&stored, 6);
    for (unsigned block = 0; block < 6; block++)
        stored_run_add(&stored, stored_run_trial(0, block));
    json_object_set_new(json_array_get(json_object_get(stored.plan, "cells"), 1), "skip", json_string("not here"));
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "");
}

/* Disturbed in one block, and never repeated well: nothing failed, and a block has no number. */
Test(verify, a_block_without_a_good_trial_is_incomplete)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 5);
    stored_run_add(&stored, stored_run_trial(0, 5));
    struct trial_record gated = stored_run_trial(1, 5);
    strcpy(gated.gate, "steal");
    stored_run_add(&stored, gated);
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "incomplete floor/threads/w1/k1: 5 of 6 blocks have a good trial\n");
}

/* Which failures say that other work was done, and which that none was; each is told once, by its own reason. */
Test(verify, failed_trials_are_told_by_what_they_mean)
{
    static const enum trial_end ends[] = {END_VERIFY_FAILED, END_IMPLAUSIBLE, END_TIMEOUT,     END_CRASHED, END_OOM,
                                          END_FAILED_IO,     END_PROTOCOL,    END_INTERRUPTED, END_OK};
    stored_run_begin(&stored, 9);
    for (unsigned block = 0; block < 9; block++) {
        struct trial_record record = stored_run_trial(1, block);
        record.end = ends[block];
        if (record.end != END_OK)
            snprintf(record.reason, sizeof record.reason, "why %u", block);
        stored_run_add(&stored, stored_run_trial(0, block));
        stored_run_add(&stored, record);
    }
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "unverified floor/threads/w1/k1: block 0: verify_failed: why 0\n"
                                 "unverified floor/threads/w1/k1: block 1: implausible: why 1\n"
                                 "incomplete floor/threads/w1/k1: block 2: timeout: why 2\n"
                                 "incomplete floor/threads/w1/k1: block 3: crashed: why 3\n"
                                 "incomplete floor/threads/w1/k1: block 4: oom: why 4\n"
                                 "incomplete floor/threads/w1/k1: block 5: failed_io: why 5\n"
                                 "incomplete floor/threads/w1/k1: block 6: protocol: why 6\n"
                                 "incomplete floor/threads/w1/k1: block 7: interrupted: why 7\n");
    expect_classes(0, 2, 6, 0);
    cr_expect_eq(found.trials_ok_count, 10u);
}

/* That the block has no good trial is said by the failure: not once more. */
Test(verify, a_failed_trial_is_told_once)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 5);
    stored_run_add(&stored, stored_run_trial(0, 5));
    struct trial_record record = stored_run_trial(1, 5);
    record.end = END_TIMEOUT;
    strcpy(record.reason, "no end");
    stored_run_add(&stored, record);
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "incomplete floor/threads/w1/k1: block 5: timeout: no end\n");
}

/* A journal that calls work good which was not: the line is left out, said, and counted as work not done. */
Test(verify, a_digest_that_is_not_the_expected_one_is_unverified)
{
    stored_run_begin(&stored, 7);
    stored_run_add_blocks(&stored, 0, 6);
    stored_run_add(&stored, stored_run_trial(0, 6));
    struct trial_record other = stored_run_trial(1, 6);
    other.digest = 8;
    stored_run_add(&stored, other);
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(
        verified(),
        "incomplete RUN: floor/threads/w1/k1, block 6: journalled as ok although its digest is not the "
        "expected one; left out\n"
        "incomplete floor/threads/w1/k1: 6 of 7 blocks have a good trial\n"
        "unverified trials.jsonl: 1 trials are called good and have a digest that is not the expected one\n");
    expect_classes(0, 1, 2, 0);
}

/* The report keeps so many warnings in words; the others are in the number of trials. */
Test(verify, more_warnings_than_there_is_room_for_are_left_out)
{
    enum { MANY = REPORT_WARNINGS_MAX + 8 };
    stored_run_begin(&stored, MANY);
    for (unsigned block = 0; block < MANY; block++) {
        struct trial_record other = stored_run_trial(1, block);
        other.digest = 8;
        stored_run_add(&stored, stored_run_trial(0, block));
        stored_run_add(&stored, other);
    }
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect(strstr(verified(), "unverified trials.jsonl: 40 trials are called good"), "%s", told);
    expect_classes(0, 1, REPORT_WARNINGS_MAX + 1, 0); /* and the cell has no trial at all */
}

/* --- damage ---------------------------------------------------------------------------------------------------------
 */

#define UNSEALED                                                                                                       \
    "incomplete RUN: SHA256SUMS is missing from a run that has ended: nobody can tell whether its files are those "    \
    "that it wrote (quintet run --resume seals a run that was killed before its seal)\n"

/* The seal names the file; that the report could not be made of it is not told once more. */
Test(verify, a_changed_file_is_told_once)
{
    given_run_of(6);
    stored_run_damage(&stored, "env.json", " ", "\n");
    cr_expect_str_eq(verified(), "damaged env.json: is not the file that the run wrote\n");
    expect_classes(1, 0, 0, 0);
}

/* Of a damaged run what run.json says is told all the same; what its journal says is not to be relied on. */
Test(verify, a_damaged_run_still_tells_its_end)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 5);
    json_object_set_new(stored.run, "status", json_string("partial"));
    stored_run_write(&stored);
    stored_run_seal(&stored);
    stored_run_damage(&stored, "env.json", " ", "\n");
    cr_expect_str_eq(verified(), "damaged env.json: is not the file that the run wrote\n"
                                 "incomplete run.json: the run's status is partial\n");
}

Test(verify, without_a_seal_the_damaged_line_is_told)
{
    given_run_of(6);
    cr_assert_eq(unlinkat(stored.dirfd, "SHA256SUMS", 0), 0);
    stored_run_damage(&stored, "trials.jsonl", "1000", "2");
    cr_expect_str_eq(verified(),
                     "damaged RUN: trials.jsonl, line 1: the line is damaged: it does not match its own checksum\n");
}

/* Each line holds and so does the seal made anew; the run wrote another number of them. */
Test(verify, a_seal_over_another_journal_is_no_help)
{
    stored_run_begin(&stored, 6);
    stored_run_add_blocks(&stored, 0, 6);
    stored.ok++;
    stored_run_write(&stored);
    stored_run_seal(&stored);
    cr_expect_str_eq(verified(), "damaged RUN: trials.jsonl has 12 good trials, run.json says 13 were written\n");
    expect_classes(1, 0, 0, 0);
}

Test(verify, a_seal_that_cannot_be_read_is_damage)
{
    given_run_of(6);
    cr_assert_eq(unlinkat(stored.dirfd, "SHA256SUMS", 0), 0);
    cr_assert_eq(mkdirat(stored.dirfd, "SHA256SUMS", 0700), 0);
    unsigned n = 0;
    told[0] = '\0';
    cr_expect_eq(verify_run(stored.dir, false, &found, tell, &n), 0);
    cr_expect_str_eq(told, "damaged SHA256SUMS: is not the file that the run wrote\n");
}

/* Whether the files are those of the run cannot be told: no reason to call them good. */
Test(verify, a_seal_that_fails_to_be_read_is_no_good_one)
{
    given_run_of(6);
    faulty_fail(FAULTY_FSTAT, 1, EIO);
    cr_expect_str_eq(verified(), "damaged SHA256SUMS: Input/output error\n");
    cr_expect(faulty_end());
}

/* Where no run is, that is the answer, in the words of who looked; a seal says that there was one. */
Test(verify, no_run_is_not_a_damaged_one)
{
    given_run_of(6);
    static const char *const all[] = {"SHA256SUMS", "run.json", "plan.json", "env.json", "trials.jsonl"};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        cr_assert_eq(unlinkat(stored.dirfd, all[i], 0), 0);
    unsigned n = 0;
    told[0] = '\0';
    cr_expect_eq(verify_run(stored.dir, false, &found, tell, &n), -ENOENT);
    cr_expect_str_eq(told, "");
    cr_expect(strstr(found.message, "run.json"), "%s", found.message);
    cr_assert_eq(seal_write(stored.dirfd), 0); /* of nothing: it holds */
    cr_expect(strstr(verified(), "damaged RUN: run.json is missing\n"), "%s", told);
}

Test(verify, a_missing_file_of_an_unsealed_run_is_incomplete)
{
    given_run_of(6);
    cr_assert_eq(unlinkat(stored.dirfd, "SHA256SUMS", 0), 0);
    cr_assert_eq(unlinkat(stored.dirfd, "env.json", 0), 0);
    cr_expect_str_eq(verified(), "incomplete RUN: env.json is missing: what it says is left out\n" UNSEALED);
}

/* Past a damaged line the rest is read; the line counts as damage, and its trial as one that was not made. */
Test(verify, salvage_looks_past_a_damaged_line)
{
    static const char lines[] = "1 line of trials.jsonl is damaged and left out (--salvage); what stood there is "
                                "unknown. Line 1 (the line is damaged: it does not match its own checksum).";
    char want[1024];
    given_run_of(6);
    cr_assert_eq(unlinkat(stored.dirfd, "SHA256SUMS", 0), 0);
    stored_run_damage(&stored, "trials.jsonl", "1000", "2");
    snprintf(want, sizeof want,
             "damaged trials.jsonl: %s\n" UNSEALED "tainted salvaged: %s\n"
             "incomplete floor/serial/w1/k1: 5 of 6 blocks have a good trial\n",
             lines, lines);
    cr_expect_str_eq(verified_as(true), want);
    cr_expect_eq(found.trials_ok_count, 11u);
}
