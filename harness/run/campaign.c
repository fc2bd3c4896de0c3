/* SPDX-License-Identifier: Apache-2.0 */
#include "run/campaign_private.h"
#include "run/dataset.h"
#include "run/gates.h"
#include "run/isolate.h"

#include "measure/clock.h"
#include "record/seal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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
    campaign_utc_now(record->started_utc, sizeof record->started_utc, "%Y-%m-%dT%H:%M:%SZ");
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
    case END_FAILED_IO:
        snprintf(record->reason, sizeof record->reason, "the trial's process could not be started%s%.150s", colon,
                 words);
        break;
    default:
        snprintf(record->reason, sizeof record->reason, "exit status %d without a valid record%s%.150s",
                 isolated->exit_status, colon, words);
    }
}

/* The machine's answer, and it would be the same in the next block. */
static void count_ceiling(struct campaign *c, unsigned index, const struct trial_record *record)
{
    struct campaign_result *r = c->result;
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    if (!r->first_ceiling[0])
        snprintf(r->first_ceiling, sizeof r->first_ceiling, "%s: %s", id, record->reason);
    r->ceilings++;
    c->failures[index] = GIVE_UP_AFTER;
    campaign_note(c, "ceiling", id, record->reason);
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
    plan_fill_spec(c->plan, cell, block, 0, "oracle", &c->spec);
    o->key = cell->oracle_key;
    if (isolate_run(&c->spec, c->options->timeout_ns, &isolated))
        return o;
    const char *hex = json_string_value(json_object_get(isolated.reply, "digest"));
    if (hex) {
        o->digest = strtoull(hex, NULL, 16);
        o->known = true;
    } else if (isolated.end != END_INTERRUPTED) {
        char id[CELL_ID_LEN];
        const char *why = json_string_value(json_object_get(isolated.reply, "why"));
        cell_case(&cell->cell, id, sizeof id);
        campaign_note(c, "oracle_failed", id, why ? why : isolated.words);
    }
    json_decref(isolated.reply);
    return o;
}

static void verify(struct trial_record *record, const struct oracle *oracle)
{
    if (record->end != END_OK)
        return;
    record->expect = oracle->digest;
    if (!oracle->known) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "the oracle gave no digest (see events.jsonl)");
    } else if (record->digest != oracle->digest) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "digest %016llx, want %016llx: other work was done",
                 (unsigned long long)record->digest, (unsigned long long)oracle->digest);
    }
}

void campaign_count(struct campaign *c, unsigned index, const struct trial_record *record)
{
    struct campaign_result *r = c->result;
    bool failed = false;
    if (record->end == END_OK) { /* gated ones too: what disturbed the run is told in its banner */
        c->steal_ns_sum += (double)record->steal_ns;
        c->foreign_ns_sum += (double)record->foreign_cpu_ns;
        c->run_ns_sum += (double)record->run_ns;
        r->gated += record->gate[0] != '\0';
        r->ok += record->gate[0] == '\0';
    } else if (record->end == END_SKIPPED) {
        r->skipped++;
        c->failures[index] = GIVE_UP_AFTER; /* one sentence is enough */
    } else if (record->end == END_NO_RESOURCE) {
        count_ceiling(c, index, record);
    } else if (record->end != END_INTERRUPTED) {
        failed = true;
        r->failed++;
        r->verify_failed += record->end == END_VERIFY_FAILED || record->end == END_IMPLAUSIBLE;
    }
    if (!failed) {
        if (record->end == END_OK)
            c->failures[index] = 0;
        return;
    }
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    if (!r->first_failure[0])
        snprintf(r->first_failure, sizeof r->first_failure, "%s, block %u: %s: %s", id, record->block,
                 trial_end_name(record->end), record->reason);
    if (++c->failures[index] == GIVE_UP_AFTER)
        campaign_note(c, "cell_abandoned", id, "failed twice in a row; it is left out of the remaining blocks");
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

static int run_trial(struct campaign *c, unsigned index, unsigned block, unsigned slot, unsigned attempt,
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
        snprintf(isolated.words, sizeof isolated.words, "%s", strerror(-rc));
    }
    memset(&hists, 0, sizeof hists);
    if (isolated.end == END_OK &&
        (trial_record_from_json(json_object_get(isolated.reply, "record"), record, why, sizeof why) ||
         trial_hists_from_json(json_object_get(isolated.reply, "hists"), &hists)))
        isolated.end = END_PROTOCOL;
    if (isolated.end != END_OK)
        blank_record(c, &isolated, record);
    json_decref(isolated.reply);
    if (isolated.strays && record->end == END_OK) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "%u process%s left running after the trial", isolated.strays,
                 isolated.strays == 1 ? " was" : "es were");
    }
    snprintf(record->run_id, sizeof record->run_id, "%s", c->result->run_id);
    record->attempts = attempt;
    record->session = c->session;
    verify(record, oracle);
    gate(c, record);
    rc = journal_append(&c->journal, record, &hists);
    if (rc)
        return campaign_fail(c, rc, true, "trials.jsonl: %s", strerror(-rc));
    campaign_count(c, index, record);
    precision_add(&c->precision, index, record);
    return 0;
}

/* Once more, at the end of the block and with the same input, what was disturbed: `list` of n cells. */
static int run_again(struct campaign *c, unsigned block, unsigned *list, unsigned n, struct trial_record *record)
{
    int rc = 0;
    for (unsigned attempt = 2; attempt <= GATE_ATTEMPTS_MAX && n && !rc; attempt++) {
        unsigned still = 0;
        for (unsigned i = 0; i < n && !rc && c->reruns_left && !isolate_interrupted(); i++) {
            c->reruns_left--;
            c->result->reruns++;
            rc = run_trial(c, list[i], block, c->plan->n_cells + i, attempt, record);
            if (!rc && record->gate[0])
                list[still++] = list[i];
        }
        n = still;
    }
    return rc;
}

/* Would one more block, as long as those before it, end beyond the budget? The rule looks at time only, never at
 * results, so stopping by it leaves intervals and verdicts as good as they are. The first block is always made. */
static bool budget_is_spent(struct campaign *c)
{
    uint64_t spent = clock_monotonic_ns() - c->start_ns + (uint64_t)(c->elapsed_before_s * 1e9);
    unsigned here = c->blocks_done - c->blocks_before; /* a resumed run does not know how long its blocks took before */
    uint64_t next = here ? (clock_monotonic_ns() - c->blocks_start_ns) / here : 0;
    if (c->options->budget_ns && c->blocks_done)
        c->out_of_budget = spent + next > c->options->budget_ns;
    return c->out_of_budget;
}

static int run_blocks(struct campaign *c)
{
    unsigned *order = malloc((2 * (size_t)c->plan->n_cells + 1) * sizeof *order), *gated = order + c->plan->n_cells;
    struct trial_record *record = malloc(sizeof *record);
    int rc = order && record ? 0 : -ENOMEM;
    c->blocks_start_ns = clock_monotonic_ns();
    for (unsigned block = c->blocks_done;
         block < c->plan->blocks && !rc && !isolate_interrupted() && !c->precise && !budget_is_spent(c); block++) {
        unsigned n = plan_order(c->plan, block, order);
        unsigned n_gated = 0;
        if (n != c->plan->n_runnable)
            rc = -ENOMEM; /* a block of nothing would pass for a good one */
        memset(c->oracles, 0, (c->plan->n_cells + 1) * sizeof *c->oracles);
        for (unsigned slot = 0; slot < n && !rc && !isolate_interrupted(); slot++) {
            c->done++;
            if (c->failures[order[slot]] >= GIVE_UP_AFTER)
                continue;
            record->gate[0] = '\0';
            rc = run_trial(c, order[slot], block, slot, 1, record);
            if (!rc && record->gate[0])
                gated[n_gated++] = order[slot];
            if (c->options->progress && !rc && !isolate_interrupted())
                c->options->progress(c->options->arg, c->plan, c->done, c->total, record,
                                     (double)(clock_monotonic_ns() - c->start_ns) * 1e-9);
        }
        if (!rc && !isolate_interrupted())
            rc = run_again(c, block, gated, n_gated, record);
        if (!rc && !isolate_interrupted()) {
            c->blocks_done++;
            c->precise = precision_reached(&c->precision, c->blocks_done);
            rc = journal_sync(&c->journal);
            if (rc)
                campaign_fail(c, rc, true, "trials.jsonl: %s", strerror(-rc));
        }
    }
    free(order);
    free(record);
    return rc;
}

/* As many descriptors as the hard limit allows: a workload with thousands of pipes should not fail on a default of
 * 1024. The manifest (written before) keeps what the limit was. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* The data set of c->spec. Without room for it the run ends; when its process was killed, or took too long, its own
 * trials will fail for want of it, and the others go on. */
static int prepare_data(struct campaign *c, struct dataset *data)
{
    char why[REASON_LEN], text[CELL_ID_LEN];
    int rc = dataset_prepare(data, &c->spec, c->options->timeout_ns, why, sizeof why);
    if (rc == -ENOSPC || rc == -EDQUOT || rc == -EFBIG)
        return campaign_fail(c, rc, true, "data set of %s: %s", c->spec.cell.workload, why);
    if (rc) {
        cell_case(&c->spec.cell, text, sizeof text);
        campaign_note(c, "data_set_failed", text, why);
    }
    return 0;
}

static int run_all(struct campaign *c)
{
    char why[REASON_LEN];
    struct dataset data = {.dirfd = -1};
    int rc = campaign_open_directories(c);
    if (!rc)
        rc = campaign_begin_session(c);
    if (!rc)
        rc = campaign_write_run(c, "running", false);
    if (!rc)
        rc = clock_calibrate(100 * 1000 * 1000, &c->clock, why, sizeof why);
    if (rc)
        return rc;
    clock_configure(&c->clock);
    c->spec.clock = c->clock;
    snprintf(c->spec.counters, sizeof c->spec.counters, "%s", c->plan->perf ? "perf" : "");
    if ((rc = dataset_open(&data, c->run_fd, c->result->run_dir)))
        return campaign_fail(c, rc, true, "data: %s", strerror(-rc));
    snprintf(c->spec.data_dir, sizeof c->spec.data_dir, "%s", data.path);
    rc = campaign_write_plan(c, data.dirfd);
    raise_descriptor_limit();
    for (unsigned i = 0; i < c->plan->n_cells && !rc && !isolate_interrupted(); i++) {
        if (c->plan->cells[i].skip[0])
            continue;
        plan_fill_spec(c->plan, &c->plan->cells[i], 0, 0, "prepare", &c->spec);
        rc = prepare_data(c, &data);
    }
    if (!rc && c->options->progress)
        c->options->progress(c->options->arg, c->plan, c->done, c->total, NULL, 0);
    if (!rc)
        rc = run_blocks(c);
    dataset_close(&data);
    if (isolate_interrupted()) {
        c->result->signal = isolate_interrupted();
        c->result->status = "interrupted";
    } else {
        c->result->status = rc || c->result->failed ? "partial" : "complete";
    }
    campaign_add_load_taints(c);
    campaign_end_session(c, c->result->status);
    int rc_final = campaign_write_run(c, c->result->status, true);
    if (!rc_final && (rc_final = seal_write(c->run_fd)))
        campaign_fail(c, rc_final, true, "SHA256SUMS: %s", strerror(-rc_final));
    return rc ? rc : rc_final;
}

int campaign_run(const struct plan *plan, const struct campaign_options *options, struct campaign_result *out)
{
    memset(out, 0, sizeof *out);
    out->status = "partial";
    struct campaign *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    *c = (struct campaign){
        .plan = plan, .options = options, .result = out, .results_fd = -1, .run_fd = -1, .lock_fd = -1};
    c->journal.fd = -1;
    c->start_ns = clock_monotonic_ns();
    c->total = plan->n_runnable * plan->blocks;
    c->reruns_left = c->total * GATE_RERUNS_PERCENT / 100 + 1;
    gate_levels_init(&c->levels);
    c->taints = json_array();
    c->sessions = json_array();
    campaign_utc_now(c->started_utc, sizeof c->started_utc, "%Y-%m-%dT%H:%M:%SZ");
    c->failures = calloc(plan->n_cells + 1, sizeof *c->failures);
    c->oracles = calloc(plan->n_cells + 1, sizeof *c->oracles);
    int rc = c->failures && c->oracles ? precision_init(&c->precision, plan, options->precision) : -ENOMEM;
    if (!rc)
        rc = run_all(c);
    journal_close(&c->journal);
    json_decref(c->taints);
    json_decref(c->sessions);
    if (c->run_fd >= 0)
        close(c->run_fd);
    if (c->results_fd >= 0)
        close(c->results_fd);
    if (c->lock_fd >= 0)
        close(c->lock_fd);
    free(c->failures);
    free(c->oracles);
    gate_levels_fini(&c->levels);
    precision_fini(&c->precision);
    free(c);
    return rc;
}
