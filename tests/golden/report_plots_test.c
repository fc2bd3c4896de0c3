/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures of a report: with gnuplot, without one, with one that lies; and the data that they draw. */
#include "report_rig.h"

#include "report/plot.h"
#include "report/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(report_plots, .timeout = 30);

Test(report_plots, without_gnuplot_the_report_is_written_with_a_note)
{
    given_run(6, NULL);
    cr_assert_eq(build("/nonexistent/gnuplot"), 0);
    cr_assert(result_g.gnuplot_missing && result_g.plots_made_count == 0);
    char *report = get_file("REPORT.md");
    cr_assert(strstr(report, "was not drawn"));
    cr_assert_not(strstr(report, ".svg"));
    cr_assert(have_file("report/plots/throughput_vs_k.dat") && have_file("report/plots/throughput_vs_k.gp"));
    struct report_options strict = {.gnuplot = "/nonexistent/gnuplot", .require_plots = true};
    cr_assert_eq(report_build(dir_g, &strict, &result_g), -ENOTSUP);
    cr_assert(result_g.message[0]);
    free(report);
}

Test(report_plots, a_gnuplot_that_lies_is_found_out, .timeout = 100)
{
    static const char *const lies[] = {
        "exit 0",                                                          /* no picture at all */
        "printf '<svg>%0100d' 0 > \"$4\"",                                 /* half a picture */
        "printf '<svg>%0100d</svg>\\n' 0 > \"$4\"; exit 1",                /* a failure with a picture */
        "printf '<svg>%0100d</svg>\\n' 0 > \"$4\"; echo 'warning: x' >&2", /* a picture with a complaint */
        "kill -9 $$",
    };
    given_run(6, NULL);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
        cr_assert(have_file("report/plots/throughput_vs_k.svg"));
        cr_assert_eq(build(fake_gnuplot(lies[i])), 0);
        cr_assert_eq(result_g.plots_made_count, 0, "%s", lies[i]);
        cr_assert_eq(result_g.plots_failed_count, 13);
        cr_assert_not(have_file("report/plots/throughput_vs_k.svg"), "a picture of other data is left");
        struct report_options strict = {.gnuplot = fake_gnuplot(lies[i]), .require_plots = true};
        cr_assert_eq(report_build(dir_g, &strict, &result_g), -EPROTO);
    }
}

static void must_fail_to_draw(const char *file, const char *from, const char *to)
{
    char name[128], why[320];
    snprintf(name, sizeof name, "report/plots/%s", file);
    char *text = get_file(name), *at = strstr(text, from);
    cr_assert(at, "%s has no %s", file, from);
    struct text changed = {0};
    text_add_bytes(&changed, text, (size_t)(at - text));
    text_add(&changed, "%s%s", to, at + strlen(from));
    put_file(name, changed.data, 0644);
    int fd = openat(dirfd_g, "report/plots", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(plot_render(fd, NULL, "throughput_vs_k", why, sizeof why), -EPROTO, "%s", to);
    cr_assert(why[0]);
    cr_assert_not(have_file("report/plots/throughput_vs_k.svg"));
    put_file(name, text, 0644);
    cr_assert_eq(plot_render(fd, NULL, "throughput_vs_k", why, sizeof why), 0, "%s", why);
    close(fd);
    text_fini(&changed);
    free(text);
}

Test(report_plots, real_gnuplot_draws_all_and_refuses_damaged_data)
{
    given_run(9, NULL);
    cr_assert_eq(build(NULL), 0);
    if (result_g.gnuplot_missing)
        test_skip("gnuplot is not installed");
    cr_assert_eq(result_g.plots_made_count, 13, "%s", result_g.warnings[0]);
    /* In the first row of the second block: a word for a number, a missing column, a lost row. */
    must_fail_to_draw("throughput_vs_k.dat", "\n0.9", "\nabc");
    must_fail_to_draw("throughput_vs_k.dat", "\n0.9", "\n# 0.9");
    must_fail_to_draw("throughput_vs_k.gp", "set multiplot", "set multiplott");
    must_fail_to_draw("throughput_vs_k.gp", "with points", "with pints");
    must_fail_to_draw("throughput_vs_k.gp", "data = 'throughput_vs_k.dat'", "data = 'missing.dat'");
}

/* --- What the pictures draw that no table tells ------------------------------------------------------------------- */

/* The rows of a data file that begin with a digit: those of one block, or of all. */
static unsigned rows_of(const char *data, const char *block)
{
    unsigned n = 0;
    const char *from = block ? strstr(data, block) : data, *to = from && block ? strstr(from, "\n\n") : NULL;
    cr_assert(from, "no block %s", block);
    for (const char *s = from; (s = strchr(s, '\n')) && (!to || s < to); s++)
        n += s[1] >= '0' && s[1] <= '9';
    return n;
}

Test(report_plots, launches_are_drawn_one_by_one)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *data = get_file("report/plots/launches.dat");
    cr_assert_eq(rows_of(data, "sha256/threads/w2/k128:"), 9u, "a point for each block");
    cr_assert_eq(rows_of(data, "hog[hog=1]/processes/w2/k16:"), 9u);
    cr_assert_not(strstr(data, "spawn_join"), "work only");
    free(data);
}

Test(report_plots, the_noise_is_beside_the_lead)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *data = get_file("report/plots/noise_floor.dat");
    const char *noise = strstr(data, "\"hog[hog=1]\""), *leads = strstr(data, "lead of the best set");
    double percent;
    cr_assert(noise && leads);
    while (noise > data && noise[-1] != '\n')
        noise--;
    cr_assert_eq(sscanf(noise, "%lf", &percent), 1);
    cr_assert(percent > 0.1 && percent < 5, "trials differ by 1 %%, so no interval is wider: %g", percent);
    const char *lead = strstr(leads, "\"hog[hog=1]\"");
    cr_assert(lead);
    while (lead[-1] != '\n')
        lead--;
    cr_assert_eq(sscanf(lead, "%lf", &percent), 1);
    cr_assert(percent > 4200 && percent < 4600, "coroutines are next, 44.4 times as slow: %g", percent);
    free(data);
}

/* make_run.c gets slower by 1.25 % of the first block with every block: from 5 % below the median to 5 % above it. */
Test(report_plots, the_run_in_its_order_shows_drift)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *data = get_file("report/plots/run_order.dat");
    unsigned groups = rows_of(data, "middle of a group of trials, quartile"), seen = 0;
    double trial, quartile, median, first = 0, last = 0;
    cr_assert(groups > 30 && groups <= 120);
    for (const char *s = strchr(data, '\n'); s && seen < groups; s = strchr(s + 1, '\n'))
        if (sscanf(s + 1, "%lf %lf %lf", &trial, &quartile, &median) == 3) {
            first = seen++ ? first : median;
            last = median;
        }
    cr_assert(first > 0.94 && first < 0.965, "%g", first);
    cr_assert(last > 1.035 && last < 1.06, "%g", last);
    free(data);
}

Test(report_plots, memory_of_a_waiting_task_is_drawn_in_bytes)
{
    struct plot plot = {0};
    given_run(9, NULL);
    load();
    cr_assert_not(plot_waiting(&plot, &run_g, &pairing_g), "nobody measured it");
    for (unsigned c = 0; c < run_g.n_cells; c++) {
        struct report_cell *cell = &run_g.cells[c];
        if (strcmp(run_g.workloads[cell->workload].name, "spawn_join") != 0)
            continue;
        snprintf(run_g.workloads[cell->workload].headline, NAME_LEN, "bytes_per_task");
        for (unsigned b = 0; b < 9; b++)
            cr_assert_eq(series_set(cell, "bytes_per_task", b, 4096 * (1 + cell->strategy)), 0);
        cr_assert_eq(series_finish((struct series *)series_find(cell, "bytes_per_task")), 0);
    }
    cr_assert(plot_waiting(&plot, &run_g, &pairing_g));
    cr_assert(strstr(plot.gp.data, "'4 KiB' 4096") && strstr(plot.dat.data, "\n20480 "));
    cr_assert(strstr(plot.dat.data, "KiB\""));
    plot_fini(&plot);
}
