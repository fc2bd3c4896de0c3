/* SPDX-License-Identifier: Apache-2.0 */
/* May two runs be compared at all, and in what: from what env.json says of the two machines. */
#include "report/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const comparability_names[COMPARE_COUNT] = {"same", "controlled", "with caution", "cross-machine",
                                                        "not comparable"};

/* What a machine is. Everything else that env.json tells is how it was set up or what it was doing. */
static const char *const machine_facts[] = {
    "cpu.model",  "cpu.vendor",     "cpu.family",         "cpu.model_number",    "cpu.stepping",
    "cpu.online", "topology.cores", "topology.packages",  "topology.smt",        "kernel.machine",
    "cache.l2",   "cache.l3",       "memory.total_bytes", "platform.hypervisor",
};

/* What is different at every moment and says nothing about the next one. */
static const char *const passing_facts[] = {"load.average", "memory.available_bytes", "memory.room_bytes",
                                            "storage.free_bytes", "clock.read_ns"};

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof *(list))

static json_t *fact_value(const struct report_run *run, const char *name)
{
    json_t *value = json_object_get(json_object_get(json_object_get(run->env, "facts"), name), "v");
    return json_is_null(value) ? NULL : value;
}

/* How much of two long texts is the same at their beginning and therefore need not be shown; 0 for short ones. */
static size_t common_beginning(const char *a, const char *b)
{
    enum { SHORT = 60, KEPT = 24 };
    size_t same = 0;
    while (a[same] && a[same] == b[same])
        same++;
    return same > SHORT ? same - KEPT : 0;
}

static void fact_texts(struct differing_fact *fact, const json_t *x, const json_t *y)
{
    const json_t *values[2] = {x, y};
    char *dumped[2] = {NULL, NULL};
    const char *text[2];
    for (int i = 0; i < 2; i++) {
        if (values[i] && !json_is_string(values[i]))
            dumped[i] = json_dumps(values[i], JSON_ENCODE_ANY | JSON_COMPACT);
        text[i] = dumped[i] ? dumped[i] : json_is_string(values[i]) ? json_string_value(values[i]) : "unknown";
    }
    size_t skip = common_beginning(text[0], text[1]);
    snprintf(fact->a, sizeof fact->a, "%s%s", skip ? "..." : "", text[0] + skip);
    snprintf(fact->b, sizeof fact->b, "%s%s", skip ? "..." : "", text[1] + skip);
    free(dumped[0]);
    free(dumped[1]);
}

/* Memory differs by what the kernel kept for itself: the same to the nearest GiB is the same. */
static bool values_equal(const char *name, const json_t *a, const json_t *b)
{
    if (strcmp(name, "memory.total_bytes") == 0)
        return llround(json_number_value(a) / 0x1p30) == llround(json_number_value(b) / 0x1p30);
    return json_equal(a, b);
}

/* Lists the fact if it differs, as long as there is room. Does it say that these are two machines? */
static bool compare_fact(struct run_comparison *out, const char *name, const struct report_run *a,
                         const struct report_run *b)
{
    const json_t *x = fact_value(a, name), *y = fact_value(b, name);
    bool of_machine = IS_ONE_OF(name, machine_facts);
    if (IS_ONE_OF(name, passing_facts) || (x && y && values_equal(name, x, y)))
        return false;
    if (!x && !y) {
        out->n_unknown++;
        return false;
    }
    if (out->n_facts < COMPARE_FACTS_MAX) {
        struct differing_fact *fact = &out->facts[out->n_facts++];
        snprintf(fact->name, sizeof fact->name, "%s", name);
        fact_texts(fact, x, y);
        fact->of_machine = of_machine;
    }
    return of_machine;
}

/* How many CPUs a run was granted says run.json; it is as much of a machine as the processor. */
static void note_workers(struct run_comparison *out, const struct report_run *a, const struct report_run *b)
{
    struct differing_fact *fact = &out->facts[out->n_facts++];
    *fact = (struct differing_fact){.name = "workers", .of_machine = true};
    snprintf(fact->a, sizeof fact->a, "%u", a->workers);
    snprintf(fact->b, sizeof fact->b, "%u", b->workers);
}

void run_comparison_facts(struct run_comparison *out, const struct report_run *a, const struct report_run *b)
{
    const char *name;
    json_t *value;
    bool other_machine = a->workers != b->workers;
    if (other_machine)
        note_workers(out, a, b);
    json_t *facts_a = json_object_get(a->env, "facts"), *facts_b = json_object_get(b->env, "facts");
    json_object_foreach(facts_a, name, value)
    {
        other_machine |= compare_fact(out, name, a, b);
    }
    json_object_foreach(facts_b, name, value)
    {
        if (!json_object_get(facts_a, name))
            other_machine |= compare_fact(out, name, a, b);
    }
    /* Without a word from either side about its processor nobody knows which machine it was. */
    if (!fact_value(a, "cpu.model") || !fact_value(b, "cpu.model"))
        other_machine = true;
    if (other_machine)
        out->comparability = COMPARE_CROSS;
    else if (out->n_facts == 0 && out->n_unknown == 0)
        out->comparability = COMPARE_SAME;
    else
        out->comparability = out->n_facts == 1 && out->n_unknown == 0 ? COMPARE_CONTROLLED : COMPARE_CAUTION;
}
