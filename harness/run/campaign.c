/* SPDX-License-Identifier: Apache-2.0 */
/* A run: data sets, then blocks of trials until one of the stopping rules is met, then the last word. */
#include "run/campaign_private.h"
#include "run/dataset.h"
#include "run/gates.h"
#include "run/isolate.h"
#include "run/utc.h"

#include "measure/clock.h"
#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Once more, at the end of the block and with the same input, what was disturbed: `list` of n cells. */
static int run_again(struct campaign *c, unsigned block, unsigned *list, unsigned n, struct trial_record *record)
{
    int rc = 0;
    for (unsigned attempt = 2; attempt <= GATE_ATTEMPTS_MAX && n && !rc; attempt++) {
        unsigned still = 0;
        for (unsigned i = 0; i < n && !rc && c->reruns_left && !isolate_interrupted(); i++) {
            c->reruns_left--;
            c->result->reruns++;
            rc = campaign_trial(c, list[i], block, c->plan->n_cells + i, attempt, record);
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
        c->block = block;
        unsigned n_gated = 0;
        if (n != c->plan->n_runnable)
            rc = -ENOMEM; /* a block of nothing would pass for a good one */
        memset(c->oracles, 0, (c->plan->n_cells + 1) * sizeof *c->oracles);
        for (unsigned slot = 0; slot < n && !rc && !isolate_interrupted(); slot++) {
            c->done++;
            if (c->failures[order[slot]] >= GIVE_UP_AFTER)
                continue;
            record->gate[0] = '\0';
            rc = campaign_trial(c, order[slot], block, slot, 1, record);
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
                campaign_journal_fail(c, rc);
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
    if ((rc = dataset_open(&data, c->run_fd)))
        return campaign_fail(c, rc, true, "data: %s", strerror(-rc));
    c->spec.data_fd = (unsigned)data.dirfd;
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
    c->result->data_left = dataset_close(&data);
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
        campaign_fail(c, rc_final, true, "SHA256SUMS: %s", store_strerror(rc_final));
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
    utc_now(c->started_utc, sizeof c->started_utc, "%Y-%m-%dT%H:%M:%SZ");
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
