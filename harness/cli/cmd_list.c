/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/message.h"

#include "contract/strategy.h"
#include "contract/workload.h"

#include <stdio.h>
#include <string.h>

static json_t *param_to_json(const struct param_spec *p)
{
    json_t *defaults = json_object();
    char digits[24];
    for (int i = 0; i < PROFILE_COUNT; i++)
        json_object_set_new(defaults, profile_names[i], json_string(param_text(p, p->defaults[i], digits)));
    json_t *json = json_pack("{s:s, s:s, s:s, s:o}", "name", p->name, "unit", p->unit, "summary", p->summary,
                             "defaults", defaults);
    if (p->choices) {
        json_t *choices = json_array();
        for (unsigned i = 0; p->choices[i]; i++)
            json_array_append_new(choices, json_string(p->choices[i]));
        json_object_set_new(json, "choices", choices);
    } else {
        json_object_set_new(json, "min", json_integer((json_int_t)p->min));
        json_object_set_new(json, "max", json_integer((json_int_t)p->max));
    }
    return json;
}

static json_t *params_to_json(const struct param_spec *params)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < param_count(params); i++)
        json_array_append_new(list, param_to_json(&params[i]));
    return list;
}

static const char *sweep_of(const struct workload *w)
{
    return w->in_flight_sweep ? w->in_flight_sweep : "1 P 8P 64P";
}

static void print_json(bool workloads, bool strategies)
{
    json_t *json = json_object(), *list = json_array();
    for (unsigned i = 0; workloads && workload_registry[i]; i++) {
        const struct workload *w = workload_registry[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "name", w->name, "kind", w->kind,
                                        "summary", w->summary, "op_is", w->op_is, "in_flight_sweep", sweep_of(w),
                                        "in_flight_full", w->in_flight_full ? w->in_flight_full : sweep_of(w),
                                        "paceable", w->paceable, "params", params_to_json(w->params)));
    }
    if (workloads)
        json_object_set(json, "workloads", list);
    json_decref(list);
    list = json_array();
    for (unsigned i = 0; strategies && strategy_registry[i]; i++) {
        const struct strategy *s = strategy_registry[i];
        char why[REASON_LEN] = "";
        int rc = s->probe(why, sizeof why);
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b, s:s, s:o}", "name", s->name, "summary", s->summary,
                                              "canonical", s->canonical, "available", rc == 0, "reason", rc ? why : "",
                                              "options", params_to_json(s->options)));
    }
    if (strategies)
        json_object_set(json, "strategies", list);
    json_decref(list);
    json_dumpf(json, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(json);
}

static void print_param(const struct param_spec *p)
{
    char value[24], range[128];
    if (p->choices) {
        size_t used = 0;
        range[0] = '\0';
        for (unsigned i = 0; p->choices[i] && used < sizeof range; i++)
            used += (size_t)snprintf(range + used, sizeof range - used, "%s%s", i ? "|" : "", p->choices[i]);
    } else {
        snprintf(range, sizeof range, "%lld..%lld%s%s", (long long)p->min, (long long)p->max, p->unit[0] ? " " : "",
                 p->unit);
    }
    printf("      %-14s %s (%s; default %s%s)\n", p->name, p->summary, range,
           param_text(p, p->defaults[PROFILE_QUICK], value), p->grows ? ", more with more CPUs than two" : "");
}

int command_list(const struct options *options, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const char *what = options->n_operands ? options->operands[0] : "";
    bool workloads = !what[0] || !strcmp(what, "workloads"), strategies = !what[0] || !strcmp(what, "strategies");
    if (options->n_operands > 1 || (!workloads && !strategies)) {
        message_error("E-CLI-UNKNOWN", options->operands[options->n_operands - 1], "want workloads or strategies",
                      "nothing", NULL);
        return EXIT_USAGE;
    }
    if (options->json) {
        print_json(workloads, strategies);
        return 0;
    }
    if (workloads)
        puts("Workloads (what is done):");
    for (unsigned i = 0; workloads && workload_registry[i]; i++) {
        const struct workload *w = workload_registry[i];
        printf("  %-18s %-6s %s\n      one op: %s; K: %s", w->name, w->kind, w->summary, w->op_is, sweep_of(w));
        if (w->in_flight_full)
            printf(" (full: %s)", w->in_flight_full);
        puts(w->paceable ? "; can be paced (--rate)" : "");
        if (w->unpaceable)
            printf("      cannot be paced: %s\n", w->unpaceable);
        for (unsigned j = 0; j < param_count(w->params); j++)
            print_param(&w->params[j]);
    }
    if (strategies)
        printf("%sStrategies (who runs it):\n", workloads ? "\n" : "");
    for (unsigned i = 0; strategies && strategy_registry[i]; i++) {
        const struct strategy *s = strategy_registry[i];
        char why[REASON_LEN] = "";
        int rc = s->probe(why, sizeof why);
        printf("  %-18s %s%s%s%s%s\n", s->name, s->summary, s->canonical ? "" : " (variant)", rc ? " [not here: " : "",
               rc ? why : "", rc ? "]" : "");
        for (unsigned j = 0; j < param_count(s->options); j++)
            print_param(&s->options[j]);
    }
    return 0;
}
