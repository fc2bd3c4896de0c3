/* SPDX-License-Identifier: Apache-2.0 */
/* Whether to believe what came of a trial: the harness's own doubts. */
#include "run/pace.h"
#include "run/trial_private.h"

#include "contract/env.h"

#include <string.h>

/*
 * Little's law, closed load: the mean number of tasks at work is throughput times mean latency, so all latencies add up
 * to the time that all tasks lived. The stamps are chained, hence that is exact but for the rounding of each sample
 * down to whole ns per op. True where it holds to within 5 %, or cannot be told (a last, shorter batch weighs less).
 */
static bool is_accounted_for(const struct trial *t, double *percent)
{
    const struct trial_record *r = t->record;
    double lived_ns = r->in_flight_mean * (double)r->run_ns;
    double recorded_ns = r->latency_mean_ns * (double)r->latency_count * t->shape.batch;
    *percent = 100 * recorded_ns / lived_ns;
    if (t->arena.due_ns || t->shape.ops_per_task % t->shape.batch)
        return true;
    return recorded_ns <= 1.05 * lived_ns && recorded_ns + (double)r->ops >= 0.95 * lived_ns;
}

void trial_judge(struct trial *t)
{
    double percent;
    struct trial_record *r = t->record;
    char buf[REASON_LEN];
    enum trial_end how;
    const char *failed = trial_failed_task(&t->arena, t->shape.tasks, t->shape.ops_per_task, &how, buf, sizeof buf);
    unsigned recorded = t->arena.due_ns ? pace_askers(&t->shape) : t->shape.tasks;
    uint64_t samples = (t->shape.ops_per_task + t->shape.batch - 1) / t->shape.batch * recorded;
    if (failed) {
        trial_end(t, how, "%s", failed);
    } else if (r->latency_count != samples) {
        trial_end(t, END_VERIFY_FAILED, "%llu latency samples were recorded, %llu were due",
                  (unsigned long long)r->latency_count, (unsigned long long)samples);
    } else if (r->in_flight_peak > t->spec->cell.in_flight) {
        trial_end(t, END_IMPLAUSIBLE, "%u tasks were alive at once, %u were admitted", r->in_flight_peak,
                  t->spec->cell.in_flight);
    } else if (!is_accounted_for(t, &percent)) {
        trial_end(t, END_IMPLAUSIBLE, "all latencies together are %.0f %% of the time that the tasks lived", percent);
    } else if (t->what.workload->check) {
        int rc = t->what.workload->check(&t->env, &t->shape);
        if (rc)
            trial_end(t, END_VERIFY_FAILED, "%s",
                      env_reason_text(&t->env)[0] ? env_reason_text(&t->env) : strerror(-rc));
    }
}
