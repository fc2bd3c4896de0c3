/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plots.h"
#include "report/plot.h"

#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef bool plot_fn(struct plot *, const struct report_run *, const struct pairing *);

/* In the order of the report. */
static plot_fn *const all_plots[PLOTS_MAX] = {plot_winner_map, plot_throughput, plot_latency,     plot_switches,
                                              plot_handoff,    plot_spawn,      plot_spawn_parts, plot_cpu,
                                              plot_memory,     plot_efficiency, plot_offered,     plot_pace,
                                              plot_order,      plot_noise,      plot_launches,    plot_waiting};

/* A gnuplot that hung once would hang for every plot: it is not asked again. */
static void draw(int dirfd, const struct report_options *options, struct report_result *result,
                 struct plot_outcome *outcome, bool *hung)
{
    if (*hung) {
        snprintf(outcome->why, sizeof outcome->why, "gnuplot hung before");
        result->plots_failed_count++;
        return;
    }
    if (result->gnuplot_missing) {
        snprintf(outcome->why, sizeof outcome->why, "gnuplot is not installed");
        return;
    }
    int rc = plot_render(dirfd, options->gnuplot, outcome->name, outcome->why, sizeof outcome->why);
    if (rc == -ENOENT) {
        result->gnuplot_missing = true;
        report_warn(result, "gnuplot is not installed: there are no pictures, only their data. Install it with: "
                            "apt-get install gnuplot-nox");
    } else if (rc) {
        *hung = rc == -ETIMEDOUT;
        result->plots_failed_count++;
        report_warn(result, "plot %s: %s", outcome->name, outcome->why);
    } else {
        outcome->drawn = true;
        result->plots_made_count++;
    }
}

/* Pictures of an earlier report must not stay beside new data. */
static void remove_old(int dirfd, const char *name)
{
    static const char *const ends[] = {"svg", "svg.new"}; /* the second is what a killed report leaves */
    char file[NAME_LEN + 16];
    for (unsigned i = 0; i < 2; i++) {
        snprintf(file, sizeof file, "%s.%s", name, ends[i]);
        unlinkat(dirfd, file, 0);
    }
}

/* report/plots/ in the run's directory, made if it is not there. A run from elsewhere may have links that lead
 * anywhere: they are not followed. 0 or -errno. */
static int open_plots(int run_dirfd, int *out)
{
    static const char *const parts[] = {"report", "plots"};
    int above = run_dirfd, rc = 0;
    for (unsigned i = 0; i < 2 && !rc; i++) {
        int fd = -1;
        if (!mkdirat(above, parts[i], 0755) || errno == EEXIST)
            fd = openat(above, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        rc = fd < 0 ? -errno : 0;
        if (i)
            close(above);
        above = fd;
    }
    *out = above;
    return rc;
}

int plot_store(const struct plot *plot, int dirfd, const struct report_options *options, struct report_result *result,
               struct plot_outcome *outcome, bool *hung)
{
    *outcome = (struct plot_outcome){0};
    memcpy(outcome->name, plot->name, sizeof outcome->name);
    memcpy(outcome->title, plot->title, sizeof outcome->title);
    memcpy(outcome->caption, plot->caption, sizeof outcome->caption);
    int rc = plot_save(plot, dirfd);
    outcome->saved = !rc;
    if (rc)
        return rc;
    remove_old(dirfd, outcome->name);
    draw(dirfd, options, result, outcome, hung);
    return 0;
}

int plots_build(const struct report_run *run, const struct pairing *pairing, const struct report_options *options,
                struct plot_outcome *outcomes, unsigned *n)
{
    bool hung = false;
    *n = 0;
    int dirfd, rc = open_plots(run->dirfd, &dirfd);
    if (rc)
        return rc;
    store_sweep(dirfd);
    for (unsigned i = 0; i < PLOTS_MAX && !rc; i++) {
        struct plot plot = {0};
        if (all_plots[i](&plot, run, pairing))
            rc = plot_store(&plot, dirfd, options, run->result, &outcomes[(*n)++], &hung);
        plot_fini(&plot);
    }
    close(dirfd);
    return rc;
}
