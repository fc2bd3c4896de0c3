/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a run share: campaign.c (blocks), campaign_trial.c (one trial), campaign_tally.c (what came
 * of it) and campaign_store.c (its directory).
 */
#ifndef QUINTET_RUN_CAMPAIGN_PRIVATE_H
#define QUINTET_RUN_CAMPAIGN_PRIVATE_H

#include "run/campaign.h"
#include "run/gates.h"
#include "run/precision.h"

#include "record/journal.h"

/* One expected digest per case and block. */
struct oracle {
    uint64_t key, digest;
    bool known;
    bool without_means; /* not known for want of memory, descriptors, ...: that says nothing about the trial's work */
};

struct campaign {
    const struct plan *plan;
    const struct campaign_options *options;
    struct campaign_result *result;
    int results_fd, run_fd, lock_fd;
    struct journal journal;
    struct trial_spec spec;
    struct clock_config clock;
    uint64_t start_ns, blocks_start_ns;
    char started_utc[32];
    unsigned *failures;     /* per cell: consecutive */
    struct oracle *oracles; /* per cell, of the current block */
    unsigned done, total, blocks_done;
    struct gate_levels levels;
    unsigned reruns_left;
    struct precision precision;
    bool precise;       /* its rule was met */
    bool out_of_budget; /* fewer blocks than planned, as the rule was fixed beforehand */
    json_t *taints;
    json_t *sessions;        /* of run.json; the last is this one's */
    unsigned session;        /* 0, or the how manieth resumption this is */
    unsigned blocks_before;  /* done by earlier sessions */
    double elapsed_before_s; /* what they took */
    unsigned block;          /* the one being made, for events */
    bool replaying;          /* earlier sessions' trials are counted: what they led to has been noted */
    double steal_ns_sum, foreign_ns_sum, run_ns_sum; /* over the good trials */
};

/* Keep one sentence for the user, the first one, and return rc. */
int campaign_fail(struct campaign *c, int rc, bool storage, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same of what journal_append() or journal_sync() has returned. */
int campaign_journal_fail(struct campaign *c, int rc);

/* results/ with one writer at a time, results/<run-id>/ inside, the journal open. 0 or -errno (campaign_fail). */
int campaign_open_directories(struct campaign *c);

/* run.json, as a whole: at the start, and with the final word at the end. */
int campaign_write_run(struct campaign *c, const char *status, bool ended);

/* plan.json and env.json; finds the taints that are known beforehand. */
int campaign_write_plan(struct campaign *c, int data_fd);

/* Go on with a stored run (replay.c): read its journal as if its trials had just been made, mend what a kill has torn,
 * begin a session. Before anything is written, 0, -EBADMSG or -errno (campaign_fail). */
int replay_journal(struct campaign *c);
int replay_begin(struct campaign *c);

/* How often and when, as taints: for the report's first screen. */
void replay_tell(struct campaign *c);

/* The entry of a session in run.json, and its words when it ends. */
int campaign_begin_session(struct campaign *c);
void campaign_end_session(struct campaign *c, const char *status);

/* Make one trial, judge it, append it to the journal and count it (campaign_trial.c). Its record is left in *record;
 * not touched if the run was interrupted before the trial began. 0, or -errno (campaign_fail). */
int campaign_trial(struct campaign *c, unsigned index, unsigned block, unsigned slot, unsigned attempt,
                   struct trial_record *record);

/* Work that ended well and was not done, or not the work that the oracle knows, or that left `strays` processes behind,
 * is END_VERIFY_FAILED (campaign_tally.c). An oracle that lacked the means says nothing about the trial: END_FAILED_IO.
 */
void campaign_verify(struct trial_record *record, const struct oracle *oracle, unsigned strays);

/* Count a trial's outcome (campaign_tally.c): for the end of the run, and for leaving out cells that fail. */
enum { GIVE_UP_AFTER = 2 }; /* failures of one cell before it is left out: a hang costs a whole timeout each */
void campaign_count(struct campaign *c, unsigned index, const struct trial_record *record);

/* One line of events.jsonl. */
void campaign_note(struct campaign *c, const char *kind, const char *cell, const char *text);

/* The taints that are known only afterwards. */
void campaign_add_load_taints(struct campaign *c);

#endif
