/* SPDX-License-Identifier: Apache-2.0 */
/* Work that was not done is told from work that was; and each outcome is counted as what it means for the run. */
#include "quintet_criterion.h"

#include "record/store.h"
#include "run/campaign_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(campaign_verify);
TestSuite(campaign_count);

static const struct oracle knows = {.digest = 0xfeed, .known = true};

static struct trial_record verified(struct trial_record record, const struct oracle *oracle, unsigned strays)
{
    campaign_verify(&record, oracle, strays);
    return record;
}

Test(campaign_verify, the_digest_of_the_oracle_is_good)
{
    struct trial_record record = verified((struct trial_record){.digest = 0xfeed}, &knows, 0);
    cr_expect_eq(record.end, END_OK);
    cr_expect_eq(record.expect, 0xfeedu);
    cr_expect_str_eq(record.reason, "");
}

Test(campaign_verify, any_other_digest_is_other_work)
{
    struct trial_record record = verified((struct trial_record){.digest = 0xfeee}, &knows, 0);
    cr_expect_eq(record.end, END_VERIFY_FAILED);
    cr_expect_eq(record.expect, 0xfeedu);
    cr_expect_str_eq(record.reason, "digest 000000000000feee, want 000000000000feed: other work was done");
    cr_expect_eq(verified((struct trial_record){.digest = 0}, &knows, 0).end, END_VERIFY_FAILED);
}

/* Zero is what nothing gives: it must not pass because nothing was expected either. */
Test(campaign_verify, without_an_oracle_nothing_is_good)
{
    static const struct oracle silent = {.known = false}, poor = {.known = false, .without_means = true};
    struct trial_record record = verified((struct trial_record){.digest = 0}, &silent, 0);
    cr_expect_eq(record.end, END_VERIFY_FAILED);
    cr_expect_str_eq(record.reason, "the oracle gave no digest (see events.jsonl)");
    record = verified((struct trial_record){.digest = 0}, &poor, 0);
    cr_expect_eq(record.end, END_FAILED_IO, "that says nothing about the trial's work");
    cr_expect_str_eq(record.reason, "the oracle had not the means to say what is right (see events.jsonl)");
}

/* An answer that came is an answer, whatever was short afterwards. */
Test(campaign_verify, an_oracle_that_knows_is_believed)
{
    static const struct oracle strained = {.digest = 0xfeed, .known = true, .without_means = true};
    cr_expect_eq(verified((struct trial_record){.digest = 0xfeed}, &strained, 0).end, END_OK);
    cr_expect_eq(verified((struct trial_record){.digest = 0xfeee}, &strained, 0).end, END_VERIFY_FAILED);
}

Test(campaign_verify, what_runs_on_after_the_trial_has_not_ended)
{
    struct trial_record record = verified((struct trial_record){.digest = 0xfeed}, &knows, 1);
    cr_expect_eq(record.end, END_VERIFY_FAILED);
    cr_expect_str_eq(record.reason, "1 process was left running after the trial");
    record = verified((struct trial_record){.digest = 0xfeed}, &knows, 2);
    cr_expect_eq(record.end, END_VERIFY_FAILED);
    cr_expect_str_eq(record.reason, "2 processes were left running after the trial");
}

/* What a trial said of itself stands: it knows more than that its digest is another one. */
Test(campaign_verify, a_trial_that_failed_keeps_its_reason)
{
    for (int end = END_OK + 1; end < END_COUNT; end++) {
        struct trial_record failed = {.end = end, .digest = 1, .reason = "its own"};
        struct trial_record record = verified(failed, &knows, 1);
        cr_expect_eq((int)record.end, end);
        cr_expect_str_eq(record.reason, "its own");
    }
}

/* --- counting -------------------------------------------------------------------------------------------------------
 */

enum { CELLS = 2 };
static struct campaign_result result;
static unsigned failures[CELLS];
static struct campaign campaign = {.result = &result, .failures = failures};
static char dir[] = "/tmp/quintet-tally-XXXXXX";

static void remove_dir(void)
{
    unlinkat(campaign.run_fd, "events.jsonl", 0);
    rmdir(dir);
}

static void given_campaign(void)
{
    cr_assert(mkdtemp(dir));
    campaign.run_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    atexit(remove_dir);
}

static void count(unsigned index, struct trial_record record)
{
    strcpy(record.cell.workload, "floor");
    strcpy(record.cell.strategy, index ? "threads" : "serial");
    record.cell.in_flight = record.cell.workers = 1;
    campaign_count(&campaign, index, &record);
}
#define COUNT(index, ...) count(index, (struct trial_record){__VA_ARGS__})

/* How many events of this kind there are, and whether the last of them has these words. */
static unsigned events(const char *kind, const char *words)
{
    char *text, pattern[64];
    size_t len;
    unsigned n = 0;
    if (store_read(campaign.run_fd, "events.jsonl", 1 << 20, &text, &len))
        return 0;
    snprintf(pattern, sizeof pattern, "\"kind\":\"%s\"", kind);
    const char *last = text;
    for (const char *at = text; (at = strstr(at, pattern)); at++, n++)
        last = at;
    cr_expect(strstr(last, words), "%s: %s", words, text);
    free(text);
    return n;
}

Test(campaign_count, good_and_gated_trials)
{
    given_campaign();
    COUNT(0, .end = END_OK, .steal_ns = 1, .foreign_cpu_ns = 20, .run_ns = 300);
    COUNT(0, .end = END_OK, .steal_ns = 2, .foreign_cpu_ns = 30, .run_ns = 400, .gate = "g");
    COUNT(1, .end = END_OK, .steal_ns = 3, .foreign_cpu_ns = 40, .run_ns = 500);
    cr_expect(result.ok == 2 && result.gated == 1 && result.failed == 0 && result.skipped == 0);
    cr_expect_eq(campaign.steal_ns_sum, 6.0, "what disturbed a gated trial disturbed the run");
    cr_expect_eq(campaign.foreign_ns_sum, 90.0);
    cr_expect_eq(campaign.run_ns_sum, 1200.0);
    cr_expect(failures[0] == 0 && failures[1] == 0);
}

Test(campaign_count, which_failures_are_of_the_work)
{
    static const struct {
        enum trial_end end;
        unsigned failed, verify_failed;
    } cases[] = {{END_VERIFY_FAILED, 1, 1}, {END_IMPLAUSIBLE, 1, 1}, {END_TIMEOUT, 1, 0},  {END_CRASHED, 1, 0},
                 {END_OOM, 1, 0},           {END_FAILED_IO, 1, 0},   {END_PROTOCOL, 1, 0}, {END_INTERRUPTED, 0, 0},
                 {END_SKIPPED, 0, 0},       {END_NO_RESOURCE, 0, 0}, {END_OK, 0, 0}};
    given_campaign();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(&result, 0, sizeof result);
        COUNT(0, .end = cases[i].end);
        cr_expect_eq(result.failed, cases[i].failed, "%s", trial_end_name(cases[i].end));
        cr_expect_eq(result.verify_failed, cases[i].verify_failed, "%s", trial_end_name(cases[i].end));
        cr_expect_eq(result.skipped, (unsigned)(cases[i].end == END_SKIPPED));
        cr_expect_eq(result.ceilings, (unsigned)(cases[i].end == END_NO_RESOURCE));
        cr_expect_eq(result.ok, (unsigned)(cases[i].end == END_OK));
        cr_expect_eq(campaign.run_ns_sum, 0.0, "only good trials tell of the machine");
    }
}

Test(campaign_count, a_cell_is_given_up_after_two_failures_in_a_row)
{
    given_campaign();
    COUNT(1, .end = END_TIMEOUT);
    cr_expect_eq(failures[1], 1u);
    COUNT(1, .end = END_OK);
    cr_expect_eq(failures[1], 0u, "a good trial between them");
    COUNT(1, .end = END_TIMEOUT);
    COUNT(1, .end = END_INTERRUPTED);
    cr_expect_eq(failures[1], 1u, "an interrupted one says nothing");
    cr_expect_eq(events("cell_abandoned", ""), 0u);
    COUNT(1, .end = END_CRASHED);
    cr_expect_eq(failures[1], (unsigned)GIVE_UP_AFTER);
    cr_expect_eq(events("cell_abandoned", "\"cell\":\"floor/threads/w1/k1\",\"text\":\"failed twice in a row"), 1u);
    cr_expect_eq(failures[0], 0u, "of the other cell nothing is known");
    COUNT(1, .end = END_CRASHED);
    cr_expect_eq(events("cell_abandoned", ""), 1u, "that is said once");
}

/* The machine would answer the same in the next block. */
Test(campaign_count, what_the_machine_refuses_is_not_asked_for_again)
{
    given_campaign();
    COUNT(0, .end = END_SKIPPED, .reason = "not here");
    cr_expect_eq(failures[0], (unsigned)GIVE_UP_AFTER);
    cr_expect_eq(events("ceiling", ""), 0u);
    COUNT(1, .end = END_NO_RESOURCE, .reason = "no more threads");
    cr_expect_eq(failures[1], (unsigned)GIVE_UP_AFTER);
    cr_expect_eq(events("ceiling", "\"cell\":\"floor/threads/w1/k1\",\"text\":\"no more threads\""), 1u);
    cr_expect_str_eq(result.first_ceiling, "floor/threads/w1/k1: no more threads");
    COUNT(0, .end = END_NO_RESOURCE, .reason = "no more memory");
    cr_expect_eq(result.ceilings, 2u);
    cr_expect_eq(events("ceiling", "no more memory"), 2u);
    cr_expect_str_eq(result.first_ceiling, "floor/threads/w1/k1: no more threads", "the first is the one that is told");
    cr_expect_str_eq(result.first_failure, "");
}

Test(campaign_count, the_first_failure_is_told)
{
    given_campaign();
    COUNT(0, .end = END_VERIFY_FAILED, .block = 3, .reason = "other work was done");
    COUNT(1, .end = END_TIMEOUT, .block = 4, .reason = "no end");
    cr_expect_str_eq(result.first_failure, "floor/serial/w1/k1, block 3: verify_failed: other work was done");
    cr_expect_str_eq(result.first_ceiling, "");
}
