/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Specs and records as JSON. The flat fields are one table (json_fields.h): a field is added to the journal by adding a
 * line here. What is nested (the cell, meters, the workload's own metrics) follows by hand.
 */
#include "record/json_fields.h"
#include "record/trial_record.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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
    S(data_fd, FIELD_UINT),  S(task, FIELD_TEXT),
    S(counters, FIELD_TEXT), S(origin_servers, FIELD_UINT),
};

enum { N_RECORD_FIELDS = sizeof record_fields / sizeof *record_fields };
enum { N_SPEC_FIELDS = sizeof spec_fields / sizeof *spec_fields };

json_t *trial_spec_to_json(const struct trial_spec *spec)
{
    json_t *json = json_object(), *cpus = json_array();
    for (unsigned i = 0; i < spec->n_cpus; i++)
        json_array_append_new(cpus, json_integer(spec->cpus[i]));
    if (cell_to_json(json, &spec->cell) || json_fields_write(json, spec_fields, N_SPEC_FIELDS, spec) ||
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
        rc = json_fields_read(json, spec_fields, N_SPEC_FIELDS, out, why, why_len);
    json_t *cpus = json_object_get(json, "cpus"), *cpu;
    size_t i;
    if (!rc && (!json_is_array(cpus) || json_array_size(cpus) > CPUS_MAX || json_array_size(cpus) == 0))
        return json_field_bad(why, why_len, "cpus");
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
            rc |= json_object_set_new(why, names[i], json_text(list[i].why));
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

static int metrics_from_json(json_t *json, struct trial_record *out)
{
    const char *name;
    json_t *value;
    if (!json_is_object(json))
        return -EBADMSG;
    json_object_foreach(json, name, value)
    {
        struct named_value *m = &out->metrics[out->n_metrics];
        if (out->n_metrics == METRICS_MAX || strlen(name) >= NAME_LEN || !json_is_number(value))
            return -EBADMSG;
        strcpy(m->name, name);
        m->value = json_number_value(value);
        out->n_metrics++;
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
    if (!rc)
        rc = json_fields_write_set(json, optional_fields, N_OPTIONAL_FIELDS, record);
    if (!rc && record->n_progress)
        rc = json_object_set_new(json, "progress", progress_to_json(record));
    if (!rc)
        rc = meters_to_json(json, record);
    if (rc || cell_to_json(json, &record->cell) || json_fields_write(json, record_fields, N_RECORD_FIELDS, record)) {
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
        rc = json_fields_read(json, record_fields, N_RECORD_FIELDS, out, why, why_len);
    if (!rc)
        rc = json_fields_read_there(json, optional_fields, N_OPTIONAL_FIELDS, out, why, why_len);
    if (rc)
        return rc;
    const char *end = json_string_value(json_object_get(json, "end"));
    int parsed = end ? trial_end_parse(end) : -EINVAL;
    if (parsed < 0)
        return json_field_bad(why, why_len, "end");
    out->end = (enum trial_end)parsed;
    if (progress_from_json(json_object_get(json, "progress"), out))
        return json_field_bad(why, why_len, "progress");
    if (meters_from_json(json, out))
        return json_field_bad(why, why_len, "energy or perf");
    return metrics_from_json(json_object_get(json, "metrics"), out) ? json_field_bad(why, why_len, "metrics") : 0;
}
