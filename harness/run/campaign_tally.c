/* SPDX-License-Identifier: Apache-2.0 */
/* Was the work of a trial done, and what does its outcome mean for the run: the counts that its end is told by. */
#include "run/campaign_private.h"

#include <stdio.h>

void campaign_verify(struct trial_record *record, const struct oracle *oracle, unsigned strays)
{
    if (record->end != END_OK)
        return;
    if (strays) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "%u process%s left running after the trial", strays,
                 strays == 1 ? " was" : "es were");
        return;
    }
    record->expect = oracle->digest;
    if (!oracle->known && oracle->without_means) {
        record->end = END_FAILED_IO; /* our need, not the strategy's: no ceiling of it, and no work that was not done */
        snprintf(record->reason, sizeof record->reason,
                 "the oracle had not the means to say what is right (see events.jsonl)");
    } else if (!oracle->known) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "the oracle gave no digest (see events.jsonl)");
    } else if (record->digest != oracle->digest) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "digest %016llx, want %016llx: other work was done",
                 (unsigned long long)record->digest, (unsigned long long)oracle->digest);
    }
}

/* The machine's answer, and it would be the same in the next block. */
static void count_ceiling(struct campaign *c, unsigned index, const struct trial_record *record)
{
    struct campaign_result *r = c->result;
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    if (r->ceilings++ == 0)
        snprintf(r->first_ceiling, sizeof r->first_ceiling, "%s: %s", id, record->reason);
    c->failures[index] = GIVE_UP_AFTER;
    campaign_note(c, "ceiling", id, record->reason);
}

static void count_failure(struct campaign *c, unsigned index, const struct trial_record *record)
{
    struct campaign_result *r = c->result;
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    if (r->failed++ == 0)
        snprintf(r->first_failure, sizeof r->first_failure, "%s, block %u: %s: %s", id, record->block,
                 trial_end_name(record->end), record->reason);
    r->verify_failed += record->end == END_VERIFY_FAILED || record->end == END_IMPLAUSIBLE;
    if (++c->failures[index] == GIVE_UP_AFTER)
        campaign_note(c, "cell_abandoned", id, "failed twice in a row; it is left out of the remaining blocks");
}

void campaign_count(struct campaign *c, unsigned index, const struct trial_record *record)
{
    struct campaign_result *r = c->result;
    if (record->end == END_OK) { /* gated ones too: what disturbed the run is told in its banner */
        c->steal_ns_sum += (double)record->steal_ns;
        c->foreign_ns_sum += (double)record->foreign_cpu_ns;
        c->run_ns_sum += (double)record->run_ns;
        if (record->gate[0])
            r->gated++;
        else
            r->ok++;
        c->failures[index] = 0;
    } else if (record->end == END_SKIPPED) {
        r->skipped++;
        c->failures[index] = GIVE_UP_AFTER; /* one sentence is enough */
    } else if (record->end == END_NO_RESOURCE) {
        count_ceiling(c, index, record);
    } else if (record->end != END_INTERRUPTED) {
        count_failure(c, index, record);
    }
}
