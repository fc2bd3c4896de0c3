/* SPDX-License-Identifier: Apache-2.0 */
/* What runs in the process that isolate_run() starts: one request in, one reply out. */
#include "run/trial.h"
#include "run/watch.h"

#include "measure/clock.h"
#include "record/frame.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Die with the harness; leave no core file; be the first that the kernel takes when memory runs out; and let every
 * timer fire when it is due. The kernel gives each thread 50 us of slack, but none to an io_uring timeout: who sleeps
 * would otherwise be told apart by a default that any of them can change. Inherited by threads and forks. */
static int settle_in(pid_t parent)
{
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1UL);
    watch_init();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        return -ESRCH;
    FILE *file = fopen("/proc/self/oom_score_adj", "we");
    if (file) {
        fputs("500", file);
        fclose(file);
    }
    return 0;
}

/* An allocation for a document has failed: jansson then leaves out what it had no room for, or calls it no JSON. */
static bool starved;

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes);
    starved |= !memory;
    return memory;
}

static json_t *reply_error(int rc, const char *why)
{
    return json_pack("{s:i, s:s}", "rc", rc, "why", why);
}

static json_t *serve_trial(const struct trial_spec *spec)
{
    static struct trial_hists hists; /* 200 KB: not for the stack */
    static struct trial_record record;
    trial_execute(spec, &record, &hists);
    return json_pack("{s:i, s:o, s:o}", "rc", 0, "record", trial_record_to_json(&record), "hists",
                     trial_hists_to_json(&hists));
}

static json_t *serve_oracle(const struct trial_spec *spec)
{
    char why[REASON_LEN] = "", hex[17];
    uint64_t digest;
    int rc = trial_expect(spec, &digest, why, sizeof why);
    if (rc)
        return reply_error(rc, why);
    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)digest);
    return json_pack("{s:i, s:s}", "rc", 0, "digest", hex);
}

static json_t *serve_prepare(const struct trial_spec *spec)
{
    char why[REASON_LEN] = "";
    return reply_error(trial_prepare(spec, why, sizeof why), why);
}

int trial_serve(int in, int out, pid_t parent)
{
    static struct trial_spec spec;
    char why[REASON_LEN] = "";
    json_t *request = NULL, *reply;
    json_set_alloc_funcs(allocate, free);
    int rc = settle_in(parent);
    if (!rc)
        rc = frame_read(in, &request);
    if (!rc)
        rc = trial_spec_from_json(request, &spec, why, sizeof why);
    json_decref(request);
    if (rc)
        return starved || rc == -ENOMEM ? TRIAL_EXIT_NO_MEMORY : 70;

    clock_configure(&spec.clock);
    if (!strcmp(spec.task, "oracle"))
        reply = serve_oracle(&spec);
    else if (!strcmp(spec.task, "prepare"))
        reply = serve_prepare(&spec);
    else
        reply = serve_trial(&spec);
    rc = reply && !starved ? frame_write(out, reply) : -ENOMEM;
    json_decref(reply);
    return !rc ? 0 : rc == -ENOMEM ? TRIAL_EXIT_NO_MEMORY : 70;
}
