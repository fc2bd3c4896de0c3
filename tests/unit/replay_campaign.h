/* SPDX-License-Identifier: Apache-2.0 */
/* A campaign that goes on with a stored run: two cells, seven blocks, a journal that a test fills. */
#ifndef QUINTET_TESTS_REPLAY_CAMPAIGN_H
#define QUINTET_TESTS_REPLAY_CAMPAIGN_H

#include "journal_dir.h"

#include "run/campaign_private.h"
#include "run/gates.h"
#include "run/precision.h"

#include <errno.h>

enum { REPLAY_CELLS = 2, REPLAY_BLOCKS = 7, REPLAY_SEED = 0x5eed };

static const struct machine machine_g = {.granted = 2, .online = 2, .allowed = 2, .cpus = {0, 1}};
static struct plan_cell cells_g[REPLAY_CELLS + 1]; /* one that is none of the plan's */
static struct plan plan_g = {.blocks = REPLAY_BLOCKS,
                             .seed = REPLAY_SEED,
                             .machine = &machine_g,
                             .cells = cells_g,
                             .n_cells = REPLAY_CELLS,
                             .n_runnable = REPLAY_CELLS};
static struct resume resume_g;
static struct campaign_options options_g = {.resume = &resume_g};
static struct campaign_result result_g;
static unsigned failures_g[REPLAY_CELLS];
static struct campaign campaign_g;

static inline void forget_run(void)
{
    json_decref(resume_g.run);
    json_decref(campaign_g.taints);
    json_decref(campaign_g.sessions);
    gate_levels_fini(&campaign_g.levels);
    precision_fini(&campaign_g.precision);
    memset(&result_g, 0, sizeof result_g);
}

/* A run of which nothing is stored but its sessions, as JSON. In the place of the one before, if there was one. */
static inline void given_run(const char *sessions, double precision)
{
    if (resume_g.run)
        forget_run();
    given_open_journal();
    for (unsigned i = 0; i <= REPLAY_CELLS; i++) {
        strcpy(cells_g[i].cell.workload, "floor");
        strcpy(cells_g[i].cell.strategy, i ? "threads" : "serial");
        cells_g[i].cell.in_flight = i < REPLAY_CELLS ? 1 : 2;
        cells_g[i].cell.workers = 1;
    }
    json_t *list = json_loads(sessions, 0, NULL);
    cr_assert_not_null(list, "%s", sessions);
    resume_g.run = json_pack("{s:o, s:[]}", "sessions", list, "taints");
    campaign_g = (struct campaign){.plan = &plan_g,
                                   .options = &options_g,
                                   .result = &result_g,
                                   .run_fd = dirfd_g,
                                   .journal.fd = -1,
                                   .reruns_left = 2,
                                   .failures = failures_g,
                                   .taints = json_array(),
                                   .sessions = json_array()};
    gate_levels_init(&campaign_g.levels);
    cr_assert_eq(precision_init(&campaign_g.precision, &plan_g, precision), 0);
}

/* One trial more in the journal: a good one, but for what `more` says. */
static inline void trial(unsigned cell, unsigned block, struct trial_record more)
{
    struct trial_record record = record_g;
    record.cell = cells_g[cell].cell;
    record.block = block;
    record.seed = more.seed ? more.seed : REPLAY_SEED;
    record.session = more.session;
    record.end = more.end;
    record.attempts = more.attempts ? more.attempts : 1;
    record.run_ns = more.run_ns ? more.run_ns : record.run_ns;
    record.foreign_cpu_ns = more.foreign_cpu_ns;
    record.n_metrics = 1; /* what the report compares by */
    strcpy(record.metrics[0].name, "latency_p50_ns");
    record.metrics[0].value = (double)record.run_ns;
    snprintf(record.gate, sizeof record.gate, "%s", more.gate);
    snprintf(record.reason, sizeof record.reason, "%s", more.reason);
    snprintf(record.started_utc, sizeof record.started_utc, "%s",
             more.started_utc[0] ? more.started_utc : "2026-01-01T00:00:30Z");
    if (more.end != END_OK)
        record.ops = record.run_ns = record.digest = 0;
    cr_assert_eq(journal_append(&journal_g, &record, &hists_g), 0);
}
#define TRIAL(cell, block, ...) trial(cell, block, (struct trial_record){__VA_ARGS__})

/* Good trials of both cells in the blocks from `first` to before `end`. */
static inline void blocks(unsigned first, unsigned end, unsigned session)
{
    for (unsigned block = first; block < end; block++)
        for (unsigned cell = 0; cell < REPLAY_CELLS; cell++)
            TRIAL(cell, block, .session = session);
}

static inline void replayed(void)
{
    journal_close(&journal_g);
    int rc = replay_journal(&campaign_g);
    cr_assert_eq(rc, 0, "%s: %s", strerror(-rc), result_g.why);
    cr_assert_eq(result_g.why[0], '\0', "%s", result_g.why);
    cr_assert(!campaign_g.replaying);
}

/* The run goes on with this block, and that many lines of the journal do not count. */
static inline void goes_on_with(unsigned block, unsigned superseded)
{
    replayed();
    cr_expect_eq(result_g.first_block, block, "with block %u", result_g.first_block);
    cr_expect_eq(result_g.superseded, superseded, "%u trials do not count", result_g.superseded);
    cr_expect(campaign_g.blocks_done == block && campaign_g.blocks_before == block);
    cr_expect_eq(campaign_g.done, block * REPLAY_CELLS);
}

static inline void is_refused(int rc, bool storage, const char *words)
{
    journal_close(&journal_g);
    cr_assert_eq(replay_journal(&campaign_g), rc, "%s", result_g.why);
    cr_expect(strstr(result_g.why, words), "'%s' lacks '%s'", result_g.why, words);
    cr_expect_eq(result_g.storage, storage, "%s", result_g.why);
    cr_expect(!campaign_g.replaying);
}

#endif
