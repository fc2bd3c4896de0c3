/* SPDX-License-Identifier: Apache-2.0 */
/* libuv as a peer (peer_process.h): uv_queue_work() of empty jobs, until the loop has heard of the last one. The
 * requests are made beforehand; there is no callback after the work, which is the least that libuv can do. */
#include "peer_serve.h"

#include <stdlib.h>
#include <uv.h>

struct job {
    uv_work_t request;
    uint64_t run_count;
};

static void job_run(uv_work_t *request)
{
    ((struct job *)request->data)->run_count++;
}

static int batches_run(struct job *jobs, uint64_t batch, uint64_t n)
{
    uv_loop_t *loop = uv_default_loop();
    int err = 0;
    for (uint64_t done = 0; done < n && !err; done += batch) {
        for (uint64_t i = 0; i < batch && !err; i++)
            err = uv_queue_work(loop, &jobs[i].request, job_run, NULL);
        uv_run(loop, UV_RUN_DEFAULT); /* until nothing is left */
    }
    return err;
}

static const char *submit(uint64_t batch, uint64_t n, double *total_ns)
{
    struct job *jobs = calloc(batch, sizeof *jobs);
    uint64_t warm = n / 16 / batch * batch + batch, count = 0;
    if (!jobs)
        return "out of memory";
    for (uint64_t i = 0; i < batch; i++)
        jobs[i].request.data = &jobs[i];
    int err = batches_run(jobs, batch, warm);
    uint64_t start_ns = peer_now_ns();
    err = err ? err : batches_run(jobs, batch, n);
    *total_ns = (double)(peer_now_ns() - start_ns);
    for (uint64_t i = 0; i < batch; i++)
        count += jobs[i].run_count;
    free(jobs);
    return err ? uv_strerror(err) : count == warm + n ? NULL : "not all jobs ran";
}

static const char *submit_one(uint64_t n, double *total_ns)
{
    return submit(1, n, total_ns);
}

static const char *submit_1000(uint64_t n, double *total_ns)
{
    return submit(1000, n, total_ns);
}

int main(void)
{
    static const struct peer_work works[] = {{"submit_1", submit_one}, {"submit_1000", submit_1000}};
    return peer_serve("peer_uv", works, sizeof works / sizeof works[0]);
}
