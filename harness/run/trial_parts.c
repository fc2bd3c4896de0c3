/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a task's life, for workloads that want them (workload.parts): how long its maker is held up by making
 * it, how long until its first instruction, and how long from its last one until nothing is left of it.
 *
 *      run()   asked    made                                  gone    run() is back
 *        |       |-create-|                                     |         |
 *        |       |------first------[started ... ended]---reap---|         |
 *                                             (of the last one) |--return-|
 *
 * A pass of its own, after the timed part: what is timed has no marks, and finds the carriers as the warm-up left them
 * (measured before, it changed which of two stealing workers was awake, and with that the time of the whole run). It
 * runs rounds of as many tasks as may be alive and no more: of tasks that wait in a queue behind others one would
 * measure the others. Every task of every round is marked, and the medians are kept: one trial is one statement, and a
 * preempted task shall not be the loudest.
 */
#include "run/trial_private.h"

#include "measure/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* So many tasks are looked at, in so many rounds at least; in no more than these once it has taken so long. */
enum { TASKS_WANTED = 128, ROUNDS_LEAST = 8, LONG_NS = 100000000 };

/* Stamps of two CPUs agree to within 200 ns (clock_calibrate), and a first instruction may follow at once. */
enum { STAMPS_DISAGREE_NS = 1000 };

enum { PART_CREATE, PART_FIRST, PART_REAP, PART_RETURN, PARTS };
static const char *const part_names[PARTS] = {
    [PART_CREATE] = "spawn_create_ns",
    [PART_FIRST] = "spawn_first_ns",
    [PART_REAP] = "spawn_reap_ns",
    [PART_RETURN] = "spawn_return_ns",
};

struct samples {
    double *value;
    size_t n;
};

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(struct samples *s)
{
    qsort(s->value, s->n, sizeof *s->value, by_value);
    return (s->value[(s->n - 1) / 2] + s->value[s->n / 2]) / 2;
}

/* `tasks` is for what one call has made of several at once. False: the later one was stamped before the earlier. */
static bool keep(struct samples *s, uint64_t from_ns, uint64_t to_ns, unsigned tasks)
{
    if (!from_ns || !to_ns)
        return true; /* this strategy has no such moment */
    s->value[s->n++] = to_ns > from_ns ? (double)(to_ns - from_ns) / tasks : 0;
    return to_ns + STAMPS_DISAGREE_NS >= from_ns;
}

/* What one round has shown. False: that cannot have been. */
static bool round_read(const struct task *tasks, unsigned n, uint64_t back_ns, struct samples *parts)
{
    uint64_t last_ns = 0;
    bool possible = true;

    for (unsigned i = 0; i < n; i++) {
        const struct task_marks *m = tasks[i].marks;
        possible = keep(&parts[PART_CREATE], m->asked_ns, m->made_ns, m->together ? m->together : 1) && possible;
        possible = keep(&parts[PART_FIRST], m->asked_ns, tasks[i].started_ns, 1) && possible;
        possible = keep(&parts[PART_REAP], tasks[i].ended_ns, m->gone_ns, 1) && possible;
        last_ns = tasks[i].ended_ns > last_ns ? tasks[i].ended_ns : last_ns;
    }
    return keep(&parts[PART_RETURN], last_ns, back_ns, 1) && possible;
}

static bool rounds_run(struct trial *t, unsigned n, unsigned rounds, struct task_marks *marks, struct samples *parts)
{
    const uint64_t ops = 1;
    char buf[REASON_LEN];
    const uint64_t long_ns = clock_now_ns() + LONG_NS;
    bool possible = true;

    for (unsigned r = 0; r < rounds && (r < ROUNDS_LEAST || clock_now_ns() < long_ns); r++) {
        trial_pass(t, n, ops);
        memset(marks, 0, n * sizeof *marks);
        for (unsigned i = 0; i < n; i++)
            t->arena.tasks[i].marks = &marks[i];
        int rc = t->what.strategy->run(t->state, t->arena.tasks, n);
        uint64_t back_ns = clock_now_ns();
        enum trial_end how = END_FAILED_IO;
        const char *failed = trial_failed_task(&t->arena, n, ops, &how, buf, sizeof buf);
        if (rc || failed) {
            trial_end(t, failed ? how : END_FAILED_IO, "parts: %s", failed ? failed : strerror(-rc));
            return false;
        }
        possible = round_read(t->arena.tasks, n, back_ns, parts) && possible;
    }
    if (!possible)
        trial_end(t, END_IMPLAUSIBLE, "parts: a task began before it was asked for, or was gone before its end");
    return possible;
}

void trial_measure_parts(struct trial *t)
{
    unsigned k = t->spec->cell.in_flight, n = k < t->shape.tasks ? k : t->shape.tasks;
    struct samples parts[PARTS] = {{NULL, 0}};

    if (!t->what.workload->parts || t->record->end != END_OK)
        return;
    n -= n % t->shape.group;
    unsigned rounds = TASKS_WANTED / n > ROUNDS_LEAST ? TASKS_WANTED / n : ROUNDS_LEAST;
    size_t most = (size_t)n * rounds;
    struct task_marks *marks = calloc(n, sizeof *marks);
    double *values = malloc(PARTS * most * sizeof *values);
    bool ok = marks && values;
    if (!ok)
        trial_end(t, END_NO_RESOURCE, "no memory to mark %u tasks", n);
    for (unsigned p = 0; ok && p < PARTS; p++)
        parts[p].value = values + p * most;
    ok = ok && rounds_run(t, n, rounds, marks, parts);
    for (unsigned p = 0; ok && p < PARTS; p++)
        if (parts[p].n)
            trial_emit_metric(t->record, part_names[p], median(&parts[p]));
    free(values);
    free(marks);
}
