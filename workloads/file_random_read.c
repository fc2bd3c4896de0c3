/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_random_read: 4 KiB blocks of one file, in random order, K at a time. Reading from disk, and from the page cache.
 *
 *     file     | 0 | 1 | 2 | 3 | ...                               | n-1 |      every block knows who it is
 *                    ^       ^           ^               ^
 *     tasks          0       1           2               3    ...              the next one follows from a hash
 *
 *     block    magic, number, seed | 508 words, each made from seed and number | check word over all of it
 *
 * One op is one block. Which one follows from the nonce and the number of the read, so that every strategy reads the
 * same blocks at every K. The reads are dealt out to K tasks (rounded up to equal shares): K is the queue depth.
 *
 *     mode=hot      The whole file is in the page cache; setup proves it (mincore), or else the cell is skipped.
 *                   A read is a system call and a copy of 4 KiB: CPU work, which is spread over CPUs or not. A ring
 *                   should not win here: there is nothing to wait for, and it pays for queueing.
 *     mode=cold     No page of the file is in the cache; setup proves that it can be so, and it is made so before each
 *                   pass. Each block is read at most once, in an order without repetition, or the last reads would find
 *                   the cache warm. A buffered read that misses waits for the device like a direct one, and then
 *                   copies; threads of the kernel may help a ring, and their CPU time counts. Where other programs
 *                   want the CPUs, K threads get more of them than P workers, and read more (docs/coroutines.md,
 *                   section 9): throughput needs a quiet machine. Refused where the file isn't on a disk.
 *     mode=direct   O_DIRECT: every read goes to the device and waits, so depth is what counts. Depth K costs
 *                   K threads, K processes, or K requests on one ring. IOPS should tie at equal depth until the device
 *                   or the CPU is full; cpu_ns_per_op is where they differ. Refused where the file isn't on a disk
 *                   (tmpfs, overlay, ...): the number would be a memory's.
 *
 * What depth did the device have? A carrier that has a read in flight in our books may be waiting for a CPU, before or
 * after. device_depth_mean is the kernel's own account of it (reads at the device, on average over the timed part), to
 * be held against K and in_flight_mean; device_reads_per_op says whether the reads were ours: 1, if nobody else read
 * and none was split or came from a cache; more, where the kernel reads ahead (mode=cold). warm_files_count for
 * mode=cold: 1 if some page of the file was in the cache all the same when the pass began; then doubt the number.
 *
 * Each op looks at the block's header, its first and its last word, and each 64th op at all of it: a read that brought
 * another block, an old block or half a block fails the trial.
 *
 * Not to be used for: the speed of a disk. On a virtual machine `direct` may end in the host's cache, a fresh file lies
 * in one piece, and 64 MiB are less than many a drive's own memory. Compare strategies on one machine, not machines.
 */
#include "contract/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

enum { PARAM_MODE, PARAM_FILE_BYTES, PARAM_READS };
enum mode { MODE_HOT, MODE_COLD, MODE_DIRECT };
enum {
    BLOCK_BYTES = 4096,
    BLOCK_WORDS = 508,
    CHECK_EVERY = 64,
    CHUNK_BYTES = 1 << 20, /* prepare and setup move the file in pieces of this size */
    NAME_BYTES = 64,
};
#define BLOCK_MAGIC UINT64_C(0x31304b4c42544e51) /* "QNTBLK01" in memory, little-endian */

struct block {
    uint64_t magic, number, seed;
    uint64_t word[BLOCK_WORDS];
    uint64_t check;
};
_Static_assert(sizeof(struct block) == BLOCK_BYTES, "a block is 4 KiB without padding");

struct file_shared {
    int fd;
    bool warm;       /* mode=cold, and it is not */
    bool has_device; /* and what it had done when the pass began: */
    struct device_use device;
};

static const char *const mode_names[] = {"hot", "cold", "direct", NULL};

static uint64_t file_blocks(const struct workload_env *env)
{
    return (uint64_t)env->params->value[PARAM_FILE_BYTES] / BLOCK_BYTES;
}

static enum mode file_mode(const struct workload_env *env)
{
    return (enum mode)env->params->value[PARAM_MODE];
}

static uint64_t block_word(uint64_t seed, uint64_t number, unsigned i)
{
    return rng_mix64(rng_hash2(seed, number) + i);
}

/* Fletcher's two sums over everything before the check word: notices changed and exchanged words. */
static uint64_t block_check(const struct block *block)
{
    uint64_t sum = block->magic + 3 * block->number + 5 * block->seed, sum_of_sums = 0;
    for (unsigned i = 0; i < BLOCK_WORDS; i++) {
        sum += block->word[i];
        sum_of_sums += sum;
    }
    return rng_hash2(sum, sum_of_sums);
}

static void block_fill(struct block *block, uint64_t seed, uint64_t number)
{
    block->magic = BLOCK_MAGIC;
    block->number = number;
    block->seed = seed;
    for (unsigned i = 0; i < BLOCK_WORDS; i++)
        block->word[i] = block_word(seed, number, i);
    block->check = block_check(block);
}

static bool block_header_ok(const struct block *block, uint64_t seed, uint64_t number)
{
    return block->magic == BLOCK_MAGIC && block->number == number && block->seed == seed;
}

/* What a read contributes to the result. The oracle gets it without a file. */
static uint64_t block_value(uint64_t first_word, uint64_t last_word)
{
    return first_word + 3 * last_word;
}

/* Number i of a random permutation of 0..n-1: Feistel's network over the next even number of bits, walked until it
 * leads below n (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002); less than four times on average. */
static uint64_t permuted(uint64_t key, uint64_t i, uint64_t n)
{
    enum { ROUNDS = 4 };
    unsigned half = 1;
    while (half < 32 && UINT64_C(1) << 2 * half < n)
        half++;
    uint64_t mask = (UINT64_C(1) << half) - 1;
    do {
        uint64_t left = i >> half, right = i & mask;
        for (unsigned round = 0; round < ROUNDS; round++) {
            uint64_t next = left ^ (rng_hash2(key + round, right) & mask);
            left = right;
            right = next;
        }
        i = left << half | right;
    } while (i >= n);
    return i;
}

/* Reads are dealt out to the K tasks like cards: read number index * K + task, whatever K is. */
static uint64_t block_chosen(const struct workload_env *env, unsigned task, uint64_t index)
{
    uint64_t read = index * env->in_flight + task;
    if (file_mode(env) == MODE_COLD)
        return permuted(env->nonce, read, file_blocks(env));
    uint64_t hash = rng_hash2(env->nonce, read);
    return (uint64_t)(((unsigned __int128)hash * file_blocks(env)) >> 64);
}

/* 0, -errno, or -ENODATA at the end of the file. */
static int block_read(struct ctx *ctx, int fd, uint64_t number, struct block *block)
{
    for (size_t done = 0; done < BLOCK_BYTES;) {
        off_t offset = (off_t)(number * BLOCK_BYTES + done);
        ssize_t n = ctx_pread(ctx, fd, (char *)block + done, BLOCK_BYTES - done, offset);
        if (n <= 0)
            return n < 0 ? (int)n : -ENODATA;
        done += (size_t)n;
    }
    return 0;
}

static int file_random_read_op(struct op *op)
{
    const struct file_shared *shared = op->env->shared;
    /* state is two blocks long, and one of it is aligned as O_DIRECT wants it */
    struct block *block = (struct block *)(((uintptr_t)op->state + BLOCK_BYTES - 1) & ~(uintptr_t)(BLOCK_BYTES - 1));
    uint64_t number = block_chosen(op->env, op->task, op->index);
    int rc = block_read(op->ctx, shared->fd, number, block);
    if (rc)
        return rc == -ENODATA ? -EBADMSG : rc; /* somebody cut it short */
    if (!block_header_ok(block, op->env->seed, number))
        return -EBADMSG;
    if (op->index % CHECK_EVERY == 0 && block->check != block_check(block))
        return -EBADMSG;
    op_result(op, block_value(block->word[0], block->word[BLOCK_WORDS - 1]));
    return 0;
}

static uint64_t file_random_read_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++) {
        uint64_t number = block_chosen(env, task, i);
        uint64_t first = block_word(env->seed, number, 0), last = block_word(env->seed, number, BLOCK_WORDS - 1);
        result = result_fold(result, block_value(first, last));
    }
    return result;
}

static int file_random_read_shape(struct workload_env *env, struct shape *out)
{
    if (env->params->value[PARAM_FILE_BYTES] % BLOCK_BYTES) {
        env_reason(env, "file_bytes must be a multiple of %d", BLOCK_BYTES);
        return -EINVAL;
    }
    uint64_t blocks = file_blocks(env), reads = (uint64_t)env->params->value[PARAM_READS];
    unsigned tasks = env->in_flight;
    uint64_t per_task = (reads + tasks - 1) / tasks;
    if (file_mode(env) == MODE_COLD && per_task * tasks > blocks)
        per_task = blocks / tasks;
    if (per_task == 0) {
        env_reason(env, "%u tasks are more than the file has blocks, and with mode=cold each is read once", tasks);
        return -ENOTSUP;
    }
    *out = (struct shape){
        .tasks = tasks,
        .ops_per_task = per_task,
        .group = 1,
        .batch = 1,
        .shared_bytes = sizeof(struct file_shared),
        .state_bytes = 2 * BLOCK_BYTES,
        .work_per_op = BLOCK_BYTES,
    };
    return 0;
}

static int file_random_read_pace(struct workload_env *env, struct shape *out)
{
    uint64_t reads = out->tasks * out->ops_per_task;
    if (file_mode(env) != MODE_COLD || reads <= file_blocks(env))
        return 0;
    env_reason(
        env,
        "file_random_read cannot be paced at this rate with mode=cold: %llu blocks would be read, and of %llu in "
        "the file each is cold only once",
        (unsigned long long)reads, (unsigned long long)file_blocks(env));
    return -ENOTSUP;
}

/* One file per size: the seed is inside, and a file of another seed is made anew. */
static void file_name(const struct workload_env *env, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "file_random_read.%lld", (long long)env->params->value[PARAM_FILE_BYTES]);
}

static int file_nowhere(struct workload_env *env)
{
    env_reason(env, "there is no directory for data sets");
    return -ENOTSUP;
}

/*
 * Is this the file of this seed and size? Its first and last block, `samples` blocks between, and its end are looked
 * at. The file is written from front to back, so a good last block says that the writer came to its end. 0, -EBADMSG
 * for any other file, -errno. Works with O_DIRECT.
 */
static int file_look(struct workload_env *env, int fd, unsigned samples)
{
    uint64_t blocks = file_blocks(env);
    struct rng rng = {.state = env->seed};
    void *memory;
    int rc = env_map(env, BLOCK_BYTES, &memory);
    if (rc)
        return rc;
    struct block *block = memory;
    for (unsigned i = 0; i < samples + 2; i++) {
        uint64_t number = i == 0 ? 0 : i == 1 ? blocks - 1 : rng_next(&rng) % blocks;
        rc = block_read(env->ctx, fd, number, block);
        if (rc)
            return rc == -ENODATA ? -EBADMSG : rc;
        if (!block_header_ok(block, env->seed, number) || block->check != block_check(block))
            return -EBADMSG;
    }
    ssize_t beyond = ctx_pread(env->ctx, fd, block, BLOCK_BYTES, (off_t)(blocks * BLOCK_BYTES));
    return beyond > 0 ? -EBADMSG : (int)beyond;
}

static int file_write(struct workload_env *env, int fd)
{
    uint64_t blocks = file_blocks(env);
    void *memory;
    int rc = env_map(env, CHUNK_BYTES, &memory);
    for (uint64_t number = 0; !rc && number < blocks;) {
        size_t filled = 0;
        for (; filled < CHUNK_BYTES && number < blocks; filled += BLOCK_BYTES)
            block_fill((struct block *)((char *)memory + filled), env->seed, number++);
        rc = ctx_write_full(env->ctx, fd, memory, filled);
    }
    /* On the disk before the first trial: write-back during a trial would be somebody else's load. */
    return rc ? rc : ctx_fsync(env->ctx, fd);
}

/*
 * Written under its own name from the start: a writer that was killed leaves a file whose last block is missing, which
 * file_look() finds out, here and in every setup.
 */
static int file_random_read_prepare(struct workload_env *env)
{
    char name[NAME_BYTES];
    int fd;
    if (env->data_dirfd < 0)
        return file_nowhere(env);
    file_name(env, name);
    int rc = env_open(env, name, O_RDONLY, &fd);
    if (!rc)
        rc = file_look(env, fd, 64);
    if (rc != -ENOENT && rc != -EBADMSG)
        return rc;
    rc = env_create(env, name, &fd);
    if (!rc)
        rc = file_write(env, fd);
    if (rc)
        env_reason(env, "cannot write the data set %s", name);
    return rc;
}

static int setup_hot(struct workload_env *env, int fd)
{
    off_t bytes = (off_t)env->params->value[PARAM_FILE_BYTES];
    int resident = env_resident(env, fd, 0, (size_t)bytes);
    if (resident == 0) {
        void *memory;
        int rc = env_map(env, CHUNK_BYTES, &memory);
        if (rc)
            return rc;
        for (off_t at = 0; at < bytes;) {
            ssize_t n = ctx_pread(env->ctx, fd, memory, CHUNK_BYTES, at);
            if (n <= 0)
                return n < 0 ? (int)n : -ENODATA;
            at += n;
        }
        resident = env_resident(env, fd, 0, (size_t)bytes);
    }
    if (resident == 1)
        return 0;
    env_reason(env, resident == 0 ? "the file does not stay in the page cache: too little free memory"
                                  : "this system does not tell whether the file is in the page cache");
    return -ENOTSUP;
}

/* Cold and direct: the number would be a memory's elsewhere. */
static int setup_on_disk(struct workload_env *env, int fd)
{
    char why[128] = "";
    int on_disk = env_on_disk(env, fd, why, sizeof why);
    if (on_disk == 1)
        return 0;
    env_reason(env, "mode=%s needs a disk: %s", mode_names[file_mode(env)],
               why[0] ? why : "the file system does not say what it is");
    return -ENOTSUP;
}

static int file_cool(struct workload_env *env, struct file_shared *shared)
{
    int rc = env_drop_cache(env, shared->fd);
    shared->warm = rc || env_evicted(env, shared->fd, 0, (size_t)env->params->value[PARAM_FILE_BYTES]) != 1;
    return rc;
}

static int setup_cold(struct workload_env *env, struct file_shared *shared)
{
    int rc = setup_on_disk(env, shared->fd);
    if (!rc)
        rc = file_cool(env, shared);
    if (rc || !shared->warm)
        return rc;
    env_reason(env, "the file stays in the page cache although it was told to drop it, or this system does not tell");
    return -ENOTSUP;
}

static int file_random_read_setup(struct workload_env *env)
{
    struct file_shared *shared = env->shared;
    char name[NAME_BYTES];
    bool direct = file_mode(env) == MODE_DIRECT;
    if (env->data_dirfd < 0)
        return file_nowhere(env);
    file_name(env, name);
    int rc = env_open(env, name, O_RDONLY | (direct ? O_DIRECT : 0), &shared->fd);
    if (direct && rc == -EINVAL) {
        env_reason(env, "the file system under the data directory knows no O_DIRECT");
        return -ENOTSUP;
    }
    if (!rc)
        rc = file_look(env, shared->fd, 0);
    if (rc) {
        env_reason(env, rc == -EBADMSG ? "%s is not the data set of this seed and size" : "cannot read %s", name);
        return rc;
    }
    switch (file_mode(env)) {
    case MODE_HOT:
        return setup_hot(env, shared->fd);
    case MODE_COLD:
        return setup_cold(env, shared);
    case MODE_DIRECT:
        break;
    }
    return setup_on_disk(env, shared->fd);
}

static void file_random_read_reset(struct workload_env *env)
{
    struct file_shared *shared = env->shared;
    if (file_mode(env) == MODE_COLD)
        file_cool(env, shared);
    shared->has_device = file_mode(env) != MODE_HOT && env_device_use(env, shared->fd, &shared->device) == 0;
}

static void file_random_read_metrics(const struct workload_env *env, const struct shape *shape,
                                     const struct facts *facts, metric_fn *emit, void *sink)
{
    const struct file_shared *shared = env->shared;
    struct device_use now;
    (void)shape;
    if (file_mode(env) == MODE_COLD)
        emit(sink, "warm_files_count", shared->warm);
    if (!shared->has_device || env_device_use(env, shared->fd, &now) || !facts->run_ns || !facts->ops)
        return;
    emit(sink, "device_depth_mean", (double)(now.reading_ns - shared->device.reading_ns) / (double)facts->run_ns);
    emit(sink, "device_reads_per_op", (double)(now.reads_count - shared->device.reads_count) / (double)facts->ops);
}

static struct ideal file_random_read_ideal(const struct workload_env *env)
{
    return (struct ideal){.kind = file_mode(env) == MODE_HOT ? IDEAL_CPU : IDEAL_IO};
}

static const struct param_spec file_random_read_params[] = {
    {.name = "mode", .unit = "", .summary = "from the page cache, into it, or past it", .choices = mode_names},
    {.name = "file_bytes",
     .unit = "bytes",
     .summary = "size of the file, a multiple of 4096",
     .defaults = {16 << 20, 64 << 20, 1 << 30},
     .min = 64 << 10,
     .max = INT64_C(1) << 40},
    {.name = "reads",
     .unit = "count",
     .summary = "blocks to read, shared out among K tasks; cold: at most as many as the file has",
     .defaults = {8192, 65536, 262144},
     .min = 1,
     .max = 1000000000},
    {.name = NULL},
};

/* A read of a device takes a hundred times as long as one of the page cache, hence fewer of them. */
static const struct variant file_random_read_variants[] = {
    {"mode=hot", PROFILE_SMOKE},
    {"mode=direct,reads=2048", PROFILE_QUICK},
    {"mode=direct,reads=16384", PROFILE_FULL},
    {"mode=cold,reads=4096,file_bytes=67108864", PROFILE_FULL}, /* its own file: the hot one is to stay hot */
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_file_random_read = {
    .name = "file_random_read",
    .kind = "io",
    .summary = "How many random 4 KiB reads per second, from the page cache and from the device?",
    .op_is = "one 4 KiB block read and checked",
    .protocol = 1,
    .params = file_random_read_params,
    .variants = file_random_read_variants,
    .in_flight_sweep = "1 P 8P 64P",
    .paceable = true,
    .headline = "throughput_ops_per_s",
    .shape = file_random_read_shape,
    .pace = file_random_read_pace,
    .prepare = file_random_read_prepare,
    .setup = file_random_read_setup,
    .reset = file_random_read_reset,
    .op = file_random_read_op,
    .expect = file_random_read_expect,
    .ideal = file_random_read_ideal,
    .metrics = file_random_read_metrics,
};
