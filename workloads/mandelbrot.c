/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mandelbrot: irregular data parallelism. bands of rows, some with eighty times the work of others.
 *
 *     band  0  ................................     every pixel escapes at once
 *          ..  ..............*@@*..............
 *          ..  .........*@@@@@@@@@@@*..........     the set itself: every pixel takes all of `iterations`
 *          31  @@@@@@@@@@@@@@@@@@@@@@@*........     about 80 times the work of band 0
 *          ..  .........*@@@@@@@@@@@*..........
 *          63  ................................
 *
 * A task is one band, one op is one row. Rows share nothing, nothing is written, and there is no I/O: what is left is
 * how a strategy spreads uneven work over CPUs, and what a task of 0.05 to 3 ms loses to being a task.
 *
 * What differs. Whoever gives a free CPU the next band (threads with K > P, a pool, processes) comes close to
 * serial / P. Shares given in advance leave a CPU idle at the end. Coroutines on one worker are serial, however many
 * they are. Threads and processes must tie: there is nothing that they could share or would have to copy.
 *
 * Arithmetic is fixed-point (28 bits behind the point) in 64-bit integers, not floating: the picture is then the same
 * to the last bit with every compiler, flag and CPU (a fused multiply-add would change it), and digests can be compared
 * between machines. Every step depends on the one before, so nothing can be folded or vectorised away. The picture is
 * shifted by a fraction of a pixel that depends on the nonce: a result can't be known before.
 *
 * Not to be used for: the speed of floating point, or of a good mandelbrot program (no SIMD, no symmetry, no shortcuts
 * for the inside: they would hide the irregularity that this is about).
 */
#include "contract/workload.h"

enum { PARAM_WIDTH, PARAM_BANDS, PARAM_BAND_ROWS, PARAM_ITERATIONS };
enum { POINT = 28 };
#define FIXED(x) ((int64_t)((x) * (double)(INT64_C(1) << POINT)))

/* The part of the plane that is drawn: [-2, 0.5] x [-1.25, 1.25], and what one pixel is of it. */
struct view {
    int64_t x0, y0, dx, dy;
    unsigned width, rows, iterations;
};

static unsigned rows_per_band(const struct workload_env *env)
{
    return (unsigned)env->params->value[PARAM_BAND_ROWS];
}

static struct view view_of(const struct workload_env *env)
{
    struct view view = {
        .width = (unsigned)env->params->value[PARAM_WIDTH],
        .rows = rows_per_band(env) * (unsigned)env->params->value[PARAM_BANDS],
        .iterations = (unsigned)env->params->value[PARAM_ITERATIONS],
    };
    view.dx = FIXED(2.5) / view.width;
    view.dy = FIXED(2.5) / view.rows;
    view.x0 = FIXED(-2.0) + (int64_t)(rng_hash2(env->nonce, 0) % (uint64_t)view.dx);
    view.y0 = FIXED(-1.25) + (int64_t)(rng_hash2(env->nonce, 1) % (uint64_t)view.dy);
    return view;
}

/* Steps of z = z*z + c until |z| > 2, at most `limit`. While |z| <= 2, |z*z + c| < 7: no square exceeds 2^62. */
static unsigned escape_steps(int64_t cx, int64_t cy, unsigned limit)
{
    int64_t x = 0, y = 0;
    unsigned steps = 0;
    for (; steps < limit; steps++) {
        int64_t xx = (x * x) >> POINT, yy = (y * y) >> POINT;
        if (xx + yy > FIXED(4.0))
            break;
        y = ((x * y) >> (POINT - 1)) + cy;
        x = xx - yy + cx;
    }
    return steps;
}

/* One row as one number that depends on every pixel and its place. */
static uint64_t row_value(const struct view *view, uint64_t row)
{
    uint64_t value = row;
    int64_t cy = view->y0 + (int64_t)row * view->dy;
    for (unsigned i = 0; i < view->width; i++)
        value = value * UINT64_C(0x9e3779b97f4a7c15) + escape_steps(view->x0 + i * view->dx, cy, view->iterations);
    return value;
}

static int mandelbrot_op(struct op *op)
{
    struct view view = view_of(op->env);
    op_result(op, row_value(&view, op->task * (uint64_t)rows_per_band(op->env) + op->index));
    return 0;
}

/* Draws the band again: as expensive as the work itself, once per block and for all strategies together. */
static uint64_t mandelbrot_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    struct view view = view_of(env);
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++)
        result = result_fold(result, row_value(&view, task * (uint64_t)rows_per_band(env) + i));
    return result;
}

static int mandelbrot_shape(struct workload_env *env, struct shape *out)
{
    *out = (struct shape){
        .tasks = (unsigned)env->params->value[PARAM_BANDS],
        .ops_per_task = rows_per_band(env),
        .group = 1,
        .batch = 1,
        .work_per_op = (uint64_t)env->params->value[PARAM_WIDTH], /* pixels */
    };
    return 0;
}

static struct ideal mandelbrot_ideal(const struct workload_env *env)
{
    (void)env;
    return (struct ideal){.kind = IDEAL_CPU};
}

static const struct param_spec mandelbrot_params[] = {
    {.name = "width",
     .unit = "count",
     .summary = "pixels per row",
     .defaults = {256, 640, 1024},
     .min = 16,
     .max = 65536},
    {.name = "bands",
     .unit = "count",
     .summary = "bands of the picture, one task each",
     .defaults = {64, 64, 64},
     .grows = 64,
     .min = 1,
     .max = 65536},
    {.name = "band_rows", .unit = "count", .summary = "rows of a band", .defaults = {2, 10, 16}, .min = 1, .max = 4096},
    {.name = "iterations",
     .unit = "count",
     .summary = "most steps per pixel",
     .defaults = {256, 256, 1000},
     .min = 1,
     .max = 1000000},
    {.name = NULL},
};

const struct workload workload_mandelbrot = {
    .name = "mandelbrot",
    .kind = "cpu",
    .summary = "How well is uneven CPU work spread over the CPUs?",
    .op_is = "one row of the picture",
    .protocol = 2, /* 1: 64 bands on every machine */
    .params = mandelbrot_params,
    .in_flight_sweep = "1 P 8P",
    .uneven = true,
    .unpaceable = "its ops are the rows of one picture, not requests",
    .headline = "throughput_ops_per_s",
    .shape = mandelbrot_shape,
    .op = mandelbrot_op,
    .expect = mandelbrot_expect,
    .ideal = mandelbrot_ideal,
};
