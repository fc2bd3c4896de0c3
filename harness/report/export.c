/* SPDX-License-Identifier: Apache-2.0 */
#include "report/export.h"

#include "measure/hist_exchange.h"

#include <errno.h>
#include <math.h>
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
    fprintf(out, "run: %s\nUnit ops/s better=higher\n", id ? id : "");
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

const struct export_format export_formats[] = {
    {"gbench", "Google Benchmark's JSON: one iteration row per trial", write_gbench},
    {"go", "Go's benchmark text, for benchstat", write_go},
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
