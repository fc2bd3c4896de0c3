/* SPDX-License-Identifier: Apache-2.0 */
/* One trial of a run: its process, what the oracle and the gates say of it, and its line in the journal. */
#include "run/campaign_private.h"
#include "run/isolate.h"
#include "run/utc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A record for a trial that could not make its own. */
static void blank_record(struct campaign *c, const struct isolate_result *isolated, struct trial_record *record)
{
    memset(record, 0, sizeof *record);
    record->cell = c->spec.cell;
    record->block = c->spec.block;
    record->slot = c->spec.slot;
    record->seed = c->spec.seed;
    record->nonce = c->spec.nonce;
    record->attempts = 1;
    record->end = isolated->end;
    record->signal = isolated->signal;
    strcpy(record->ideal_kind, "none");
    utc_now(record->started_utc, sizeof record->started_utc, "%Y-%m-%dT%H:%M:%SZ");
    const char *words = isolated->words, *colon = words[0] ? ": " : "";
    switch (isolated->end) {
    case END_CRASHED:
        snprintf(record->reason, sizeof record->reason, "killed by signal %d (%s)%s%.150s", isolated->signal,
                 strsignal(isolated->signal), colon, words);
        break;
    case END_TIMEOUT:
        snprintf(record->reason, sizeof record->reason, "no end within %.0f s%s%.150s",
                 (double)c->options->timeout_ns * 1e-9, colon, words);
        break;
    case END_OOM:
        snprintf(record->reason, sizeof record->reason, "killed by the kernel: out of memory");
        break;
    case END_INTERRUPTED:
        snprintf(record->reason, sizeof record->reason, "the run was interrupted");
        break;
    case END_NO_RESOURCE:
        snprintf(record->reason, sizeof record->reason, "no memory for the trial's request or reply%s%.150s", colon,
                 words);
        break;
    case END_FAILED_IO:
        snprintf(record->reason, sizeof record->reason, "the trial's process could not be started%s%.150s", colon,
                 words);
        break;
    default:
        snprintf(record->reason, sizeof record->reason, "exit status %d without a valid record%s%.150s",
                 isolated->exit_status, colon, words);
    }
}

/* Did the oracle fail by a limit or by somebody else's hand, and not by what it is? */
static bool lacked_means(const struct isolate_result *isolated)
{
    const int rc = (int)json_integer_value(json_object_get(isolated->reply, "rc"));
    if (isolated->end == END_CRASHED)
        return isolated->signal == SIGKILL || isolated->signal == SIGTERM || isolated->signal == SIGINT ||
               isolated->signal == SIGHUP;
    return isolated->end == END_OOM || isolated->end == END_NO_RESOURCE || isolated->end == END_TIMEOUT ||
           rc == -ENOMEM || rc == -EAGAIN || rc == -EMFILE || rc == -ENFILE || rc == -ENOSPC;
}

/* Ask the oracle once per block and case. An oracle that fails leaves `known` false: the trial then fails with it. */
static const struct oracle *ask_oracle(struct campaign *c, const struct plan_cell *cell, unsigned block)
{
    struct oracle *o = c->oracles;
    while (o->known && o->key != cell->oracle_key)
        o++;
    if (o->known)
        return o;
    struct isolate_result isolated;
    char id[CELL_ID_LEN], why_none[REASON_LEN];
    plan_fill_spec(c->plan, cell, block, 0, "oracle", &c->spec);
    o->key = cell->oracle_key;
    o->without_means = false;
    cell_case(&cell->cell, id, sizeof id);
    int rc = isolate_run(&c->spec, c->options->timeout_ns, &isolated);
    if (rc) {
        o->without_means = true;
        snprintf(why_none, sizeof why_none, "its process could not be started: %s", strerror(-rc));
        campaign_note(c, "oracle_failed", id, why_none);
        return o;
    }
    const char *hex = json_string_value(json_object_get(isolated.reply, "digest"));
    if (hex) {
        o->digest = strtoull(hex, NULL, 16);
        o->known = true;
    } else if (isolated.end != END_INTERRUPTED) {
        const char *why = json_string_value(json_object_get(isolated.reply, "why"));
        int n = snprintf(why_none, sizeof why_none, "%s", trial_end_name(isolated.end));
        if (isolated.signal)
            snprintf(why_none + n, sizeof why_none - (size_t)n, ": killed by signal %d", isolated.signal);
        o->without_means = lacked_means(&isolated);
        campaign_note(c, "oracle_failed", id, why ? why : isolated.words[0] ? isolated.words : why_none);
    }
    json_decref(isolated.reply);
    return o;
}

/* Gates keep bad trials out of conclusions: a run with too few blocks for any has none. */
static void gate(struct campaign *c, struct trial_record *record)
{
    char why[REASON_LEN];
    if (record->end != END_OK || c->plan->blocks < GATE_BLOCKS_MIN)
        return;
    gate_levels_add(&c->levels, record, c->plan->machine->online);
    const char *name = gates_judge(record, &c->levels, c->plan->machine->online, why, sizeof why);
    if (!name)
        return;
    snprintf(record->gate, sizeof record->gate, "%s", name);
    snprintf(record->reason, sizeof record->reason, "%s", why);
}

int campaign_trial(struct campaign *c, unsigned index, unsigned block, unsigned slot, unsigned attempt,
                   struct trial_record *record)
{
    static struct trial_hists hists;
    const struct plan_cell *cell = &c->plan->cells[index];
    const struct oracle *oracle = ask_oracle(c, cell, block);
    if (isolate_interrupted())
        return 0;
    struct isolate_result isolated;
    char why[REASON_LEN];
    plan_fill_spec(c->plan, cell, block, slot, "trial", &c->spec);
    int rc = isolate_run(&c->spec, c->options->timeout_ns, &isolated);
    if (rc) {
        isolated = (struct isolate_result){.end = END_FAILED_IO}; /* ours to start, so no ceiling of the strategy */
        snprintf(isolated.words, sizeof isolated.words, "%s%s", strerror(-rc),
                 rc == -ENOENT ? " (is there a /dev/null?)" : "");
    }
    memset(&hists, 0, sizeof hists);
    if (isolated.end == END_OK &&
        (trial_record_from_json(json_object_get(isolated.reply, "record"), record, why, sizeof why) ||
         trial_hists_from_json(json_object_get(isolated.reply, "hists"), &hists)))
        isolated.end = END_PROTOCOL;
    if (isolated.end != END_OK)
        blank_record(c, &isolated, record);
    json_decref(isolated.reply);
    snprintf(record->run_id, sizeof record->run_id, "%s", c->result->run_id);
    record->attempts = attempt;
    record->session = c->session;
    campaign_verify(record, oracle, isolated.strays);
    gate(c, record);
    rc = journal_append(&c->journal, record, &hists);
    if (rc)
        return campaign_journal_fail(c, rc);
    campaign_count(c, index, record);
    precision_add(&c->precision, index, record);
    return 0;
}
