/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One picture: a gnuplot script, its data and the SVG made from them, as NAME.gp, NAME.dat and NAME.svg.
 *
 * The script is whole in itself (`gnuplot NAME.gp` in its directory draws it again) and distrusts its data: each block
 * of the .dat is counted column by column before anything is drawn, because gnuplot leaves out what it can't read and
 * says nothing. A strategy has the same hue and the same marker in every picture.
 */
#ifndef QUINTET_REPORT_PLOT_H
#define QUINTET_REPORT_PLOT_H

#include "report/aggregate.h"
#include "report/paired.h"
#include "report/text.h"

struct plot {
    char name[NAME_LEN];
    char title[160], caption[640]; /* the caption doubles as alternative text: plain words */
    unsigned width, height;        /* pixels */
    unsigned n_blocks;             /* data blocks begun so far */
    unsigned rows, columns;        /* of the block being written */
    unsigned panels, labels;
    unsigned panel_width;      /* of the last panel, pixels */
    struct text head, gp, dat; /* the script is head (terminal, checks of the data) and then gp */
};

/* How a strategy looks everywhere. */
struct look {
    const char *colour; /* "#RRGGBB" */
    int marker;         /* gnuplot's point type */
};
struct look look_of(const struct report_run *run, unsigned strategy);

/* Begin a picture: terminal, title, and one multiplot that panels are put into. */
void plot_begin(struct plot *plot, const char *name, unsigned width, unsigned height, const char *title);

/* Markers and names of all strategies that `shown` marks, in one line below the title. */
void plot_legend(struct plot *plot, const struct report_run *run, const bool *shown);

/* The rectangle of the next panel, in pixels from the upper left corner; clears what the last one had set. */
void plot_panel(struct plot *plot, unsigned left, unsigned top, unsigned width, unsigned height, const char *title);

/* A block of data: every row has `columns` numbers, then perhaps text. Returns its index for `plot_source`. */
unsigned plot_block_begin(struct plot *plot, unsigned columns, const char *what);
void plot_row(struct plot *plot, const double *numbers, const char *label); /* label may be NULL */
void plot_block_end(struct plot *plot);

/* "'name.dat' index 3": for a plot command. */
void plot_source(struct plot *plot, unsigned block);

/* Range and tick marks of one axis ('x' or 'y'), chosen for values in [low, high] and labelled with the unit. */
void plot_axis_log(struct plot *plot, char axis, double low, double high, enum unit unit);
void plot_axis_linear(struct plot *plot, char axis, double high, enum unit unit);

/* The axis of K: powers of two, a tick at each K measured, named where there is room, and a dashed line at P. */
void plot_axis_k(struct plot *plot, const unsigned *k, unsigned n, unsigned workers, bool named);

/* The last lines of the script: the picture is complete. */
void plot_end(struct plot *plot);

/* Free the texts. A plot of zero bytes is allowed. */
void plot_fini(struct plot *plot);

/* Write NAME.gp and NAME.dat below dirfd. 0 or -errno. */
int plot_save(const struct plot *plot, int dirfd);

/*
 * Draw NAME.svg from NAME.gp below dirfd. Accepted only if gnuplot exits with 0, says nothing, and the file ends with
 * </svg>; otherwise no NAME.svg is left and `why` says what was wrong. 0; -ENOENT (no such program); -EPROTO (gnuplot
 * failed); -ETIMEDOUT; -errno.
 */
int plot_render(int dirfd, const char *program, const char *name, char *why, size_t why_len);

/* The pictures. Each fills an empty plot; false if the run has nothing to show there. */
bool plot_winner_map(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_throughput(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_latency(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_switches(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_handoff(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_spawn(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_spawn_parts(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_cpu(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_efficiency(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_offered(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_pace(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_memory(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_waiting(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_order(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_noise(struct plot *plot, const struct report_run *run, const struct pairing *pairing);
bool plot_launches(struct plot *plot, const struct report_run *run, const struct pairing *pairing);

/* The pictures of two runs (compare_plots.h). */
struct compared_runs;
bool plot_compare_changes(struct plot *plot, const struct compared_runs *runs);
bool plot_compare_per_cpu(struct plot *plot, const struct compared_runs *runs);
bool plot_compare_serial(struct plot *plot, const struct compared_runs *runs);

/*
 * The cases that a picture has panels for, in the order of the plan: those that `wants` says yes to, at most `max`.
 * Where there are more, work comes before micro workloads, and one case of every workload before a second of any.
 * *left_out: how many did not fit, and plot_caption_left_out() says so.
 */
typedef bool plot_wants_fn(const struct report_run *run, const struct pairing *pairing, const struct sweep *sweep);
unsigned plot_pick(const struct report_run *run, const struct pairing *pairing, plot_wants_fn *wants,
                   const struct sweep **out, unsigned max, unsigned *left_out);
void plot_caption_left_out(struct plot *plot, unsigned left_out);

/* The situation that pictures of one K show for a case: the greatest K up to 8P, else the smallest there is; or NULL.
 */
const struct situation *plot_situation(const struct pairing *pairing, const char *case_name);

#endif
