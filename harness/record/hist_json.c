/* SPDX-License-Identifier: Apache-2.0 */
/* Histograms as sparse JSON: only buckets that hold something, index and count in turn. */
#include "record/trial_record.h"

#include <errno.h>
#include <string.h>

json_t *hist_to_json(const struct hist *hist)
{
    json_t *buckets = json_array();
    unsigned last = hist->count ? hist_index(hist->max) : 0;
    for (unsigned i = hist->count ? hist_index(hist->min) : 1; i <= last; i++)
        if (hist->bucket[i]) {
            json_array_append_new(buckets, json_integer(i));
            json_array_append_new(buckets, json_integer((json_int_t)hist->bucket[i]));
        }
    return json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:o}", "p", HIST_SUB_BITS, "count", (json_int_t)hist->count,
                     "sum_ns", (json_int_t)hist->sum, "min_ns", (json_int_t)hist->min, "max_ns", (json_int_t)hist->max,
                     "clamped", (json_int_t)hist->clamped, "buckets", buckets);
}

json_t *trial_hists_to_json(const struct trial_hists *hists)
{
    return json_pack("{s:o, s:o, s:o}", "latency", hist_to_json(&hists->latency), "response",
                     hist_to_json(&hists->response), "lag", hist_to_json(&hists->lag));
}

int trial_hists_from_json(const json_t *json, struct trial_hists *out)
{
    int rc = hist_from_json(json_object_get(json, "latency"), &out->latency);
    rc = rc ? rc : hist_from_json(json_object_get(json, "response"), &out->response);
    return rc ? rc : hist_from_json(json_object_get(json, "lag"), &out->lag);
}

int hist_from_json(const json_t *json, struct hist *out)
{
    json_int_t count, sum, min, max, clamped;
    json_t *buckets;
    int p;
    memset(out, 0, sizeof *out);
    if (json_unpack((json_t *)json, "{s:i, s:I, s:I, s:I, s:I, s:I, s:o}", "p", &p, "count", &count, "sum_ns", &sum,
                    "min_ns", &min, "max_ns", &max, "clamped", &clamped, "buckets", &buckets) ||
        p != HIST_SUB_BITS || !json_is_array(buckets) || json_array_size(buckets) % 2 || min < 0 || max < min)
        return -EBADMSG;

    uint64_t total = 0;
    for (size_t i = 0; i < json_array_size(buckets); i += 2) {
        json_int_t index = json_integer_value(json_array_get(buckets, i));
        json_int_t n = json_integer_value(json_array_get(buckets, i + 1));
        if (index < 0 || index >= HIST_BUCKETS || n <= 0)
            return -EBADMSG;
        out->bucket[index] += (uint64_t)n;
        total += (uint64_t)n;
    }
    if (total != (uint64_t)count)
        return -EBADMSG; /* the buckets are the evidence; a count that disagrees means that a hand was at work */
    out->count = (uint64_t)count;
    out->sum = (uint64_t)sum;
    out->min = (uint64_t)min;
    out->max = (uint64_t)max;
    out->clamped = (uint64_t)clamped;
    return 0;
}
