/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare_plots.h"
#include "report/plot.h"

#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *id_of(const struct report_run *run)
{
    const char *id = json_string_value(json_object_get(run->run, "run_id"));
    return id ? id : "?";
}

void compare_plots_name(struct plot *plot, const struct compared_runs *runs)
{
    char words[160];
    snprintf(words, sizeof words, "A: %.64s   B: %.64s", id_of(runs->a), id_of(runs->b));
    text_add(&plot->gp, "set label %u '", ++plot->labels);
    text_add_gnuplot(&plot->gp, words);
    text_add(&plot->gp, "' at screen %.5f,%.5f right font 'Helvetica,10' textcolor rgb '#777777'\n",
             1 - 14.0 / plot->width, 1 - 20.0 / plot->height);
}

int compare_plots_build(const char *dir, const struct compared_runs *runs, const struct report_options *options,
                        struct report_result *result, struct plot_outcome *outcomes, unsigned *n)
{
    static bool (*const all[COMPARE_PLOTS_MAX])(struct plot *, const struct compared_runs *) = {
        plot_compare_changes, plot_compare_per_cpu, plot_compare_serial};
    bool hung = false;
    *n = 0;
    int rc = store_mkdir(AT_FDCWD, dir);
    int dirfd = rc ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0)
        return rc ? rc : -errno;
    for (unsigned i = 0; i < COMPARE_PLOTS_MAX && !rc; i++) {
        struct plot plot = {0};
        if (all[i](&plot, runs))
            rc = plot_store(&plot, dirfd, options, result, &outcomes[(*n)++], &hung);
        plot_fini(&plot);
    }
    close(dirfd);
    return rc;
}
