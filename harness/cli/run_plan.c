/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_plan.h"
#include "cli/exit_map.h"
#include "cli/message.h"

#include "measure/clock.h"
#include "measure/rng.h"
#include "run/campaign.h"
#include "run/isolate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

uint64_t run_plan_fresh_seed(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = rng_hash2(clock_monotonic_ns(), (uint64_t)getpid());
    return seed;
}

static void print_duration(double seconds)
{
    if (seconds >= 90)
        fprintf(stderr, "%.0f min", seconds / 60);
    else
        fprintf(stderr, "%.0f s", seconds);
}

struct progress {
    bool rich, quiet;
    double last_line_s;
    unsigned before; /* trials that an interrupted run had when it was resumed */
};

/*
 * On a terminal one line is rewritten, at most ten times a second and never while a trial runs; in a log a line appears
 * every ten seconds. Failures get a line of their own in both.
 */
static void show_progress(void *arg, const struct plan *plan, unsigned done, unsigned total,
                          const struct trial_record *last, double elapsed_s)
{
    struct progress *p = arg;
    if (!last)
        p->before = done;
    if (last && last->end != END_OK && last->end != END_SKIPPED) {
        char id[CELL_ID_LEN];
        char what[CELL_ID_LEN + REASON_LEN];
        cell_id(&last->cell, id, sizeof id);
        snprintf(what, sizeof what, "%s: %s", trial_end_name(last->end), last->reason);
        if (p->rich && !p->quiet)
            fputs("\r\033[K", stderr);
        message_warning(id, what);
    }
    bool due = done == total || elapsed_s - p->last_line_s >= (p->rich ? 0.1 : 10.0);
    if (p->quiet || !due)
        return;
    p->last_line_s = elapsed_s;
    if (p->rich)
        fputs("\r\033[K", stderr);
    unsigned per_block = plan->n_runnable ? plan->n_runnable : 1;
    fprintf(stderr, "%3u %%  trial %u/%u  block %u/%u  ", total ? 100 * done / total : 100, done, total,
            done / per_block + (done < total), plan->blocks);
    print_duration(elapsed_s);
    fputs(" gone, ", stderr);
    unsigned here = done - p->before;
    print_duration(here ? elapsed_s / here * (total - done) : total ? plan->estimate_s * (total - done) / total : 0);
    fputs(" to go", stderr);
    if (last && p->rich)
        fprintf(stderr, "  %s %s K=%u", last->cell.workload, last->cell.strategy, last->cell.in_flight);
    fputs(p->rich && done < total ? "" : "\n", stderr);
    fflush(stderr);
}

static void print_text(const struct plan *plan)
{
    printf("Plan: profile %s, %u blocks of %u trials = %u trials, about %.0f s. Seed %016llx. CPUs: %u.\n",
           profile_names[plan->profile], plan->blocks, plan->n_runnable, plan->blocks * plan->n_runnable,
           plan->estimate_s, (unsigned long long)plan->seed, plan->machine->granted);
    for (unsigned i = 0; i < plan->n_cells; i++) {
        char id[CELL_ID_LEN];
        cell_id(&plan->cells[i].cell, id, sizeof id);
        if (plan->cells[i].skip[0])
            printf("  skip  %s: %s\n", id, plan->cells[i].skip);
        else
            printf("  run   %s\n", id);
    }
}

void run_plan_print(const struct plan *plan, bool as_json)
{
    if (!as_json) {
        print_text(plan);
        return;
    }
    json_t *json = plan_to_json(plan);
    json_dumpf(json, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(json);
}

int run_plan_machine(struct machine *machine)
{
    if (!machine_read(machine))
        return 0;
    message_error("E-CPU", "affinity", "this process is allowed no CPU", "nothing", NULL);
    return EXIT_CANNOT;
}

static int judge_ceilings(const struct campaign_result *result, const struct options *options)
{
    int code = exit_of_ceilings(result, options->request.n_strategies && options->request.n_in_flight);
    if (code)
        message_error("E-CEILING", result->first_ceiling, "this machine cannot do what was asked for", result->run_dir,
                      "raise the limit, or ask for a smaller K: --in-flight K");
    return code;
}

static void tell_data_left(const struct campaign_result *result)
{
    char what[sizeof result->run_dir + 96];
    if (!result->data_left)
        return;
    snprintf(what, sizeof what, "data sets could not be deleted: %s. They are of no use any more: rm -r '%s/data'",
             strerror(-result->data_left), result->run_dir);
    message_warning(result->run_dir, what);
}

/* Is there a line in its journal? */
static bool has_trials(const struct campaign_result *result)
{
    return result->ok || result->gated || result->failed || result->skipped || result->ceilings;
}

static int finish(const struct campaign_result *result, int rc, const struct options *options, run_plan_tell *tell,
                  void *arg)
{
    tell_data_left(result);
    if (rc) {
        const bool other_schema = rc == -EPROTONOSUPPORT; /* of the run to go on with */
        message_error(rc == -EBUSY      ? "E-BUSY"
                      : rc == -EBADMSG  ? "E-CORRUPT"
                      : other_schema    ? "E-SCHEMA"
                      : result->storage ? "E-STORE"
                                        : "E-RUN",
                      result->run_dir[0] ? result->run_dir : options->results_dir,
                      result->why[0] ? result->why : strerror(-rc), has_trials(result) ? result->run_dir : "nothing",
                      result->storage ? "give a writable place with enough room: --results DIR" : NULL);
        return exit_of_campaign_error(rc, result->storage);
    }
    int code = exit_of_trials(result);
    if (code == EXIT_UNTRUSTED)
        message_error("E-GATED", result->run_dir, "every trial was disturbed and gives no number", result->run_dir,
                      "trials.jsonl has each one's gate; measure when the machine is quieter");
    if (result->failed) {
        char what[96];
        snprintf(what, sizeof what, "%u of %u trials failed", result->failed, result->failed + result->ok);
        message_error(code == EXIT_VERIFY ? "E-VERIFY" : "E-TRIALS", result->first_failure, what, result->run_dir,
                      NULL);
    }
    code = exit_graver(code, judge_ceilings(result, options));
    if (tell && (result->ok || result->gated || result->ceilings))
        code = exit_graver(code, tell(result->run_dir, options, arg));
    else if (!options->json)
        message_print_between("Data:    ", result->run_dir, "\n");
    const int signal = isolate_interrupted(); /* also one that came when all was measured, while the report was made */
    if (signal)
        message_error("E-INTERRUPTED", result->run_dir, strsignal(signal), result->run_dir,
                      result->signal ? "go on with it: quintet run --resume RUN" : NULL);
    return exit_of_signal(code, signal);
}

int run_plan(const struct plan *plan, const struct options *options, int argc, char **argv, run_plan_tell *tell,
             void *arg)
{
    return run_plan_on(plan, options, NULL, "", argc, argv, tell, arg);
}

int run_plan_on(const struct plan *plan, const struct options *options, const struct resume *resume,
                const char *despite, int argc, char **argv, run_plan_tell *tell, void *arg)
{
    static struct campaign_result result;
    struct progress progress = {.rich = message_terminal_is_rich(2), .quiet = options->quiet};
    struct campaign_options how = {
        .results_dir = options->results_dir,
        .timeout_ns = options->timeout_s * UINT64_C(1000000000),
        .budget_ns = options->budget_ns,
        .precision = options->precision,
        .argc = argc,
        .argv = argv,
        .job = options->job.root,
        .resume = resume,
        .resumed_despite = despite,
        .progress = show_progress,
        .arg = &progress,
    };
    int rc = isolate_init();
    if (rc == -ENOTSUP) {
        message_error("E-CANNOT", "/proc", "it does not show this process, so what a trial leaves could not be found",
                      "nothing", "mount -t proc proc /proc");
        return EXIT_CANNOT;
    }
    if (rc) {
        message_error("E-INIT", "signals", strerror(-rc), "nothing", NULL);
        return EXIT_BUG;
    }
    rc = campaign_run(plan, &how, &result);
    if (result.signal && progress.rich)
        fputc('\n', stderr);
    return finish(&result, rc, options, tell, arg);
}
