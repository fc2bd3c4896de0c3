/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Specs and records as JSON. The flat fields are one table: a field is added to the journal by adding a line here, and
 * reader and writer cannot disagree. What is nested (the cell, the workload's own metrics) follows by hand.
 */
#include "record/trial_record.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field_type { FIELD_TEXT, FIELD_U64, FIELD_HEX64, FIELD_UINT, FIELD_INT, FIELD_REAL };

struct field {
    const char *name;
    enum field_type type;
    size_t offset, size;
};

#define FIELD(type, member, json_name, kind)                                                                           \
    {                                                                                                                  \
        json_name, kind, offsetof(struct type, member), sizeof(((struct type *)0)->member)                             \
    }
#define R(member, kind) FIELD(trial_record, member, #member, kind)
#define S(member, kind) FIELD(trial_spec, member, #member, kind)

static const struct field record_fields[] = {
    R(run_id, FIELD_TEXT),
    R(block, FIELD_UINT),
    R(slot, FIELD_UINT),
    R(seed, FIELD_HEX64),
    R(nonce, FIELD_HEX64),
    R(protocol, FIELD_UINT),
    R(backend, FIELD_TEXT),
    R(started_utc, FIELD_TEXT),
    R(reason, FIELD_TEXT),
    R(signal, FIELD_INT),
    R(attempts, FIELD_UINT),
    R(digest, FIELD_HEX64),
    R(expect, FIELD_HEX64),
    R(tasks, FIELD_U64),
    R(ops, FIELD_U64),
    R(group, FIELD_U64),
    R(batch, FIELD_U64),
    R(cores, FIELD_UINT),
    R(setup_ns, FIELD_U64),
    R(open_ns, FIELD_U64),
    R(warm_up_ns, FIELD_U64),
    R(run_ns, FIELD_U64),
    R(close_ns, FIELD_U64),
    R(verify_ns, FIELD_U64),
    R(clock_source, FIELD_TEXT),
    R(clock_drift_ppm, FIELD_REAL),
    R(work, FIELD_U64),
    R(user_ns, FIELD_U64),
    R(system_ns, FIELD_U64),
    R(voluntary_switches_count, FIELD_U64),
    R(involuntary_switches_count, FIELD_U64),
    R(user_switches_count, FIELD_U64),
    R(minor_faults_count, FIELD_U64),
    R(major_faults_count, FIELD_U64),
    R(memory_peak_bytes, FIELD_U64),
    R(steal_ns, FIELD_U64),
    R(foreign_cpu_ns, FIELD_U64),
    R(in_flight_mean, FIELD_REAL),
    R(in_flight_peak, FIELD_UINT),
    R(ideal_kind, FIELD_TEXT),
    R(ideal_wait_ns, FIELD_U64),
    R(latency_count, FIELD_U64),
    R(latency_mean_ns, FIELD_REAL),
    R(latency_min_ns, FIELD_U64),
    R(latency_max_ns, FIELD_U64),
    R(hist_file, FIELD_TEXT),
    R(hist_offset, FIELD_U64),
};

/* Younger than schema 1.0: left out where there is nothing to say, absent in older journals. */
static const struct field optional_fields[] = {
    R(suspended_ns, FIELD_U64),    R(clock_step_ns, FIELD_U64), R(throttled_count, FIELD_U64),
    R(stops_count, FIELD_U64),     R(gate, FIELD_TEXT),         R(children_carried_count, FIELD_U64),
    R(response_offset, FIELD_U64), R(lag_offset, FIELD_U64),    R(ideal_task_ns, FIELD_U64),
    R(overlap_from_ns, FIELD_U64), R(overlap_ns, FIELD_U64),    R(steady, FIELD_TEXT),
    R(settled_ns, FIELD_U64),      R(others_cpu_ns, FIELD_U64), R(others_count, FIELD_UINT),
    R(session, FIELD_UINT),
};
enum { N_OPTIONAL_FIELDS = sizeof optional_fields / sizeof *optional_fields };

static const struct field spec_fields[] = {
    S(profile, FIELD_TEXT),  S(block, FIELD_UINT),
    S(slot, FIELD_UINT),     S(seed, FIELD_HEX64),
    S(nonce, FIELD_HEX64),   FIELD(trial_spec, clock.ns_per_tick_q32, "ns_per_tick_q32", FIELD_HEX64),
    S(data_dir, FIELD_TEXT), S(task, FIELD_TEXT),
    S(counters, FIELD_TEXT),
};

enum { N_RECORD_FIELDS = sizeof record_fields / sizeof *record_fields };
enum { N_SPEC_FIELDS = sizeof spec_fields / sizeof *spec_fields };

static const char *const end_names[END_COUNT] = {
    [END_OK] = "ok",
    [END_SKIPPED] = "skipped",
    [END_VERIFY_FAILED] = "verify_failed",
    [END_IMPLAUSIBLE] = "implausible",
    [END_TIMEOUT] = "timeout",
    [END_CRASHED] = "crashed",
    [END_OOM] = "oom",
    [END_NO_RESOURCE] = "no_resource",
    [END_FAILED_IO] = "failed_io",
    [END_PROTOCOL] = "protocol",
    [END_INTERRUPTED] = "interrupted",
};

const char *trial_end_name(enum trial_end end)
{
    return (unsigned)end < END_COUNT ? end_names[end] : "?";
}

int trial_end_parse(const char *name)
{
    for (int i = 0; i < END_COUNT; i++)
        if (!strcmp(end_names[i], name))
            return i;
    return -EINVAL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named_text *)a)->name, ((const struct named_text *)b)->name);
}

void cell_sort_params(struct cell *cell)
{
    qsort(cell->params, cell->n_params, sizeof cell->params[0], by_name);
    qsort(cell->options, cell->n_options, sizeof cell->options[0], by_name);
}

/* "[a=1,b=2]" behind what buf holds; nothing for an empty list. */
static void append_list(char *buf, size_t len, const struct named_text *list, unsigned n, const char *brackets)
{
    size_t used = strlen(buf);
    for (unsigned i = 0; i < n && used < len; i++)
        used += (size_t)snprintf(buf + used, len - used, "%c%s=%s", i ? ',' : brackets[0], list[i].name, list[i].text);
    if (n && used < len)
        snprintf(buf + used, len - used, "%c", brackets[1]);
}

void cell_case(const struct cell *cell, char *buf, size_t len)
{
    snprintf(buf, len, "%s", cell->workload);
    append_list(buf, len, cell->params, cell->n_params, "[]");
    size_t used = strlen(buf);
    if (cell->offered_per_s)
        snprintf(buf + used, len - used, "@%" PRIu64, cell->offered_per_s);
}

void cell_runner(const struct cell *cell, char *buf, size_t len)
{
    snprintf(buf, len, "%s", cell->strategy);
    append_list(buf, len, cell->options, cell->n_options, "{}");
    size_t used = strlen(buf);
    if (cell->role[0])
        snprintf(buf + used, len - used, "~%s", cell->role);
}

void cell_id(const struct cell *cell, char *buf, size_t len)
{
    cell_case(cell, buf, len);
    size_t used = strlen(buf);
    used += (size_t)snprintf(buf + used, len - used, "/");
    if (used >= len)
        return;
    cell_runner(cell, buf + used, len - used);
    used += strlen(buf + used);
    snprintf(buf + used, len - used, "/w%u/k%u", cell->workers, cell->in_flight);
}

/* Text that came from outside (a reason, a describe line) must not make the document invalid UTF-8. */
static json_t *text_to_json(const char *text)
{
    json_t *json = json_string(text);
    if (json)
        return json;
    char clean[4096];
    size_t i = 0;
    for (; text[i] && i + 1 < sizeof clean; i++)
        clean[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
    clean[i] = '\0';
    return json_string(clean);
}

static json_t *hex_to_json(uint64_t value)
{
    char hex[17];
    snprintf(hex, sizeof hex, "%016" PRIx64, value);
    return json_string(hex);
}

static json_t *field_to_json(const struct field *field, const void *base)
{
    const void *at = (const char *)base + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        return text_to_json(at);
    case FIELD_U64:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case FIELD_HEX64:
        return hex_to_json(*(const uint64_t *)at);
    case FIELD_UINT:
        return json_integer(*(const unsigned *)at);
    case FIELD_INT:
        return json_integer(*(const int *)at);
    case FIELD_REAL:
        return json_real(isfinite(*(const double *)at) ? *(const double *)at : 0.0);
    }
    return NULL;
}

static int hex_from_json(const json_t *json, uint64_t *out)
{
    const char *text = json_string_value(json);
    char *end;
    if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return -EBADMSG;
    *out = strtoull(text, &end, 16);
    return 0;
}

static int field_from_json(const struct field *field, const json_t *json, void *base)
{
    void *at = (char *)base + field->offset;
    json_int_t integer = json_is_integer(json) ? json_integer_value(json) : -1;
    switch (field->type) {
    case FIELD_TEXT:
        if (!json_is_string(json) || json_string_length(json) >= field->size)
            return -EBADMSG;
        memcpy(at, json_string_value(json), json_string_length(json) + 1);
        return 0;
    case FIELD_HEX64:
        return hex_from_json(json, at);
    case FIELD_U64:
        if (integer < 0)
            return -EBADMSG;
        *(uint64_t *)at = (uint64_t)integer;
        return 0;
    case FIELD_UINT:
        if (integer < 0 || integer > UINT32_MAX)
            return -EBADMSG;
        *(unsigned *)at = (unsigned)integer;
        return 0;
    case FIELD_INT:
        if (!json_is_integer(json) || json_integer_value(json) != (int)json_integer_value(json))
            return -EBADMSG;
        *(int *)at = (int)json_integer_value(json);
        return 0;
    case FIELD_REAL:
        if (!json_is_number(json) || !isfinite(json_number_value(json)))
            return -EBADMSG;
        *(double *)at = json_number_value(json);
        return 0;
    }
    return -EBADMSG;
}

static int fields_to_json(json_t *json, const struct field *fields, unsigned n, const void *base)
{
    for (unsigned i = 0; i < n; i++)
        if (json_object_set_new(json, fields[i].name, field_to_json(&fields[i], base)))
            return -ENOMEM;
    return 0;
}

/* Is there anything to say? Texts that are not empty, numbers that are not 0. */
static bool field_is_set(const struct field *field, const void *base)
{
    const unsigned char *at = (const unsigned char *)base + field->offset;
    for (size_t i = 0; i < (field->type == FIELD_TEXT ? 1 : field->size); i++)
        if (at[i])
            return true;
    return false;
}

static int bad(char *why, size_t why_len, const char *field)
{
    snprintf(why, why_len, "field \"%s\" is missing, of the wrong type or out of range", field);
    return -EBADMSG;
}

static int fields_from_json(const json_t *json, const struct field *fields, unsigned n, void *base, char *why,
                            size_t why_len)
{
    for (unsigned i = 0; i < n; i++)
        if (field_from_json(&fields[i], json_object_get(json, fields[i].name), base))
            return bad(why, why_len, fields[i].name);
    return 0;
}

static json_t *list_to_json(const struct named_text *list, unsigned n)
{
    json_t *json = json_object();
    for (unsigned i = 0; i < n; i++)
        json_object_set_new(json, list[i].name, json_string(list[i].text));
    return json;
}

static int list_from_json(const json_t *json, struct named_text *list, unsigned max, unsigned *n)
{
    const char *name;
    json_t *value;
    *n = 0;
    if (!json_is_object(json))
        return -EBADMSG;
    json_object_foreach((json_t *)json, name, value)
    {
        if (*n == max || strlen(name) >= NAME_LEN || !json_is_string(value) || json_string_length(value) >= NAME_LEN)
            return -EBADMSG;
        strcpy(list[*n].name, name);
        strcpy(list[*n].text, json_string_value(value));
        (*n)++;
    }
    return 0;
}

/* What most cells lack (options, a role, an offered load) is left out: a reader takes absence for "none". */
int cell_to_json(json_t *json, const struct cell *cell)
{
    char id[CELL_ID_LEN];
    cell_id(cell, id, sizeof id);
    int rc = json_object_set_new(json, "cell_id", json_string(id)) |
             json_object_set_new(json, "workload", json_string(cell->workload)) |
             json_object_set_new(json, "strategy", json_string(cell->strategy)) |
             json_object_set_new(json, "params", list_to_json(cell->params, cell->n_params)) |
             json_object_set_new(json, "in_flight", json_integer(cell->in_flight)) |
             json_object_set_new(json, "workers", json_integer(cell->workers));
    if (cell->n_options)
        rc |= json_object_set_new(json, "options", list_to_json(cell->options, cell->n_options));
    if (cell->role[0])
        rc |= json_object_set_new(json, "role", json_string(cell->role));
    if (cell->offered_per_s)
        rc |= json_object_set_new(json, "offered_per_s", json_integer((json_int_t)cell->offered_per_s));
    return rc ? -ENOMEM : 0;
}

int cell_from_json(const json_t *json, struct cell *cell, char *why, size_t why_len)
{
    static const struct field fields[] = {
        FIELD(cell, workload, "workload", FIELD_TEXT),
        FIELD(cell, strategy, "strategy", FIELD_TEXT),
        FIELD(cell, in_flight, "in_flight", FIELD_UINT),
        FIELD(cell, workers, "workers", FIELD_UINT),
    };
    static const struct field optional[] = {
        FIELD(cell, role, "role", FIELD_TEXT),
        FIELD(cell, offered_per_s, "offered_per_s", FIELD_U64),
    };
    memset(cell, 0, sizeof *cell);
    int rc = fields_from_json(json, fields, sizeof fields / sizeof *fields, cell, why, why_len);
    for (unsigned i = 0; i < sizeof optional / sizeof *optional && !rc; i++)
        if (json_object_get(json, optional[i].name))
            rc = fields_from_json(json, &optional[i], 1, cell, why, why_len);
    if (rc)
        return rc;
    if (list_from_json(json_object_get(json, "params"), cell->params, PARAMS_MAX, &cell->n_params))
        return bad(why, why_len, "params");
    const json_t *options = json_object_get(json, "options");
    if (options && list_from_json(options, cell->options, OPTIONS_MAX, &cell->n_options))
        return bad(why, why_len, "options");
    cell_sort_params(cell);
    return 0;
}

json_t *trial_spec_to_json(const struct trial_spec *spec)
{
    json_t *json = json_object(), *cpus = json_array();
    for (unsigned i = 0; i < spec->n_cpus; i++)
        json_array_append_new(cpus, json_integer(spec->cpus[i]));
    if (cell_to_json(json, &spec->cell) || fields_to_json(json, spec_fields, N_SPEC_FIELDS, spec) ||
        json_object_set_new(json, "cpus", cpus)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

int trial_spec_from_json(const json_t *json, struct trial_spec *out, char *why, size_t why_len)
{
    memset(out, 0, sizeof *out);
    int rc = cell_from_json(json, &out->cell, why, why_len);
    if (!rc)
        rc = fields_from_json(json, spec_fields, N_SPEC_FIELDS, out, why, why_len);
    json_t *cpus = json_object_get(json, "cpus"), *cpu;
    size_t i;
    if (!rc && (!json_is_array(cpus) || json_array_size(cpus) > CPUS_MAX || json_array_size(cpus) == 0))
        return bad(why, why_len, "cpus");
    if (!rc)
        json_array_foreach(cpus, i, cpu) out->cpus[out->n_cpus++] = (int)json_integer_value(cpu);
    return rc;
}

/* {"name": value, "name": null} and, where there is a null, {"name": "why"}. */
static int counted_to_json(json_t *json, const char *key, const struct counted *list, const char *const *names,
                           unsigned n)
{
    char why_key[NAME_LEN];
    json_t *values = json_object(), *why = json_object();
    int rc = 0;
    for (unsigned i = 0; i < n; i++) {
        rc |=
            json_object_set_new(values, names[i], list[i].has ? json_integer((json_int_t)list[i].value) : json_null());
        if (!list[i].has)
            rc |= json_object_set_new(why, names[i], text_to_json(list[i].why));
    }
    snprintf(why_key, sizeof why_key, "%s_why", key);
    rc |= json_object_set_new(json, key, values);
    if (json_object_size(why))
        rc |= json_object_set(json, why_key, why);
    json_decref(why);
    return rc ? -ENOMEM : 0;
}

/* 1 if it is there, 0 if not, or -EBADMSG. Names of other versions are passed over; ours may be missing. */
static int counted_from_json(const json_t *json, const char *key, struct counted *list, const char *const *names,
                             unsigned n)
{
    char why_key[NAME_LEN];
    const json_t *values = json_object_get(json, key);
    snprintf(why_key, sizeof why_key, "%s_why", key);
    const json_t *why = json_object_get(json, why_key);
    if (!values)
        return 0;
    if (!json_is_object(values))
        return -EBADMSG;
    for (unsigned i = 0; i < n; i++) {
        const json_t *value = json_object_get(values, names[i]);
        const char *reason = json_string_value(json_object_get(why, names[i]));
        if (value && !json_is_null(value) && (!json_is_integer(value) || json_integer_value(value) < 0))
            return -EBADMSG;
        list[i].has = json_is_integer(value);
        list[i].value = (uint64_t)json_integer_value(value);
        snprintf(list[i].why, sizeof list[i].why, "%s", list[i].has ? "" : reason ? reason : "not recorded");
    }
    return 1;
}

static const char *const energy_names[ENERGY_PARTS] = {"package_uj", "dram_uj"};

static void perf_names(const char *names[PERF_EVENTS])
{
    for (enum perf_event e = 0; e < PERF_EVENTS; e++)
        names[e] = perf_event_name(e);
}

static int meters_to_json(json_t *json, const struct trial_record *r)
{
    const char *names[PERF_EVENTS];
    perf_names(names);
    int rc = 0;
    if (r->energy[ENERGY_PACKAGE].has || r->energy[ENERGY_PACKAGE].why[0])
        rc = counted_to_json(json, "energy", r->energy, energy_names, ENERGY_PARTS);
    if (!rc && r->has_perf)
        rc = counted_to_json(json, "perf", r->perf, names, PERF_EVENTS);
    if (!rc && r->has_perf && r->perf_running < 1)
        rc = json_object_set_new(json, "perf_running", json_real(r->perf_running)) ? -ENOMEM : 0;
    if (!rc && r->has_perf && r->perf_user_only)
        rc = json_object_set_new(json, "perf_user_only", json_true()) ? -ENOMEM : 0;
    return rc;
}

static int meters_from_json(const json_t *json, struct trial_record *out)
{
    const char *names[PERF_EVENTS];
    perf_names(names);
    int rc = counted_from_json(json, "energy", out->energy, energy_names, ENERGY_PARTS);
    if (rc < 0)
        return rc;
    rc = counted_from_json(json, "perf", out->perf, names, PERF_EVENTS);
    const json_t *running = json_object_get(json, "perf_running");
    out->has_perf = rc > 0;
    out->perf_running = json_is_number(running) ? json_number_value(running) : 1;
    out->perf_user_only = json_is_true(json_object_get(json, "perf_user_only"));
    return rc < 0 ? rc : 0;
}

static json_t *progress_to_json(const struct trial_record *record)
{
    json_t *json = json_array();
    for (unsigned i = 0; i < record->n_progress; i++)
        json_array_append_new(json, json_integer(record->progress[i]));
    return json;
}

static int progress_from_json(const json_t *json, struct trial_record *out)
{
    size_t i;
    json_t *value;
    if (json && (!json_is_array(json) || json_array_size(json) > SERIES_MAX))
        return -EBADMSG;
    json_array_foreach((json_t *)json, i, value)
    {
        json_int_t cost = json_is_integer(value) ? json_integer_value(value) : -1;
        if (cost < 0 || cost > UINT16_MAX)
            return -EBADMSG;
        out->progress[out->n_progress++] = (uint16_t)cost;
    }
    return 0;
}

json_t *trial_record_to_json(const struct trial_record *record)
{
    json_t *json = json_object(), *metrics = json_object();
    for (unsigned i = 0; i < record->n_metrics; i++)
        if (isfinite(record->metrics[i].value))
            json_object_set_new(metrics, record->metrics[i].name, json_real(record->metrics[i].value));
    int rc = json_object_set_new(json, "schema", json_string(TRIAL_SCHEMA)) |
             json_object_set_new(json, "end", json_string(trial_end_name(record->end))) |
             json_object_set_new(json, "metrics", metrics);
    for (unsigned i = 0; i < N_OPTIONAL_FIELDS && !rc; i++)
        if (field_is_set(&optional_fields[i], record))
            rc = fields_to_json(json, &optional_fields[i], 1, record);
    if (!rc && record->n_progress)
        rc = json_object_set_new(json, "progress", progress_to_json(record));
    if (!rc)
        rc = meters_to_json(json, record);
    if (rc || cell_to_json(json, &record->cell) || fields_to_json(json, record_fields, N_RECORD_FIELDS, record)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

int trial_record_from_json(const json_t *json, struct trial_record *out, char *why, size_t why_len)
{
    memset(out, 0, sizeof *out);
    const char *schema = json_string_value(json_object_get(json, "schema"));
    if (!schema || strncmp(schema, "quintet.trial/1.", 16)) {
        snprintf(why, why_len, "schema is \"%.40s\", this version reads quintet.trial/1.x", schema ? schema : "");
        return -EBADMSG;
    }
    int rc = cell_from_json(json, &out->cell, why, why_len);
    if (!rc)
        rc = fields_from_json(json, record_fields, N_RECORD_FIELDS, out, why, why_len);
    for (unsigned i = 0; i < N_OPTIONAL_FIELDS && !rc; i++)
        if (json_object_get(json, optional_fields[i].name))
            rc = fields_from_json(json, &optional_fields[i], 1, out, why, why_len);
    if (rc)
        return rc;
    const char *end = json_string_value(json_object_get(json, "end"));
    int parsed = end ? trial_end_parse(end) : -EINVAL;
    if (parsed < 0)
        return bad(why, why_len, "end");
    out->end = (enum trial_end)parsed;
    if (progress_from_json(json_object_get(json, "progress"), out))
        return bad(why, why_len, "progress");
    if (meters_from_json(json, out))
        return bad(why, why_len, "energy or perf");

    json_t *metrics = json_object_get(json, "metrics"), *value;
    const char *name;
    if (!json_is_object(metrics))
        return bad(why, why_len, "metrics");
    json_object_foreach(metrics, name, value)
    {
        struct named_value *m = &out->metrics[out->n_metrics];
        if (out->n_metrics == METRICS_MAX || strlen(name) >= NAME_LEN || !json_is_number(value))
            return bad(why, why_len, "metrics");
        strcpy(m->name, name);
        m->value = json_number_value(value);
        out->n_metrics++;
    }
    return 0;
}
