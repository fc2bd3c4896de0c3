/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stored run, gone on with: its journal is read as if its trials had just been made, so that counts, gates' levels,
 * the rule of precision and the cells that are left out are what they would be if nobody had interrupted it.
 */
#include "run/campaign_private.h"
#include "run/dataset.h"
#include "run/gates.h"

#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One reading of the journal after the other: which block is the last; the blocks before it; what the last one has; if
 * it is whole, that, too. */
struct replay {
    struct campaign *c;
    json_t *index;                        /* cell id -> position in the plan */
    unsigned char *seen;                  /* [cell * blocks + block] */
    enum { SETTLED, GATED, CUT } * state; /* per cell: its latest trial of the last block */
    unsigned from, to;                    /* blocks to take in */
    unsigned last, last_reruns;
    unsigned lines, taken;
    char last_utc[32];
    char what[REASON_LEN];
};

enum { SUPERSEDED = -2 };

/* The cell's place in the plan; SUPERSEDED; or -1 with the reason. */
static int place_of(struct replay *r, const struct trial_record *record)
{
    const struct campaign *c = r->c;
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    const json_t *at = json_object_get(r->index, id);
    size_t sessions = json_array_size(c->sessions);
    if (!at || record->block >= c->plan->blocks || record->seed != c->plan->seed || record->session >= sessions) {
        snprintf(r->what, sizeof r->what, "%.120s, block %u: no trial that this plan, seed and session could have made",
                 id, record->block);
        return -1;
    }
    for (size_t s = record->session + 1; s < sessions; s++)
        if ((json_int_t)record->block >=
            json_integer_value(json_object_get(json_array_get(c->sessions, s), "first_block")))
            return SUPERSEDED;
    return (int)json_integer_value(at);
}

static int each_look(const struct trial_record *record, void *arg)
{
    struct replay *r = arg;
    int at = place_of(r, record);
    r->lines++;
    snprintf(r->last_utc, sizeof r->last_utc, "%s", record->started_utc);
    if (at >= 0 && record->block > r->last)
        r->last = record->block;
    if (at >= 0)
        r->seen[(size_t)at * r->c->plan->blocks + record->block] = 1;
    return at == -1 ? -EBADMSG : 0;
}

/* As a campaign does with a trial that it has just made. */
static int each_take(const struct trial_record *record, void *arg)
{
    struct replay *r = arg;
    struct campaign *c = r->c;
    int at = place_of(r, record);
    if (at < 0 || record->block < r->from || record->block >= r->to)
        return 0;
    r->taken++;
    if (record->end == END_OK && c->plan->blocks >= GATE_BLOCKS_MIN)
        gate_levels_add(&c->levels, record, c->plan->machine->online);
    campaign_count(c, (unsigned)at, record);
    precision_add(&c->precision, (unsigned)at, record);
    if (record->attempts > 1) {
        c->result->reruns++;
        c->reruns_left -= c->reruns_left > 0;
    }
    return 0;
}

/* Disturbed trials are made again at the end of the block: such a one at the journal's end is still owed. */
static int each_last(const struct trial_record *record, void *arg)
{
    struct replay *r = arg;
    int at = place_of(r, record);
    if (at < 0 || record->block != r->last)
        return 0;
    bool gated = record->end == END_OK && record->gate[0] && record->attempts < GATE_ATTEMPTS_MAX;
    r->state[at] = record->end == END_INTERRUPTED ? CUT : gated ? GATED : SETTLED;
    r->last_reruns += record->attempts > 1;
    return 0;
}

static int read_journal(struct replay *r, int (*each)(const struct trial_record *, void *))
{
    struct journal_problem problem;
    int rc = journal_read(r->c->run_fd, each, r, &problem);
    if (rc == -ENOENT)
        return 0; /* killed before it was there */
    if (rc && r->what[0])
        return campaign_fail(r->c, -EBADMSG, false, "trials.jsonl: %.200s", r->what);
    if (!rc)
        return 0;
    char why[REASON_LEN + 64];
    journal_problem_text(&problem, rc, why, sizeof why);
    if (problem.other_schema || store_is_misshapen(rc))
        rc = problem.other_schema ? -EPROTONOSUPPORT : -EBADMSG;
    return campaign_fail(r->c, rc, rc != -EBADMSG && rc != -EPROTONOSUPPORT, "%.300s", why);
}

/* Has the block a trial of every cell? Those that have failed too often before have none. */
static bool has_all(const struct replay *r, unsigned block)
{
    const struct campaign *c = r->c;
    for (unsigned i = 0; i < c->plan->n_cells; i++)
        if (!c->plan->cells[i].skip[0] && c->failures[i] < GIVE_UP_AFTER &&
            !r->seen[(size_t)i * c->plan->blocks + block])
            return false;
    return true;
}

/* ... and of the last one: is none of them cut short or owed once more? */
static bool is_settled(const struct replay *r)
{
    for (unsigned i = 0; i < r->c->plan->n_cells; i++)
        if (r->state[i] == CUT || (r->state[i] == GATED && r->c->reruns_left > r->last_reruns))
            return false;
    return true;
}

static int replay(struct replay *r)
{
    struct campaign *c = r->c;
    int rc = read_journal(r, each_look);
    if (rc || !r->lines)
        return rc;
    r->to = r->last;
    rc = read_journal(r, each_take);
    for (unsigned block = 0; block < r->last && !rc; block++)
        if (!has_all(r, block))
            rc = campaign_fail(c, -EBADMSG, false, "trials.jsonl: block %u lacks trials and is not the last", block);
    if (!rc)
        rc = read_journal(r, each_last);
    if (rc)
        return rc;
    if (has_all(r, r->last) && is_settled(r)) {
        r->from = r->last;
        r->to = r->last + 1;
        rc = read_journal(r, each_take);
    }
    c->result->superseded = r->lines - r->taken;
    c->blocks_done = c->blocks_before = c->result->first_block = r->to;
    c->done = r->to * c->plan->n_runnable;
    c->precise = r->to && precision_reached(&c->precision, r->to);
    return rc;
}

/* Seconds from one "2026-11-22T21:30:00Z" to another; 0 if either is none, or they are in the wrong order. */
static double seconds_between(const char *from, const char *to)
{
    struct tm a = {0}, b = {0};
    const char *end_a = strptime(from, "%Y-%m-%dT%H:%M:%SZ", &a), *end_b = strptime(to, "%Y-%m-%dT%H:%M:%SZ", &b);
    double seconds = end_a && end_b && !*end_a && !*end_b ? difftime(timegm(&b), timegm(&a)) : 0;
    return seconds > 0 ? seconds : 0;
}

/* How long the earlier sessions took. The last one may have been killed: it lived at least until its last trial. */
static void add_up_sessions(struct campaign *c, const char *last_utc)
{
    size_t i;
    json_t *session;
    json_array_foreach(c->sessions, i, session)
    {
        const char *status = json_string_value(json_object_get(session, "status"));
        const char *started = json_string_value(json_object_get(session, "started_utc"));
        if (status && !strcmp(status, "running")) {
            json_object_set_new(session, "status", json_string("killed"));
            json_object_set_new(session, "ended_utc", json_string(last_utc));
            json_object_set_new(session, "elapsed_s", json_real(seconds_between(started ? started : "", last_utc)));
        }
        c->elapsed_before_s += json_number_value(json_object_get(session, "elapsed_s"));
    }
}

int replay_journal(struct campaign *c)
{
    struct replay r = {.c = c, .index = json_object()};
    json_decref(c->sessions);
    c->sessions = json_deep_copy(json_object_get(c->options->resume->run, "sessions"));
    c->session = (unsigned)json_array_size(c->sessions);
    r.seen = calloc((size_t)c->plan->n_cells * c->plan->blocks + 1, 1);
    r.state = calloc(c->plan->n_cells + 1, sizeof *r.state);
    int rc = r.index && r.seen && r.state && c->sessions ? 0 : -ENOMEM;
    for (unsigned i = 0; i < c->plan->n_cells && !rc; i++) {
        char id[CELL_ID_LEN];
        cell_id(&c->plan->cells[i].cell, id, sizeof id);
        rc = json_object_set_new(r.index, id, json_integer(i)) ? -ENOMEM : 0;
    }
    if (!rc && (c->session == 0 || c->session >= SEAL_SESSIONS_MAX))
        rc = campaign_fail(c, -EBADMSG, false, "run.json: it has %u sessions", c->session);
    c->replaying = true;
    if (!rc)
        rc = replay(&r);
    c->replaying = false;
    if (!rc)
        add_up_sessions(c, r.last_utc);
    json_decref(r.index);
    free(r.seen);
    free(r.state);
    return rc;
}

/* The taints of earlier sessions, but those that are worked out anew at the end. */
static void keep_taints(struct campaign *c)
{
    static const char *const anew[] = {"steal", "foreign_load", "resumed", "resumed_elsewhere"};
    size_t i;
    json_t *taint;
    json_array_foreach(json_object_get(c->options->resume->run, "taints"), i, taint)
    {
        const char *id = json_string_value(json_object_get(taint, "id"));
        bool keep = id != NULL;
        for (unsigned k = 0; k < sizeof anew / sizeof *anew && keep; k++)
            keep = strcmp(id, anew[k]) != 0;
        if (keep)
            json_array_append(c->taints, taint);
    }
}

int replay_begin(struct campaign *c)
{
    keep_taints(c);
    store_sweep(c->run_fd); /* those of report/plots are swept by the report */
    dataset_discard(c->run_fd);
    /* From here on it is a run that has not ended: its seal would be wrong after the first line. */
    int rc = unlinkat(c->run_fd, "SHA256SUMS", 0) && errno != ENOENT ? -errno : 0;
    if (!rc && fsync(c->run_fd))
        rc = -errno;
    if (!rc)
        rc = journal_mend(c->run_fd);
    if (rc)
        return campaign_fail(c, rc, true, "%s: %s", c->result->run_dir, strerror(-rc));
    return 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

void replay_tell(struct campaign *c)
{
    enum { EACH = 128 };
    char text[1024];
    size_t used = (size_t)snprintf(text, sizeof text, "The run was resumed (%u ×):", c->session), i;
    json_t *session;
    json_array_foreach(c->sessions, i, session)
    {
        if (i && used + EACH < sizeof text)
            used += (size_t)snprintf(text + used, EACH, "%s on %.32s with block %" JSON_INTEGER_FORMAT,
                                     i > 1 ? "," : "", text_of(session, "started_utc"),
                                     json_integer_value(json_object_get(session, "first_block")));
        if (text_of(session, "differs_in")[0])
            json_array_append_new(
                c->taints,
                json_pack("{s:s, s:s, s:s++}", "id", "resumed_elsewhere", "severity", "severe", "text",
                          "Parts of the run were made by another program, kernel or machine; they differ in: ",
                          text_of(session, "differs_in"), "."));
    }
    used += (size_t)snprintf(text + used, sizeof text - used, ". Each block is of one session");
    if (c->result->superseded)
        used += (size_t)snprintf(text + used, sizeof text - used, "; of torn blocks, %u trials do not count",
                                 c->result->superseded);
    snprintf(text + used, sizeof text - used, ".");
    json_array_append_new(c->taints, json_pack("{s:s, s:s}", "id", "resumed", "text", text));
}
