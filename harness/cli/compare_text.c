/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_text.h"
#include "cli/compare_parts.h"
#include "cli/message.h"

#include <stdio.h>
#include <string.h>

/* The same machine by all that is known of it, but for how many of its CPUs the run was granted: hwloc counts those. */
static bool differs_in_cpus_only(const struct run_comparison *c)
{
    bool other_p = false;
    for (unsigned i = 0; i < c->n_facts; i++) {
        bool workers = strcmp(c->facts[i].name, "workers") == 0;
        if (c->facts[i].of_machine && !workers && strcmp(c->facts[i].name, "topology.cores") != 0)
            return false;
        other_p |= workers;
    }
    return other_p;
}

void print_comparability(const struct run_comparison *c)
{
    static const char *const meaning[COMPARE_COUNT] = {
        "every fact is known and equal: what differs is variation between runs",
        "the same machine, and one fact differs: what differs may be put down to it",
        "the same machine, but several facts differ or are unknown: differences are told, not explained",
        "absolute numbers mean nothing side by side: compared are ratios to serial in the same block, and the order",
        "",
    };
    printf("Comparability: %s", comparability_names[c->comparability]);
    printf(" (%s)\n", c->comparability == COMPARE_IMPOSSIBLE ? c->why : meaning[c->comparability]);
    if (c->comparability == COMPARE_CROSS && differs_in_cpus_only(c))
        puts("  By all that is known it is one machine, of which the runs had another number of CPUs (workers).");
    for (unsigned i = 0; i < c->n_facts; i++) {
        printf("  %-24s ", c->facts[i].name);
        message_print_clean(stdout, c->facts[i].a);
        fputs("  |  ", stdout);
        message_print_clean(stdout, c->facts[i].b);
        putchar('\n');
    }
    if (c->n_unknown)
        printf("  %u facts are known on neither side, and therefore not equal\n", c->n_unknown);
}

static unsigned count_cases(const struct telling *t, bool other_amount)
{
    unsigned n = 0;
    for (unsigned i = 0; i < t->comparison->cases.n; i++) {
        const struct matched_case *c = &t->comparison->cases.list[i];
        n += (!other_amount || c->other_amount) && !workload_of_other_version(&t->a->workloads[c->a->workload], t->b);
    }
    return n;
}

static void print_amounts(const struct telling *t)
{
    const struct matched_cases *cases = &t->comparison->cases;
    unsigned n = count_cases(t, true);
    if (!n)
        return;
    printf(
        "Caution: %u of the %u cases in common have another amount of work in B. Headlines are rates or costs per op, "
        "so "
        "they are\nset side by side; what is paid once per trial is spread over more ops where the amount is larger:\n",
        n, count_cases(t, false));
    for (unsigned i = 0; i < cases->n; i++) {
        const struct matched_case *c = &cases->list[i];
        if (!c->other_amount || workload_of_other_version(&t->a->workloads[c->a->workload], t->b))
            continue;
        fputs("  ", stdout);
        message_print_clean(stdout, c->a->label);
        fputs(": ", stdout);
        message_print_clean(stdout, c->amounts);
        putchar('\n');
    }
    if (cases->presumed)
        puts("  (The plans are older than the field that says which parameters are amounts: taken from this version.)");
}

static void print_other_versions(const struct telling *t)
{
    unsigned n = 0;
    for (unsigned i = 0; i < t->a->n_workloads; i++) {
        const struct report_workload *w = &t->a->workloads[i], *other = workload_of_other_version(w, t->b);
        if (!other)
            continue;
        printf("%s%s%s (protocol %lld | %lld)", n++ ? ", " : "Left out, being another version in B: ", w->name,
               w->paced ? ", paced" : "", w->protocol, other->protocol);
    }
    if (n)
        printf(": %u cells of A\n", t->comparison->other_protocol);
}

static void print_scope(const struct telling *t)
{
    const struct run_comparison *c = t->comparison;
    if (t->other_p) {
        printf("Matched: %u cells at the same K, and in a table of their own %u at about the same K per CPU (at most "
               "twice as many,\nand both up to P, up to 8P, or above): the same K is another load for P = %u than for "
               "P = %u.\n",
               c->n_cells, c->n_per_cpu, t->a->workers, t->b->workers);
        printf("Where CPUs are the limit, a multiple of serial grows with the CPUs: that it differs is no news.\n");
    } else {
        printf("Matched: %u cells\n", c->n_cells);
    }
    printf("Only in A: %u cells, only in B: %u, of another version of their workload: %u\n", c->only_a, c->only_b,
           c->other_protocol);
    print_other_versions(t);
    print_amounts(t);
}

const char *compare_cpu_of(const struct report_run *run)
{
    const char *model =
        json_string_value(json_object_get(json_object_get(json_object_get(run->env, "facts"), "cpu.model"), "v"));
    return model ? model : "unknown processor";
}

static void print_run(char side, const char *name, const struct report_run *run)
{
    printf("%c = ", side);
    message_print_clean(stdout, name);
    fputs(": ", stdout);
    message_print_clean(stdout, compare_cpu_of(run));
    printf(", P = %u, %u blocks\n", run->workers, run->blocks);
}

void compare_print(const struct run_comparison *c, const struct report_run *a, const struct report_run *b,
                   const char *name_a, const char *name_b, double margin)
{
    struct telling t = {c, a, b, c->comparability == COMPARE_CROSS, a->workers != b->workers};
    print_run('A', name_a, a);
    print_run('B', name_b, b);
    putchar('\n');
    print_comparability(c);
    putchar('\n');
    if (c->comparability == COMPARE_IMPOSSIBLE) {
        print_other_versions(&t);
        return;
    }
    print_scope(&t);
    printf("One run each: provisional. Margin %.3g %%; ratios are of B as a multiple of A.\n", 100 * margin);
    if (!t.cross) {
        compare_print_cells(c);
        compare_print_rankings(&t, K_EQUAL);
        return;
    }
    for (int by = 0; by < K_MATCH_COUNT; by++)
        compare_print_rankings(&t, (enum k_match)by);
    for (int by = 0; by < K_MATCH_COUNT; by++)
        compare_print_gains(&t, (enum k_match)by);
    compare_print_serial(&t);
}
