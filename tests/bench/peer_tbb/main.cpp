// SPDX-License-Identifier: Apache-2.0

// oneTBB as a peer (peer_process.h): the fork-join tree, and jobs from outside.
#include "../fib_tree.h"
#include "../peer_serve.h"

#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <atomic>

namespace
{

// ---- the fork-join tree ----

// As the documentation has it.
uint64_t fib_group(unsigned n)
{
    if (n < 2)
        return n;
    uint64_t first, second;
    tbb::task_group group;
    group.run([&first, n] { first = fib_group(n - 1); });
    second = fib_group(n - 2);
    group.wait();
    return first + second;
}

// The fastest there is: one context for the whole tree, not one per node, and no object that could outlive its call.
uint64_t fib_invoke(unsigned n, tbb::task_group_context &context)
{
    if (n < 2)
        return n;
    uint64_t first, second;
    tbb::parallel_invoke([&first, n, &context] { first = fib_invoke(n - 1, context); },
                         [&second, n, &context] { second = fib_invoke(n - 2, context); }, context);
    return first + second;
}

template <typename tree_fn> const char *fib_measure(uint64_t n, double *total_ns, tree_fn tree)
{
    uint64_t trees = n / FIB_SPAWNS, sum = tree(); // warm
    uint64_t start_ns = peer_now_ns();
    for (uint64_t i = 0; i < trees; i++)
        sum += tree();
    *total_ns = double(peer_now_ns() - start_ns);
    return sum == (trees + 1) * FIB_VALUE ? nullptr : "wrong sum";
}

const char *fib_group_measure(uint64_t n, double *total_ns)
{
    return fib_measure(n, total_ns, [] { return fib_group(fib_n()); });
}

const char *fib_invoke_measure(uint64_t n, double *total_ns)
{
    return fib_measure(n, total_ns, [] {
        tbb::task_group_context context;
        return fib_invoke(fib_n(), context);
    });
}

// ---- jobs from outside, `batch` of them at a time ----

// Where jobs hand in that they have run; whoever waits is told by the last one. All are counted.
class arrivals
{
  public:
    void expect(uint64_t count)
    {
        all_here.store(0, std::memory_order_relaxed);
        missing.store(count, std::memory_order_relaxed);
    }

    void arrive()
    {
        if (missing.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            all_here.store(1, std::memory_order_release);
            all_here.notify_one();
        }
    }

    void wait()
    {
        all_here.wait(0, std::memory_order_acquire);
    }

  private:
    alignas(128) std::atomic<uint64_t> missing{0};
    alignas(128) std::atomic<int> all_here{0};
};

template <typename batch_fn> void submit_measure(uint64_t batch, uint64_t n, double *total_ns, batch_fn run)
{
    for (uint64_t done = 0; done < n / 16 + batch; done += batch) // warm
        run(batch);
    uint64_t start_ns = peer_now_ns();
    for (uint64_t done = 0; done < n; done += batch)
        run(batch);
    *total_ns = double(peer_now_ns() - start_ns);
}

// enqueue() is what oneTBB has for a job that comes from outside and stands for itself: first in, first out, whichever
// worker is free. The submitter sleeps until all have run, so there are as many workers as CPUs, and it is none.
const char *enqueue(uint64_t batch, uint64_t n, double *total_ns)
{
    static arrivals all;
    static const int workers = tbb::info::default_concurrency(); // of this process's affinity
    static tbb::global_control allow(tbb::global_control::max_allowed_parallelism, std::size_t(workers) + 1);
    static tbb::task_arena arena(workers, 0);
    submit_measure(batch, n, total_ns, [](uint64_t count) {
        all.expect(count);
        for (uint64_t i = 0; i < count; i++)
            arena.enqueue([] { all.arrive(); });
        all.wait();
    });
    return nullptr; // it would not have come here without the last of them
}

// run() and wait() of a task_group: the submitter keeps the jobs, works on them itself while it waits, and workers
// steal from it. The last-in, first-out order of fork-join, and no promise that anybody begins before wait().
const char *group(uint64_t batch, uint64_t n, double *total_ns)
{
    static std::atomic<uint64_t> ran;
    uint64_t expected = 0;
    ran = 0;
    submit_measure(batch, n, total_ns, [&expected](uint64_t count) {
        tbb::task_group jobs;
        for (uint64_t i = 0; i < count; i++)
            jobs.run([] { ran.fetch_add(1, std::memory_order_relaxed); });
        jobs.wait();
        expected += count;
    });
    return ran == expected ? nullptr : "not all jobs ran";
}

// ---- the queue alone ----

enum : unsigned { QUEUE_RUN = 64 };

struct element { // as large as what our queue holds
    uint64_t number, more[5];
};

uint64_t queue_runs(tbb::concurrent_queue<element> &queue, uint64_t n)
{
    uint64_t sum = 0;
    element one{};
    for (uint64_t done = 0; done < n; done += QUEUE_RUN) {
        for (unsigned i = 0; i < QUEUE_RUN; i++) {
            one.number = i;
            queue.push(one);
        }
        for (unsigned i = 0; i < QUEUE_RUN; i++)
            sum += queue.try_pop(one) ? one.number : 0;
    }
    return sum;
}

const char *queue_measure(uint64_t n, double *total_ns)
{
    tbb::concurrent_queue<element> queue;
    queue_runs(queue, n); // warm
    uint64_t start_ns = peer_now_ns(), sum = queue_runs(queue, n);
    *total_ns = double(peer_now_ns() - start_ns);
    return sum == n / QUEUE_RUN * (QUEUE_RUN * (QUEUE_RUN - 1) / 2) ? nullptr : "elements lost";
}

} // namespace

int main()
{
    static const peer_work works[] = {
        {"fib", fib_group_measure},
        {"fib_invoke", fib_invoke_measure},
        {"enqueue_1", [](uint64_t n, double *total_ns) { return enqueue(1, n, total_ns); }},
        {"enqueue_1000", [](uint64_t n, double *total_ns) { return enqueue(1000, n, total_ns); }},
        {"queue", queue_measure},
        {"group_1000", [](uint64_t n, double *total_ns) { return group(1000, n, total_ns); }},
    };
    return peer_serve("peer_tbb", works, sizeof works / sizeof works[0]);
}
