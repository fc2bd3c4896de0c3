/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a run's files. What they say is data from outside: every field may be missing, of another type, or hostile.
 */
#include "report/aggregate.h"
#include "report/report.h"
#include "report/salvage.h"

#include "record/journal.h"
#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void report_warn(struct report_result *result, const char *format, ...)
{
    if (result->n_warnings < REPORT_WARNINGS_MAX) {
        va_list args;
        va_start(args, format);
        vsnprintf(result->warnings[result->n_warnings], sizeof result->warnings[0], format, args);
        va_end(args);
    }
    result->n_warnings++;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* A name is used in file names, plot labels and code spans: anything but [a-z0-9_] is refused. */
static bool name_copy(char out[NAME_LEN], const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (len == 0 || len >= NAME_LEN || name[len])
        return false;
    memcpy(out, name, len + 1);
    return true;
}

static int add_workload(struct report_run *run, const char *name, const json_t *from)
{
    struct report_workload *list = realloc(run->workloads, (run->n_workloads + 1) * sizeof *list);
    if (!list)
        return -ENOMEM;
    run->workloads = list;
    struct report_workload *w = &list[run->n_workloads];
    *w = (struct report_workload){.kind = text_of(from, "kind"),
                                  .summary = text_of(from, "summary"),
                                  .op_is = text_of(from, "op_is"),
                                  .protocol = json_integer_value(json_object_get(from, "protocol"))};
    if (!name_copy(w->name, name))
        return -EBADMSG;
    if (!name_copy(w->headline, text_of(from, "headline")))
        strcpy(w->headline, "throughput_ops_per_s");
    return (int)run->n_workloads++;
}

/* What stands in a heading, a table and a plot for who ran a cell: the strategy's name, and its options in braces. */
static bool runner_copy(char out[RUNNER_LEN], const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_{}=,.+~-");
    if (len == 0 || len >= RUNNER_LEN || text[len])
        return false;
    memcpy(out, text, len + 1);
    return true;
}

static int add_strategy(struct report_run *run, const char *name, const json_t *from)
{
    struct report_strategy *list = realloc(run->strategies, (run->n_strategies + 1) * sizeof *list);
    if (!list)
        return -ENOMEM;
    run->strategies = list;
    struct report_strategy *s = &list[run->n_strategies];
    *s = (struct report_strategy){.summary = text_of(from, "summary"),
                                  .canonical = json_is_true(json_object_get(from, "canonical"))};
    if (!runner_copy(s->name, name))
        return -EBADMSG;
    return (int)run->n_strategies++;
}

static int workload_find_in(const struct report_run *run, const char *name, bool paced)
{
    for (unsigned i = 0; i < run->n_workloads; i++)
        if (strcmp(run->workloads[i].name, name) == 0 && run->workloads[i].paced == paced)
            return (int)i;
    return -ENOENT;
}

/* Under paced load the rate is given, and how long requests took is the question: the same work is judged by another
 * number, and is a workload of its own to everything that follows. */
static int workload_index(struct report_run *run, const struct cell *cell)
{
    bool paced = cell->offered_per_s != 0;
    int found = workload_find_in(run, cell->workload, paced), closed = workload_find_in(run, cell->workload, false);
    if (found >= 0)
        return found;
    int added = add_workload(run, cell->workload, NULL);
    if (added < 0 || !paced)
        return added;
    struct report_workload *w = &run->workloads[added];
    if (closed >= 0)
        *w = run->workloads[closed];
    w->paced = true;
    strcpy(w->headline, "response_p99_ns");
    return added;
}

/* A strategy with other options than the default ones is a row of its own. */
static int strategy_index(struct report_run *run, const struct cell *cell)
{
    char name[RUNNER_LEN];
    struct cell plain = *cell;
    plain.role[0] = '\0'; /* a twin is run by the same strategy */
    cell_runner(&plain, name, sizeof name);
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (strcmp(run->strategies[i].name, name) == 0)
            return (int)i;
    return add_strategy(run, name, NULL);
}

int aggregate_cell(struct report_run *run, const struct cell *cell, const char *id)
{
    const json_t *known = json_object_get(run->cell_index, id);
    if (known)
        return (int)json_integer_value(known);
    int workload = workload_index(run, cell), strategy = strategy_index(run, cell);
    if (workload < 0 || strategy < 0)
        return workload < 0 ? workload : strategy;
    if ((run->n_cells & (run->n_cells - 1)) == 0) { /* grow at powers of two */
        struct report_cell *list = realloc(run->cells, (run->n_cells ? run->n_cells * 2 : 1) * sizeof *list);
        if (!list)
            return -ENOMEM;
        run->cells = list;
    }
    struct report_cell *c = &run->cells[run->n_cells];
    *c = (struct report_cell){.cell = *cell, .workload = (unsigned)workload, .strategy = (unsigned)strategy};
    snprintf(c->id, sizeof c->id, "%s", id);
    cell_case(cell, c->case_name, sizeof c->case_name);
    if (json_object_set_new(run->cell_index, id, json_integer(run->n_cells)))
        return -ENOMEM;
    return (int)run->n_cells++;
}

static int plan_cell(struct report_run *run, const json_t *json)
{
    struct cell cell;
    char id[CELL_ID_LEN], why[REASON_LEN];
    if (cell_from_json(json, &cell, why, sizeof why) || cell.in_flight < 1 || cell.in_flight > INT32_MAX ||
        cell.workers < 1 || cell.workers > INT32_MAX)
        return -EBADMSG;
    cell_id(&cell, id, sizeof id);
    int index = aggregate_cell(run, &cell, id);
    if (index < 0)
        return index;
    struct report_cell *c = &run->cells[index];
    snprintf(c->reason, sizeof c->reason, "%s", text_of(json, "skip"));
    return 0;
}

static int load_plan(struct report_run *run)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(run->plan, "workloads"), i, item)
    {
        int rc = add_workload(run, text_of(item, "name"), item);
        if (rc < 0)
            return rc;
    }
    json_array_foreach(json_object_get(run->plan, "strategies"), i, item)
    {
        int rc = add_strategy(run, text_of(item, "name"), item);
        if (rc < 0)
            return rc;
    }
    json_array_foreach(json_object_get(run->plan, "cells"), i, item)
    {
        int rc = plan_cell(run, item);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* One JSON file of the run, with its schema's name checked. A missing optional one is an empty object and a warning. */
static int load_json(struct report_run *run, const char *name, const char *schema, bool required, json_t **out)
{
    char why[256] = "";
    int rc = store_read_json(run->dirfd, name, out, why, sizeof why);
    if (rc == -ENOENT && !required) {
        report_warn(run->result, "%s is missing: what it says is left out", name);
        *out = json_object();
        return *out ? 0 : -ENOMEM;
    }
    if (!rc && strncmp(text_of(*out, "schema"), schema, strlen(schema)) != 0) {
        const char *have = text_of(*out, "schema");
        const size_t kind = strcspn(schema, "/");
        run->result->other_schema = !strncmp(have, schema, kind + 1);
        snprintf(why, sizeof why, "%s: its schema is \"%.40s\", this version reads %sx", name, have, schema);
        rc = -EBADMSG;
    }
    if (rc == -ENOENT && (!journal_is_empty(run->dirfd) || !faccessat(run->dirfd, "SHA256SUMS", F_OK, 0))) {
        snprintf(why, sizeof why, "%s is missing", name); /* there are trials: it has been removed */
        rc = -EBADMSG;
    }
    if (rc)
        snprintf(run->result->message, sizeof run->result->message, "%s", why);
    return store_is_misshapen(rc) ? -EBADMSG : rc;
}

/* A run that was interrupted inside of a block made the whole block again when it was resumed: what is compared is
 * compared inside blocks, and a pair must be of one session. */
static bool is_superseded(const struct report_run *run, const struct trial_record *record)
{
    const json_t *sessions = json_object_get(run->run, "sessions");
    for (size_t s = (size_t)record->session + 1; s < json_array_size(sessions); s++) {
        const json_t *first = json_object_get(json_array_get(sessions, s), "first_block");
        if (json_is_integer(first) && json_integer_value(first) <= (json_int_t)record->block)
            return true;
    }
    return false;
}

static int each_trial(const struct trial_record *record, void *arg)
{
    struct report_run *run = arg;
    if (is_superseded(run, record))
        return 0;
    /* A block beyond the plan would also make arrays of any size. */
    const size_t sessions = json_array_size(json_object_get(run->run, "sessions"));
    bool known = record->block < run->blocks && (!record->session || record->session < sessions);
    int rc = known ? aggregate_trial(run, record) : -EBADMSG;
    if (rc && !run->result->message[0])
        snprintf(run->result->message, sizeof run->result->message, "trials.jsonl: %s, block %u: %s",
                 record->cell.workload, record->block,
                 rc == -EBADMSG ? "a record that cannot be true (no time, no ops, a block or a session that was not "
                                  "planned, or an illegal name)"
                                : strerror(-rc));
    return rc;
}

static int load_trials(struct report_run *run)
{
    struct journal_problem problem = {0};
    int rc = journal_salvage(run->dirfd, each_trial, run->salvage ? salvage_note : NULL, run, &problem);
    if (problem.torn_tail)
        report_warn(run->result, "trials.jsonl: the last line is incomplete and was left out");
    run->result->other_schema |= problem.other_schema;
    if (rc && !run->result->message[0])
        journal_problem_text(&problem, rc, run->result->message, sizeof run->result->message);
    /* It is made before run.json is: where it is missing somebody has removed it. */
    return rc == -ENOENT || store_is_misshapen(rc) ? -EBADMSG : rc;
}

static unsigned small_count(const json_t *object, const char *key, unsigned limit)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value < 0 ? 0 : value > limit ? limit : (unsigned)value;
}

bool report_run_has_ended(const struct report_run *run)
{
    const char *status = json_string_value(json_object_get(run->run, "status"));
    return status && strcmp(status, "running") != 0;
}

/* A run that has ended says how many good trials it wrote. Fewer or more mean that the journal is not the one it wrote.
 */
static int check_count(struct report_run *run)
{
    const json_t *ok = json_object_get(json_object_get(run->run, "trials"), "ok");
    unsigned found = run->ok_count + run->unverified_count;
    if (!report_run_has_ended(run) || !json_is_integer(ok) || json_integer_value(ok) == found)
        return 0;
    /* Any of the lines that were left out may have been a good trial. */
    if (found < json_integer_value(ok) && json_integer_value(ok) <= (json_int_t)found + run->n_salvaged)
        return 0;
    snprintf(run->result->message, sizeof run->result->message,
             "trials.jsonl has %u good trials, run.json says %" JSON_INTEGER_FORMAT " were written", found,
             json_integer_value(ok));
    return -EBADMSG;
}

struct damage {
    struct report_run *run;
    unsigned count;
};

/* A journal that lines are left out of is known not to be the one that was sealed. */
static void note_damage(const char *name, const char *what, void *arg)
{
    struct damage *damage = arg;
    struct report_result *result = damage->run->result;
    if (damage->run->n_salvaged && strcmp(name, "trials.jsonl") == 0)
        return;
    damage->count++;
    if (!result->message[0])
        snprintf(result->message, sizeof result->message, "%.200s %s", name, what);
}

/* Numbers from files that changed after the run are nobody's numbers. A run that was killed has no seal to check. */
static int check_seal(struct report_run *run)
{
    struct damage damage = {run, 0};
    int rc = seal_check(run->dirfd, note_damage, &damage);
    if (rc == -ENOENT && report_run_has_ended(run))
        report_warn(run->result,
                    "SHA256SUMS is missing from a run that has ended: nobody can tell whether its files are "
                    "those that it wrote (quintet run --resume seals a run that was killed before its seal)");
    return damage.count ? -EBADMSG : rc > 0 || rc == -ENOENT ? 0 : rc;
}

static int load(struct report_run *run, int dirfd, bool ungated, bool salvage, struct report_result *result)
{
    *run = (struct report_run){
        .dirfd = dirfd, .result = result, .ungated = ungated, .salvage = salvage, .cell_index = json_object()};
    if (!run->cell_index)
        return -ENOMEM;
    int rc = load_json(run, "run.json", "quintet.run/1.", true, &run->run);
    if (!rc)
        rc = load_json(run, "plan.json", "quintet.plan/1.", false, &run->plan);
    if (!rc)
        rc = load_json(run, "env.json", "quintet.env/1.", false, &run->env);
    if (rc)
        return rc;
    rc = load_plan(run);
    if (rc) {
        snprintf(result->message, sizeof result->message, "plan.json: %s",
                 rc == -EBADMSG ? "a workload, strategy or cell that cannot be (illegal name or number)"
                                : strerror(-rc));
        return rc;
    }
    run->workers = small_count(run->run, "workers", 1 << 16);
    run->blocks = small_count(run->run, "blocks", 1 << 20);
    if (run->workers == 0)
        run->workers = 1;
    rc = load_trials(run);
    if (!rc)
        rc = salvage_tell(run);
    if (!rc && !ungated)
        rc = check_count(run);
    if (!rc && !ungated)
        rc = check_seal(run);
    return rc ? rc : aggregate_finish(run);
}

int report_run_load(struct report_run *run, int dirfd, struct report_result *result)
{
    return load(run, dirfd, false, false, result);
}

int report_run_load_ungated(struct report_run *run, const struct report_run *of, struct report_result *result)
{
    return load(run, of->dirfd, true, of->salvage, result);
}

int report_run_salvage(struct report_run *run, int dirfd, struct report_result *result)
{
    return load(run, dirfd, false, true, result);
}

void report_run_fini(struct report_run *run)
{
    for (unsigned c = 0; c < run->n_cells; c++) {
        struct report_cell *cell = &run->cells[c];
        for (unsigned s = 0; s < cell->n_series; s++)
            free(cell->series[s].by_block);
        free(cell->series);
        free(cell->digest);
        free(cell->latency);
        free(cell->paces);
    }
    free(run->cells);
    free(run->workloads);
    free(run->strategies);
    free(run->failed);
    free(run->order);
    json_decref(run->cell_index);
    json_decref(run->run);
    json_decref(run->plan);
    json_decref(run->env);
}
