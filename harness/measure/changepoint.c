/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/changepoint.h"
#include "measure/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT_MIN = 2, OUTLIER_WINDOW = 200 };

const char *steady_name(enum steady class)
{
    static const char *const names[] = {"flat", "warm_up", "slowdown", "no_steady_state", "unknown"};
    return names[class];
}

/* Sums from the start, about the series' first value so that squares keep their digits. */
struct prefix {
    const double *sum, *square;
    double floor;
};

static double segment_cost(const struct prefix *p, size_t from, size_t to)
{
    double k = (double)(to - from), sum = p->sum[to] - p->sum[from], square = p->square[to] - p->square[from];
    double variance = square / k - sum / k * (sum / k);
    return k * (log(2 * M_PI) + log(fmax(variance, p->floor)) + 1);
}

static size_t walk_back(const size_t *last, size_t n, size_t *out)
{
    size_t count = 0;
    for (size_t at = last[n]; at > 0; at = last[at])
        out[count++] = at;
    for (size_t i = 0; i < count / 2; i++) {
        size_t swap = out[i];
        out[i] = out[count - 1 - i];
        out[count - 1 - i] = swap;
    }
    return count;
}

int changepoint_find(const double *x, size_t n, double variance_floor, size_t *out, size_t *count, double *cost)
{
    *count = 0;
    if (n < 2 * SEGMENT_MIN || n > CHANGEPOINT_MAX || !(variance_floor > 0))
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return -EINVAL;
    double *sum = malloc(3 * (n + 1) * sizeof *sum), *square = sum + n + 1, *best = square + n + 1;
    size_t *last = malloc(2 * (n + 1) * sizeof *last), *candidate = last + n + 1, candidates = 1;
    if (!sum || !last) {
        free(sum);
        free(last);
        return -ENOMEM;
    }
    sum[0] = square[0] = 0;
    for (size_t i = 0; i < n; i++) {
        sum[i + 1] = sum[i] + (x[i] - x[0]);
        square[i + 1] = square[i] + (x[i] - x[0]) * (x[i] - x[0]);
    }
    const struct prefix prefix = {sum, square, variance_floor};
    const double penalty = 15 * log((double)n);
    best[0] = -penalty;
    best[1] = INFINITY;
    candidate[0] = 0;
    for (size_t t = SEGMENT_MIN; t <= n; t++) {
        best[t] = INFINITY;
        for (size_t c = 0; c < candidates; c++) {
            size_t from = candidate[c];
            double total = best[from] + segment_cost(&prefix, from, t) + penalty;
            if (total < best[t]) {
                best[t] = total;
                last[t] = from;
            }
        }
        size_t kept = 0; /* PELT: who is already beaten without the penalty will never win again */
        for (size_t c = 0; c < candidates; c++) {
            size_t from = candidate[c];
            if (best[from] + segment_cost(&prefix, from, t) <= best[t])
                candidate[kept++] = from;
        }
        candidates = kept;
        candidate[candidates++] = t - SEGMENT_MIN + 1; /* the next t is the first to end a segment that begins here */
    }
    *count = walk_back(last, n, out);
    if (cost)
        *cost = best[n];
    free(sum);
    free(last);
    return 0;
}

/* --- classes --------------------------------------------------------------------------------------------------------
 */

/* Replace what lies far outside its surroundings by their median. `room` holds OUTLIER_WINDOW values. */
static void tame_outliers(const double *x, size_t n, double *out, double *room)
{
    for (size_t i = 0; i < n; i++) {
        size_t half = OUTLIER_WINDOW / 2, from = i > half ? i - half : 0;
        size_t to = from + OUTLIER_WINDOW < n ? from + OUTLIER_WINDOW : n;
        from = to > OUTLIER_WINDOW ? to - OUTLIER_WINDOW : 0;
        memcpy(room, x + from, (to - from) * sizeof *x);
        stats_sort(room, to - from);
        double middle = stats_quantile_sorted(room, to - from, 0.5);
        double reach = 3 * (stats_quantile_sorted(room, to - from, 0.9) - stats_quantile_sorted(room, to - from, 0.1));
        out[i] = fabs(x[i] - middle) > reach ? middle : x[i];
    }
}

struct level {
    double mean, sd;
};

static struct level level_of(const double *x, size_t from, size_t to)
{
    double mean = 0, squares = 0, k = (double)(to - from);
    for (size_t i = from; i < to; i++)
        mean += x[i] / k;
    for (size_t i = from; i < to; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return (struct level){mean, sqrt(squares / k)};
}

static enum steady judge(const double *x, size_t n, const size_t *points, size_t count, double margin, size_t *settled)
{
    struct level last = level_of(x, count ? points[count - 1] : 0, n);
    double reach = fmax(margin * fabs(last.mean), last.sd);
    enum steady class = STEADY_FLAT;
    *settled = 0;
    for (size_t i = 0; i < count; i++) {
        size_t from = i ? points[i - 1] : 0, to = points[i];
        double above = level_of(x, from, to).mean - last.mean;
        if (fabs(above) <= reach)
            continue;
        *settled = to;
        class = to > n - n / 4 ? STEADY_NONE : above > 0 ? STEADY_WARM_UP : STEADY_SLOWDOWN;
    }
    return class;
}

int changepoint_classify(const double *x, size_t n, double margin, double variance_floor, enum steady *class,
                         size_t *settled)
{
    size_t count = 0, at = 0;
    *class = STEADY_UNKNOWN;
    if (settled)
        *settled = 0;
    if (n < CHANGEPOINT_MIN)
        return 0;
    if (n > CHANGEPOINT_MAX)
        return -EINVAL;
    double *tame = malloc((n + OUTLIER_WINDOW) * sizeof *tame);
    size_t *points = malloc(n * sizeof *points);
    int rc = tame && points ? 0 : -ENOMEM;
    for (size_t i = 0; i < n && !rc; i++)
        rc = isfinite(x[i]) ? 0 : -EINVAL;
    if (!rc) {
        tame_outliers(x, n, tame, tame + n);
        rc = changepoint_find(tame, n, variance_floor, points, &count, NULL);
    }
    if (!rc) {
        *class = judge(tame, n, points, count, margin, &at);
        if (settled)
            *settled = at;
    }
    free(tame);
    free(points);
    return rc;
}
