/* SPDX-License-Identifier: Apache-2.0 */
/* A plan from the plan.json of a stored run. The document comes from outside: nothing in it is believed. */
#include "run/plan_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CELLS_MAX = 16384, BLOCKS_MAX = 10000, RATE_MAX = 10000000 };

/* Where we are in the document, and the identities of the cells before. */
struct reading {
    const json_t *stored;
    json_t *seen;
    size_t at;
    bool keep_skips;
    unsigned scale_from; /* 0: amounts of work stay */
    char *why;
    size_t why_len;
};

static int refuse(struct reading *r, const char *what)
{
    snprintf(r->why, r->why_len, "cell %zu: %s", r->at, what);
    return -EBADMSG;
}

/* Names and values go into identities, file names and messages: anything but what cells are made of is refused. */
static bool is_word(const char *text)
{
    return text[0] && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-")];
}

static bool are_words(const struct named_text *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!is_word(list[i].name) || !is_word(list[i].text))
            return false;
    return true;
}

static bool is_role(const char *role)
{
    return !role[0] || !strcmp(role, "twin") || !strcmp(role, "control2") || !strcmp(role, "control5");
}

/* Can a run of ours have written this cell? 0 or -EBADMSG. */
static int check_cell(struct reading *r, const struct cell *cell)
{
    if (!is_word(cell->workload) || !is_word(cell->strategy) || !are_words(cell->params, cell->n_params) ||
        !are_words(cell->options, cell->n_options))
        return refuse(r, "a name or a value has characters that none can have");
    if (!is_role(cell->role))
        return refuse(r, "an unknown role");
    if (cell->in_flight < 1 || cell->in_flight > IN_FLIGHT_LIMIT)
        return refuse(r, "in_flight is out of range (1..1000000)");
    if (cell->offered_per_s > RATE_MAX)
        return refuse(r, "offered_per_s is out of range (1..10000000)");
    return 0;
}

/* Once per cell as it will be here: a cell that ran twice in a block would be a damaged journal. */
static int note_identity(struct reading *r, const struct cell *cell)
{
    char id[CELL_ID_LEN];
    struct cell same = *cell;
    same.workers = 0;
    cell_id(&same, id, sizeof id);
    if (json_object_get(r->seen, id))
        return refuse(r, "it is there twice");
    return json_object_set_new(r->seen, id, json_true()) ? -ENOMEM : 0;
}

static json_int_t protocol_of(const json_t *stored, const char *workload)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(stored, "workloads"), i, item)
    {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (name && !strcmp(name, workload))
            return json_integer_value(json_object_get(item, "protocol"));
    }
    return 0; /* no protocol is 0 */
}

/* Has this version of the workload a parameter that the stored cell says nothing of? Its name, or NULL. */
static const char *missing_param(const struct workload *w, const struct cell *cell)
{
    for (unsigned i = 0; i < param_count(w->params); i++) {
        bool found = false;
        for (unsigned j = 0; j < cell->n_params; j++)
            found |= !strcmp(cell->params[j].name, w->params[i].name);
        if (!found)
            return w->params[i].name;
    }
    return NULL;
}

static bool has_known_place(const struct cell *cell)
{
    for (unsigned i = 0; i < cell->n_params; i++)
        if (!strcmp(cell->params[i].name, "place"))
            return !strcmp(cell->params[i].text, "same") || !strcmp(cell->params[i].text, "across");
    return true; /* free, which cells do not mention */
}

/* Is it another thing under this version of the program? One sentence into `skip`, or "". */
static void look_for_difference(const struct cell *cell, const json_t *stored, char *skip, size_t len)
{
    struct trial_setup what;
    char why[REASON_LEN / 2];
    skip[0] = '\0';
    if (trial_resolve(cell, &what, why, sizeof why)) {
        snprintf(skip, len, "not known to this version: %s", why);
        return;
    }
    json_int_t protocol = protocol_of(stored, cell->workload);
    const char *missing = missing_param(what.workload, cell);
    if (protocol != what.workload->protocol)
        snprintf(skip, len,
                 "%s is another one here: protocol %u, and %" JSON_INTEGER_FORMAT
                 " in the stored run; their numbers are not comparable",
                 cell->workload, what.workload->protocol, protocol);
    else if (missing)
        snprintf(skip, len, "%s has a parameter \"%s\" here, which the stored cell lacks", cell->workload, missing);
    else if (!has_known_place(cell))
        snprintf(skip, len, "not known to this version: a placement other than same and across");
}

/* Amounts of work for the CPUs that the cell has here. */
static void scale_amounts(struct cell *cell, const struct workload *w, unsigned from)
{
    for (unsigned i = 0; i < cell->n_params; i++) {
        int at = param_find(w->params, cell->params[i].name);
        const struct param_spec *spec = at < 0 ? NULL : &w->params[at];
        char digits[24];
        int64_t value;
        if (spec && spec->grows && !param_parse(spec, cell->params[i].text, &value))
            snprintf(cell->params[i].text, sizeof cell->params[i].text, "%s",
                     param_text(spec, param_rescaled(spec, value, from, cell->workers), digits));
    }
}

static int add_stored(struct plan *plan, struct reading *r, const json_t *json)
{
    struct plan_cell entry = {.group = 1};
    struct cell *cell = &entry.cell;
    char why[REASON_LEN];
    if (cell_from_json(json, cell, why, sizeof why))
        return refuse(r, why);
    int rc = check_cell(r, cell);
    if (rc || cell->role[0])
        return rc;
    if ((rc = note_identity(r, cell)))
        return rc;
    const struct workload *w = workload_find(cell->workload);
    const struct strategy *s = strategy_find(cell->strategy);
    const char *skip = r->keep_skips ? json_string_value(json_object_get(json, "skip")) : NULL;
    if (skip) {
        snprintf(entry.skip, sizeof entry.skip, "%s", skip);
    } else {
        cell->workers = w ? plan_workers(plan, w) : plan->machine->granted;
        look_for_difference(cell, r->stored, entry.skip, sizeof entry.skip);
    }
    if (entry.skip[0])
        return plan_append_cell(plan, &entry);
    if (r->scale_from)
        scale_amounts(cell, w, r->scale_from);
    struct option_set options = {.n = cell->n_options};
    memcpy(options.options, cell->options, sizeof options.options);
    rc = plan_add_cell(plan, cell, s, &options, cell->in_flight);
    if (!rc || rc == -ENOMEM)
        return rc;
    snprintf(entry.skip, sizeof entry.skip, "%s takes no such cell here: %s", w->name, strerror(-rc));
    return plan_append_cell(plan, &entry);
}

static int plan_again(struct plan *plan, const json_t *stored, const struct plan_request *request,
                      const struct machine *machine, bool keep_skips, char *why, size_t why_len)
{
    *plan = (struct plan){
        .profile = request->profile, .blocks = request->blocks, .seed = request->seed, .machine = machine};
    plan->perf = json_object_get(stored, "counters") != NULL;
    const json_t *cells = json_object_get(stored, "cells");
    struct reading r = {
        .stored = stored, .keep_skips = keep_skips, .scale_from = request->scale_from, .why = why, .why_len = why_len};
    if (!json_array_size(cells) || json_array_size(cells) > CELLS_MAX || !plan->blocks || plan->blocks > BLOCKS_MAX) {
        snprintf(why, why_len, "it has %zu cells and %u blocks, and not 1..%d and 1..%d", json_array_size(cells),
                 plan->blocks, CELLS_MAX, BLOCKS_MAX);
        return -EBADMSG;
    }
    r.seen = json_object();
    int rc = r.seen ? 0 : -ENOMEM;
    for (; r.at < json_array_size(cells) && !rc; r.at++)
        rc = add_stored(plan, &r, json_array_get(cells, r.at));
    json_decref(r.seen);
    if (!rc)
        rc = plan_finish(plan);
    if (rc)
        plan_fini(plan);
    return rc;
}

int plan_from_json(struct plan *plan, const json_t *stored, const struct plan_request *request,
                   const struct machine *machine, char *why, size_t why_len)
{
    return plan_again(plan, stored, request, machine, false, why, why_len);
}

int plan_resume(struct plan *plan, const json_t *stored, const struct plan_request *request,
                const struct machine *machine, char *why, size_t why_len)
{
    return plan_again(plan, stored, request, machine, true, why, why_len);
}
