/* SPDX-License-Identifier: Apache-2.0 */
#include "report/export.h"

#include "measure/hist_exchange.h"
#include "record/store.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_result(const struct report_cell *cell)
{
    return cell->ok && !cell->cell.role[0];
}

static double value_at(const struct report_cell *cell, const char *metric, unsigned block)
{
    const struct series *series = series_find(cell, metric);
    return series && block < series->n_blocks ? series->by_block[block] : NAN;
}

/* --- Google Benchmark's JSON: iteration rows, one per trial, for compare.py and what reads its format ---------------
 */

static json_t *gbench_row(const struct report_run *run, const struct report_cell *cell, unsigned family, unsigned index,
                          unsigned block)
{
    double rate = value_at(cell, "throughput_ops_per_s", block);
    json_t *row = json_pack("{s:s, s:s, s:i, s:i, s:s, s:i, s:i, s:i, s:I, s:f, s:f, s:s}", "name", cell->id,
                            "run_name", cell->id, "family_index", (int)family, "per_family_instance_index", 0,
                            "run_type", "iteration", "repetitions", (int)cell->ok, "repetition_index", (int)index,
                            "threads", (int)run->workers, "iterations", (json_int_t)cell->ops, "real_time", 1e9 / rate,
                            "cpu_time", value_at(cell, "cpu_ns_per_op", block), "time_unit", "ns");
    for (unsigned s = 0; row && s < cell->n_series; s++) {
        double value = value_at(cell, cell->series[s].name, block);
        if (isfinite(value))
            json_object_set_new(row, cell->series[s].name, json_real(value));
    }
    return row;
}

static int write_gbench(const struct report_run *run, FILE *out)
{
    const char *started = json_string_value(json_object_get(run->run, "started_utc"));
    json_t *rows = json_array();
    for (unsigned c = 0; c < run->n_cells; c++)
        for (unsigned block = 0, index = 0; block < run->blocks && is_result(&run->cells[c]); block++)
            if (value_at(&run->cells[c], "throughput_ops_per_s", block) > 0)
                json_array_append_new(rows, gbench_row(run, &run->cells[c], c, index++, block));
    /* json_schema_version stays 1: the format's own reader ends with an error on any other. */
    json_t *json = json_pack("{s:{s:s, s:s, s:s, s:i, s:i, s:b, s:[], s:s, s:i}, s:o}", "context", "date",
                             started ? started : "", "host_name", "", "executable", "quintet", "num_cpus",
                             (int)run->workers, "mhz_per_cpu", 0, "cpu_scaling_enabled", 0, "caches",
                             "library_build_type", "release", "json_schema_version", 1, "benchmarks", rows);
    int rc = json ? json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : -1;
    json_decref(json);
    fputc('\n', out);
    return rc ? -ENOMEM : 0;
}

/* --- Go's benchmark text, for benchstat: sub-benchmark names are keys and values ------------------------------------
 */

/* A name's part: whatever the format reads as a separator becomes '_'. */
static void print_go_part(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(strchr(" \t/-", *text) ? '_' : *text, out);
}

static int write_go(const struct report_run *run, FILE *out)
{
    const char *id = json_string_value(json_object_get(run->run, "run_id"));
    fprintf(out, "run: %s\nUnit ops/s better=higher\n",
            id && store_name_valid(id) ? id : "?"); /* it may be anybody's file */
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        for (unsigned block = 0; block < run->blocks && is_result(cell); block++) {
            double rate = value_at(cell, "throughput_ops_per_s", block), p99 = value_at(cell, "latency_p99_ns", block);
            if (!(rate > 0))
                continue;
            fputs("Benchmark", out);
            print_go_part(out, cell->case_name);
            fputs("/strategy=", out);
            print_go_part(out, run->strategies[cell->strategy].name);
            fprintf(out, "/k=%u\t%llu\t%.12g ns/op\t%.12g ops/s", cell->cell.in_flight, (unsigned long long)cell->ops,
                    1e9 / rate, rate);
            if (isfinite(p99))
                fprintf(out, "\t%.12g p99-ns", p99);
            fputc('\n', out);
        }
    }
    return 0;
}

/* --- CSV: a row per trial and metric, the long form that any tool can turn round ------------------------------------
 */

static int write_csv(const struct report_run *run, FILE *out)
{
    fputs("case,strategy,in_flight,workers,block,metric,value\n", out);
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        for (unsigned s = 0; s < cell->n_series && is_result(cell); s++)
            for (unsigned block = 0; block < cell->series[s].n_blocks; block++)
                if (isfinite(
                        cell->series[s].by_block[block])) /* names hold no quote and no formula: see runner_copy() */
                    fprintf(out, "\"%s\",\"%s\",%u,%u,%u,%s,%.17g\n", cell->case_name,
                            run->strategies[cell->strategy].name, cell->cell.in_flight, cell->cell.workers, block,
                            cell->series[s].name, cell->series[s].by_block[block]);
    }
    return 0;
}

/* --- Percentile distribution as HdrHistogram's plotters read it ------------------------------------------------------
 */

static int write_hgrm(const struct report_run *run, FILE *out)
{
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        if (!is_result(cell) || !cell->latency)
            continue;
        fprintf(out, "# %s, nanoseconds\n", cell->id);
        int rc = hist_hgrm_write(out, cell->latency, 5, 1);
        if (rc)
            return rc;
        fputc('\n', out);
    }
    return 0;
}

/* --- hyperfine's JSON: an entry per cell with the seconds that each trial's work took -------------------------------
 */

/* Mean and standard deviation as hyperfine gives them (n - 1). */
static double mean_of(const double *x, unsigned n)
{
    double sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += x[i];
    return n ? sum / n : NAN;
}

static double deviation_of(const double *x, unsigned n)
{
    double mean = mean_of(x, n), sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return n > 1 ? sqrt(sum / (n - 1)) : NAN;
}

/* NaN has no JSON: null. */
static json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* CPU seconds of a trial, on average over those that have them. */
static double cpu_seconds(const struct report_cell *cell, const char *metric)
{
    const struct series *series = series_find(cell, metric);
    double sum = 0;
    unsigned n = 0;
    for (unsigned block = 0; series && block < series->n_blocks; block++)
        if (isfinite(series->by_block[block])) {
            sum += series->by_block[block];
            n++;
        }
    return n ? sum / n * (double)cell->ops / 1e9 : 0; /* its readers insist on a number */
}

static json_t *hyperfine_entry(const struct report_run *run, const struct report_cell *cell, double *seconds,
                               unsigned n)
{
    json_t *times = json_array(), *codes = json_array();
    stats_sort(seconds + n, n); /* the second half is a copy */
    for (unsigned i = 0; i < n; i++) {
        json_array_append_new(times, json_real(seconds[i]));
        json_array_append_new(codes, json_integer(0));
    }
    char in_flight[16], ops[24];
    snprintf(in_flight, sizeof in_flight, "%u", cell->cell.in_flight);
    snprintf(ops, sizeof ops, "%llu", (unsigned long long)cell->ops);
    return json_pack("{s:s, s:o, s:o, s:o, s:f, s:f, s:f, s:f, s:o, s:o, s:{s:s, s:s, s:s, s:s}}", "command", cell->id,
                     "mean", number_or_null(mean_of(seconds, n)), "stddev", number_or_null(deviation_of(seconds, n)),
                     "median", number_or_null(stats_median(seconds, n)), "user",
                     cpu_seconds(cell, "cpu_user_ns_per_op"), "system", cpu_seconds(cell, "cpu_system_ns_per_op"),
                     "min", seconds[n], "max", seconds[2 * n - 1], "times", times, "exit_codes", codes, "parameters",
                     "case", cell->case_name, "strategy", run->strategies[cell->strategy].name, "in_flight", in_flight,
                     "ops", ops);
}

static int write_hyperfine(const struct report_run *run, FILE *out)
{
    json_t *entries = json_array();
    double *seconds = calloc(2 * (size_t)run->blocks + 1, sizeof *seconds);
    for (unsigned c = 0; seconds && c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        unsigned n = 0;
        if (!is_result(cell) || cell->cell.offered_per_s) /* paced: the clock says how long it takes */
            continue;
        for (unsigned block = 0; block < run->blocks; block++) {
            double rate = value_at(cell, "throughput_ops_per_s", block);
            if (rate > 0)
                seconds[n++] = (double)cell->ops / rate;
        }
        memcpy(seconds + n, seconds, n * sizeof *seconds);
        if (n)
            json_array_append_new(entries, hyperfine_entry(run, cell, seconds, n));
    }
    json_t *json = json_pack("{s:o}", "results", entries);
    int rc = seconds && json ? json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : -1;
    json_decref(json);
    free(seconds);
    fputc('\n', out);
    return rc ? -ENOMEM : 0;
}

/* --- Bencher's metric format: the only one of these that has a place for an interval ---------------------------------
 */

/* Measures are found by name in kebab case. The throughput has the name of Bencher's own measure of the same unit. */
static void measure_name(char *out, size_t len, const char *metric)
{
    snprintf(out, len, "%s", strcmp(metric, "throughput_ops_per_s") ? metric : "throughput");
    for (; *out; out++)
        if (*out == '_')
            *out = '-';
}

static json_t *bmf_cell(const struct report_cell *cell)
{
    json_t *measures = json_object();
    for (unsigned s = 0; s < cell->n_series; s++) {
        const struct estimate *median = &cell->series[s].median;
        char name[NAME_LEN];
        if (!median->n || !isfinite(median->value))
            continue;
        json_t *measure = json_pack("{s:f}", "value", median->value);
        if (median->has_interval) {
            json_object_set_new(measure, "lower_value", json_real(median->lo));
            json_object_set_new(measure, "upper_value", json_real(median->hi));
        }
        measure_name(name, sizeof name, cell->series[s].name);
        json_object_set_new(measures, name, measure);
    }
    return measures;
}

static int write_bmf(const struct report_run *run, FILE *out)
{
    json_t *json = json_object();
    for (unsigned c = 0; c < run->n_cells; c++)
        if (is_result(&run->cells[c]) && run->cells[c].n_series)
            json_object_set_new(json, run->cells[c].id, bmf_cell(&run->cells[c]));
    int rc = json ? json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : -1;
    json_decref(json);
    fputc('\n', out);
    return rc ? -ENOMEM : 0;
}

const struct export_format export_formats[] = {
    {"gbench", "Google Benchmark's JSON: one iteration row per trial", write_gbench},
    {"go", "Go's benchmark text, for benchstat", write_go},
    {"hyperfine", "hyperfine's JSON: the seconds that each trial's work took, with its summary of them",
     write_hyperfine},
    {"bmf", "Bencher Metric Format: each metric's median with its interval", write_bmf},
    {"csv", "one row per trial and metric", write_csv},
    {"hgrm", "HdrHistogram's percentile distribution of each cell's latency", write_hgrm},
    {NULL, NULL, NULL},
};

const struct export_format *export_find(const char *name)
{
    for (const struct export_format *f = export_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

int export_write(const struct export_format *format, const struct report_run *run, FILE *out)
{
    int rc = format->write(run, out);
    return rc ? rc : ferror(out) ? -EIO : 0;
}
