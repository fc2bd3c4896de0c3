/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/resume_options.h"
#include "cli/message.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MAX = 512 };

/* The command line that began the run, as it was given. 0, or EXIT_CORRUPT after a message. */
static int read_stored(struct options *stored, const json_t *run)
{
    static char *argv[ARGUMENTS_MAX + 1]; /* options point into it */
    const json_t *list = json_object_get(run, "argv");
    size_t n = json_array_size(list);
    bool good = n >= 2 && n <= ARGUMENTS_MAX;
    for (size_t i = 0; i < n && good; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        free(argv[i]);
        argv[i] = text ? strdup(text) : NULL;
        good = argv[i] != NULL;
    }
    const struct command *command = good ? command_find(argv[1]) : NULL;
    if (command && !options_parse_kept(stored, command, (int)n, argv, 2, json_object_get(run, "job")))
        return 0;
    message_error("E-CORRUPT", "run.json", "its argv is no command line of this program", "nothing", NULL);
    return EXIT_CORRUPT;
}

static void differs(char *list, size_t len, const char *option)
{
    size_t used = strlen(list);
    snprintf(list + used, len - used, "%s%s", used ? ", " : "", option);
}

static bool has(const char *const *list, unsigned n, const char *text)
{
    for (unsigned i = 0; i < n; i++)
        if (!strcmp(list[i], text))
            return true;
    return false;
}

/* As sets: the order of names changes nothing. Nothing given contradicts nothing. */
static bool names_agree(const char *const *given, unsigned n_given, const char *const *stored, unsigned n_stored)
{
    bool agree = n_given == 0 || n_given == n_stored;
    for (unsigned i = 0; i < n_given && agree; i++)
        agree = has(stored, n_stored, given[i]);
    return agree;
}

static bool numbers_agree(const void *given, unsigned n_given, const void *stored, unsigned n_stored, size_t size)
{
    return n_given == 0 || (n_given == n_stored && !memcmp(given, stored, n_given * size));
}

static double number_of(const json_t *run, const char *key)
{
    return json_number_value(json_object_get(run, key));
}

int resume_options(struct options *merged, const struct options *given, const json_t *run, char *differing, size_t len)
{
    static struct options stored;
    const char *profile = json_string_value(json_object_get(run, "profile"));
    const char *seed = json_string_value(json_object_get(run, "seed"));
    const struct plan_request *g = &given->request, *s = &stored.request;
    differing[0] = '\0';
    int code = read_stored(&stored, run);
    if (code)
        return code;
    const double budget_s = number_of(run, "budget_s"), precision = number_of(run, "precision");
    const struct {
        bool agree;
        const char *option;
    } checks[] = {
        {!given->have_profile || !strcmp(profile_names[g->profile], profile ? profile : ""), "--profile"},
        {names_agree(g->workloads, g->n_workloads, s->workloads, s->n_workloads), "--workload"},
        {names_agree(g->strategies, g->n_strategies, s->strategies, s->n_strategies), "--strategy"},
        {numbers_agree(g->in_flight, g->n_in_flight, s->in_flight, s->n_in_flight, sizeof *g->in_flight),
         "--in-flight"},
        {numbers_agree(g->rates, g->n_rates, s->rates, s->n_rates, sizeof *g->rates), "--rate"},
        {names_agree(g->params, g->n_params, s->params, s->n_params), "--param"},
        {names_agree(g->options, g->n_options, s->options, s->n_options), "--option"},
        {!g->blocks || (double)g->blocks == number_of(run, "blocks"), "--blocks"},
        {!given->have_seed || g->seed == (seed ? strtoull(seed, NULL, 16) : 0), "--seed"},
        {!given->budget_ns || fabs((double)given->budget_ns * 1e-9 - budget_s) < 1e-6, "--budget"},
        {given->precision <= 0 || fabs(given->precision - precision) < 1e-9, "--precision"},
        {!g->counters || s->counters, "--counters"},
        {!given->have_results, "--results"},
    };
    for (unsigned i = 0; i < sizeof checks / sizeof *checks; i++)
        if (!checks[i].agree)
            differs(differing, len, checks[i].option);
    *merged = *given;
    merged->timeout_s = stored.timeout_s;
    merged->budget_ns = (uint64_t)(budget_s * 1e9);
    merged->precision = precision;
    if (!strcmp(json_string_value(json_array_get(json_object_get(run, "argv"), 1)), "reproduce") &&
        stored.n_operands == 1)
        merged->reproduces = stored.operands[0];
    return 0;
}
