/* SPDX-License-Identifier: Apache-2.0 */
/* Coroutines, pool and fork-join beside their peers, in one interleaved run: the command line. bench.h says what a row
 * is. */
#include "bench.h"

#include "measure/clock.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_DEFAULT = 15, ROUNDS_QUICK = 6, ROUNDS_MAX = 1000, EXIT_USAGE = 2 };

static const struct bench_table *const tables[] = {
    &rows_switch, &rows_yield, &rows_generator, &rows_spawn, &rows_memory, &rows_fork_join, &rows_pool, &rows_queue,
};

struct options {
    struct bench_run run;
    const char *json; /* where to; NULL: nowhere */
    char *rows;       /* names and commas; NULL: all */
    bool list;
};

static void print_help(FILE *out)
{
    fputs("Usage: bench_runtime [--rows NAME,...] [--rounds N] [--seed N] [--quick] [--json FILE] | --list | --help\n"
          "\n"
          "Measures coroutines, pool and fork-join beside their peers in one interleaved run, and compares by ratios.\n"
          "\n"
          "  --rows NAME,...  these rows only; * stands for anything, as in the shell\n"
          "  --rounds N       measured rounds after one that warms (15; fewer than 6 give no intervals)\n"
          "  --seed N         of all random orders (from the clock; it is printed)\n"
          "  --quick          6 rounds of shorter measurements, 100 000 idle coroutines: to see that all works\n"
          "  --json FILE      the rows as JSON; - is standard output, which then gets nothing else\n"
          "  --list           the rows' names\n"
          "\n"
          "JSON is an array with an object per row:\n"
          "  what, per        the row's name, and what one unit is\n"
          "  live, k, order   live state, number of flows, order in which they run\n"
          "  cpus             how many both sides may use\n"
          "  unit             \"ns\" or \"bytes\": chooses the next names\n"
          "  ours_ns, peer_ns, difference_ns           medians over rounds, per unit; in a row of nanoseconds\n"
          "  ours_bytes, peer_bytes, difference_bytes  the same in a row of memory\n"
          "  ours_units, peer_units                    units per measurement\n"
          "  peer             the peer's name, or \"not installed\"; peer_wanted is its name in any case\n"
          "  ratio, lo, hi, n ours / peer: median of the rounds, its exact 95 % interval, rounds\n"
          "  peers_awake_percent  CPU time that peers' processes used while ours was measured, of one CPU; 0 it should "
          "be\n"
          "  target           null, or what must stay below which limit: of (\"ratio\", \"difference\", \"ours\"), "
          "limit,\n"
          "                   value, lo, hi, and verdict: \"reached\" if hi <= limit, \"not reached\" if lo > limit,\n"
          "                   else \"undecided\"; \"no peer\" where there is none\n"
          "  error            null, or why there is no number\n"
          "  run              seed, rounds, quick, foreign_percent, steal_percent\n"
          "What is not known is null. Exit status: 0; 1 if a row failed; 2 wrong usage.\n",
          out);
}

/* ---- which rows ---- */

static size_t rows_add(const char *pattern, const struct bench_row **rows, size_t count)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (size_t i = 0; i < tables[t]->count && count < BENCH_ROWS_MAX; i++) {
            const struct bench_row *row = &tables[t]->row[i];
            bool known = false;
            for (size_t j = 0; j < count; j++)
                known = known || rows[j] == row;
            if (!known && !fnmatch(pattern, row->name, 0))
                rows[count++] = row;
        }
    return count;
}

/* How many, or 0 after saying which name is none. */
static size_t rows_choose(char *names, const struct bench_row **rows)
{
    size_t count = names ? 0 : rows_add("*", rows, 0);
    char *save = NULL;
    for (char *name = names ? strtok_r(names, ",", &save) : NULL; name; name = strtok_r(NULL, ",", &save)) {
        size_t before = count;
        count = rows_add(name, rows, count);
        const struct bench_row *any[BENCH_ROWS_MAX];
        if (count == before && rows_add(name, any, 0) == 0) {
            fprintf(stderr, "bench_runtime: no such row: %s (see --list)\n", name);
            return 0;
        }
    }
    return count;
}

/* ---- options ---- */

static bool number_read(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 0);
    return !errno && end != text && !*end && *text != '-' && *out >= min && *out <= max;
}

static bool option_take(int option, const char *text, struct options *o)
{
    uint64_t value;
    switch (option) {
    case 'r':
        o->rows = optarg;
        return true;
    case 'n':
        if (!number_read(text, 1, ROUNDS_MAX, &value))
            return false;
        o->run.rounds = (unsigned)value;
        return true;
    case 's':
        return number_read(text, 0, INT64_MAX, &o->run.seed);
    case 'q':
        o->run.quick = true;
        return true;
    case 'j':
        o->json = text;
        return true;
    case 'l':
        o->list = true;
        return true;
    case 'h':
        print_help(stdout);
        exit(EXIT_SUCCESS);
    default:
        return false;
    }
}

static bool options_read(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"rows", required_argument, NULL, 'r'}, {"rounds", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'}, {"quick", no_argument, NULL, 'q'},
        {"json", required_argument, NULL, 'j'}, {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},       {0},
    };
    *o = (struct options){.run.seed = (uint64_t)time(NULL)};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;)
        if (!option_take(option, optarg, o)) {
            fprintf(stderr, "bench_runtime: see --help\n");
            return false;
        }
    if (optind < argc) {
        fprintf(stderr, "bench_runtime: what is %s? See --help\n", argv[optind]);
        return false;
    }
    if (!o->run.rounds)
        o->run.rounds = o->run.quick ? ROUNDS_QUICK : ROUNDS_DEFAULT;
    return true;
}

static int results_init(struct bench_result *results, const struct bench_row **rows, size_t count, unsigned rounds)
{
    for (size_t i = 0; i < count; i++) {
        results[i] = (struct bench_result){.row = rows[i]};
        results[i].ours = calloc(rounds, sizeof(double));
        results[i].peer = calloc(rounds, sizeof(double));
        if (!results[i].ours || !results[i].peer)
            return -ENOMEM;
    }
    return 0;
}

static bool any_failed(const struct bench_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].ours_err || (results[i].peer_err && results[i].peer_err != -ENOPKG))
            return true;
    return false;
}

/* Measure these rows and report. 0 or -errno. */
static int rows_compare(struct options *o, struct bench_result *results, size_t count)
{
    bool only_json = o->json && !strcmp(o->json, "-");
    FILE *json = only_json ? stdout : o->json ? fopen(o->json, "we") : NULL; /* before anything takes time */
    struct clock_config clock;
    if (o->json && !json) {
        int open_err = -errno;
        fprintf(stderr, "bench_runtime: %s: cannot be written\n", o->json);
        return open_err;
    }
    int err = clock_calibrate(100000000, &clock, NULL, 0); /* the scheduler reads this clock in every turn */
    if (!err) {
        clock_configure(&clock);
        err = bench_run_rounds(&o->run, results, count);
    }
    if (!err && json)
        err = bench_report_json(&o->run, results, count, json);
    if (!err && !only_json)
        err = bench_report_text(&o->run, results, count);
    if (json && !only_json && fclose(json) && !err)
        err = -errno;
    if (!err)
        bench_report_warnings(&o->run);
    return err;
}

int main(int argc, char **argv)
{
    static struct bench_result results[BENCH_ROWS_MAX];
    const struct bench_row *rows[BENCH_ROWS_MAX];
    struct options o;
    if (!options_read(argc, argv, &o))
        return EXIT_USAGE;
    size_t count = rows_choose(o.rows, rows);
    if (!count)
        return EXIT_USAGE;
    for (size_t i = 0; o.list && i < count; i++)
        puts(rows[i]->name);
    if (o.list)
        return EXIT_SUCCESS;
    signal(SIGPIPE, SIG_IGN); /* of a peer that has died */
    int err = results_init(results, rows, count, o.run.rounds);
    err = err ? err : rows_compare(&o, results, count);
    if (err)
        fprintf(stderr, "bench_runtime: %s\n", strerror(-err));
    bool failed = err || any_failed(results, count);
    for (size_t i = 0; i < count; i++) {
        free(results[i].ours);
        free(results[i].peer);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
