/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash_tree: open, read and hash every file of a tree. What a build tool, a backup or `git status` does all day.
 *
 *     tree       d000/ f00 f01 ... f63    d001/ f00 ...         sizes lognormal: many small files, few large ones
 *     task 0     [open|read read|####|close] [open|read|##|close] ...        16 files, one after the other
 *     task 1     [open|read|#|close] [open|read read read|######|close] ...
 *
 * One op is one file: openat, pread until its end, SHA-256, close. A task is 16 files in the order of the tree,
 * beginning at a place that follows from the nonce. What is hashed is the nonce and then the file, so that nobody knows
 * a digest from the block before. The oracle hashes what the generator wrote and never looks at a file: one that was
 * cut short or changed fails the trial. The generator is the manifest: number, name, size and content of every file
 * follow from the seed and the parameters, and `prepare` holds every byte on the disk against it before the first
 * trial.
 *
 *     cache=warm     All files are in the page cache; setup proves it (mincore), or else the cell is skipped. Then this
 *                    is CPU work in small pieces, some in the kernel and some not. Like sha256 it should scale with
 *                    CPUs under every strategy that uses them. The system calls are what a ring may make worse: there
 *                    is nothing to wait for, and an open through a ring goes to a kernel thread where it might block.
 *
 *     cache=cold     No page of any file is in the cache; setup proves that it can be so, and it is made so before each
 *                    pass. Then depth is what counts: K files are on their way at once, and the hashing of one hides
 *                    behind the reading of others. A ring reads buffered files in kernel threads (counted as its CPU
 *                    time), so do not expect it to be cheaper. Names and inodes stay cached: this is cold data in a
 *                    known tree. Refused where the tree isn't on a disk.
 *
 * Metrics: hashed_bytes_per_s, from the sizes themselves (files differ). warm_files_count for cache=cold: files of
 * which some page was back in the cache when the pass began, which somebody else must have read; 0, or doubt the
 * number.
 *
 * Not to be used for: the speed of a disk or of a file system (the files are young and lie in a row), or of SHA-256.
 */
#include "workloads/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

enum { PARAM_CACHE, PARAM_FILES, PARAM_FILE_BYTES };
enum cache { CACHE_WARM, CACHE_COLD };
enum {
    FILES_PER_TASK = 16,
    FILES_PER_DIRECTORY = 64,
    PIECE_BYTES = 16384, /* of a file, read at once */
    NAME_BYTES = 64,
};

static const char *const cache_names[] = {"warm", "cold", NULL};

struct tree_shared {
    int dirfd; /* of the tree */
    unsigned warm_files;
};

static uint64_t tree_files(const struct workload_env *env)
{
    return (uint64_t)env->params->value[PARAM_FILES];
}

static bool tree_cold(const struct workload_env *env)
{
    return env->params->value[PARAM_CACHE] == CACHE_COLD;
}

/* --- the generator ------------------------------------------------------------------------------------------------ */

static size_t file_bytes(const struct workload_env *env, uint64_t file)
{
    uint64_t median = (uint64_t)env->params->value[PARAM_FILE_BYTES];
    return (size_t)rng_lognormal(median, rng_hash2(rng_hash2(env->seed, median), file));
}

/* `bytes` of file number `file` from `offset` on (a multiple of 8); a last word may be cut. */
static void file_fill(const struct workload_env *env, uint64_t file, size_t offset, unsigned char *out, size_t bytes)
{
    uint64_t key = rng_hash2(env->seed, ~file);
    for (size_t at = 0; at < bytes; at += sizeof(uint64_t)) {
        uint64_t word = rng_mix64(key + (offset + at) / sizeof(uint64_t) * UINT64_C(0x9e3779b97f4a7c15));
        memcpy(out + at, &word, bytes - at < sizeof word ? bytes - at : sizeof word);
    }
}

static size_t piece_at(size_t offset, size_t bytes)
{
    return bytes - offset < PIECE_BYTES ? bytes - offset : PIECE_BYTES;
}

static void file_name(uint64_t file, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "d%03u/f%02u", (unsigned)(file / FILES_PER_DIRECTORY),
             (unsigned)(file % FILES_PER_DIRECTORY));
}

/* The tree's own directory: one for each size, so that variants can share a run. */
static void tree_name(const struct workload_env *env, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "hash_tree.%lld.%lld", (long long)tree_files(env),
             (long long)env->params->value[PARAM_FILE_BYTES]);
}

/* --- the op and its oracle ---------------------------------------------------------------------------------------- */

/* In order, from a place that differs by block. Beyond the last file it goes on with the first. */
static uint64_t file_of(const struct workload_env *env, unsigned task, uint64_t count, uint64_t index)
{
    uint64_t first = rng_hash2(env->nonce, 0) % tree_files(env);
    return (first + task * count + index) % tree_files(env);
}

/* Hash all of fd after the nonce. 0 or -errno. */
static int file_hash(struct ctx *ctx, int fd, uint64_t nonce, unsigned char *piece, SHA256_CTX *sha)
{
    SHA256_Init(sha);
    SHA256_Update(sha, &nonce, sizeof nonce);
    for (off_t offset = 0;;) {
        ssize_t n = ctx_pread(ctx, fd, piece, PIECE_BYTES, offset);
        if (n <= 0)
            return (int)n;
        SHA256_Update(sha, piece, (size_t)n);
        offset += n;
    }
}

static int hash_tree_op(struct op *op)
{
    const struct tree_shared *shared = op->env->shared;
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char name[NAME_BYTES];
    SHA256_CTX sha;
    file_name(file_of(op->env, op->task, op->count, op->index), name);
    int fd = ctx_openat(op->ctx, shared->dirfd, name, O_RDONLY, 0);
    if (fd < 0)
        return fd;
    int rc = file_hash(op->ctx, fd, op->env->nonce, op->state, &sha);
    int closed = ctx_close(op->ctx, fd);
    if (rc || closed)
        return rc ? rc : closed;
    SHA256_Final(digest, &sha);
    op->result = digest_fold(op->result, digest);
    return 0;
}

static uint64_t hash_tree_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++) {
        uint64_t file = file_of(env, task, shape->ops_per_task, i);
        size_t bytes = file_bytes(env, file);
        unsigned char digest[SHA256_DIGEST_LENGTH], piece[1024];
        SHA256_CTX sha;
        SHA256_Init(&sha);
        SHA256_Update(&sha, &env->nonce, sizeof env->nonce);
        for (size_t at = 0; at < bytes; at += sizeof piece) {
            size_t n = bytes - at < sizeof piece ? bytes - at : sizeof piece;
            file_fill(env, file, at, piece, n);
            SHA256_Update(&sha, piece, n);
        }
        SHA256_Final(digest, &sha);
        result = digest_fold(result, digest);
    }
    return result;
}

static int hash_tree_shape(struct workload_env *env, struct shape *out)
{
    *out = (struct shape){
        .tasks = (unsigned)((tree_files(env) + FILES_PER_TASK - 1) / FILES_PER_TASK),
        .ops_per_task = FILES_PER_TASK,
        .group = 1,
        .batch = 1,
        .shared_bytes = sizeof(struct tree_shared),
        .state_bytes = PIECE_BYTES,
    };
    return 0;
}

/* By the clock a task hashes as many files as there is time for, again from the first one on if it comes to that. */
static int hash_tree_pace(struct workload_env *env, struct shape *out)
{
    uint64_t hashed = out->tasks * out->ops_per_task;
    if (!tree_cold(env) || hashed <= tree_files(env))
        return 0;
    env_reason(env,
               "hash_tree cannot be paced at this rate with cache=cold: %llu files would be hashed, and of %llu in the "
               "tree each is cold only once",
               (unsigned long long)hashed, (unsigned long long)tree_files(env));
    return -ENOTSUP;
}

/* --- the data set ------------------------------------------------------------------------------------------------- */

/* What prepare and setup do with each file in turn: `fd` is open for reading, `memory` has two pieces. 0 or -errno. */
typedef int file_fn(struct workload_env *env, uint64_t file, int fd, unsigned char *memory);

static int tree_each(struct workload_env *env, int dirfd, file_fn *fn)
{
    void *memory;
    int rc = env_map(env, 2 * PIECE_BYTES, &memory);
    for (uint64_t file = 0; !rc && file < tree_files(env); file++) {
        char name[NAME_BYTES];
        file_name(file, name);
        int fd = ctx_openat(env->ctx, dirfd, name, O_RDONLY | O_NOFOLLOW, 0);
        if (fd < 0)
            return fd;
        rc = fn(env, file, fd, memory);
        ctx_close(env->ctx, fd);
    }
    return rc;
}

/* Is every byte what the generator makes? 0, -EBADMSG, -errno. */
static int file_look(struct workload_env *env, uint64_t file, int fd, unsigned char *memory)
{
    size_t bytes = file_bytes(env, file);
    for (size_t at = 0; at < bytes;) {
        size_t want = piece_at(at, bytes);
        ssize_t n = ctx_pread(env->ctx, fd, memory, want, (off_t)at);
        if (n < 0)
            return (int)n;
        file_fill(env, file, at, memory + PIECE_BYTES, want);
        if ((size_t)n != want || memcmp(memory, memory + PIECE_BYTES, want) != 0)
            return -EBADMSG;
        at += want;
    }
    ssize_t beyond = ctx_pread(env->ctx, fd, memory, 1, (off_t)bytes);
    return beyond > 0 ? -EBADMSG : (int)beyond;
}

static int file_write(struct workload_env *env, int dirfd, uint64_t file, unsigned char *piece)
{
    char name[NAME_BYTES];
    file_name(file, name);
    int fd = ctx_openat(env->ctx, dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fd;
    size_t bytes = file_bytes(env, file);
    int rc = 0;
    for (size_t at = 0; !rc && at < bytes; at += PIECE_BYTES) {
        size_t n = piece_at(at, bytes);
        file_fill(env, file, at, piece, n);
        rc = ctx_write_full(env->ctx, fd, piece, n);
    }
    int closed = ctx_close(env->ctx, fd);
    return rc ? rc : closed;
}

static int tree_write(struct workload_env *env, const char *tree, int *dirfd)
{
    void *memory;
    char name[2 * NAME_BYTES];
    int rc = env_mkdir(env, tree);
    for (uint64_t d = 0; !rc && d * FILES_PER_DIRECTORY < tree_files(env); d++) {
        snprintf(name, sizeof name, "%s/d%03u", tree, (unsigned)d);
        rc = env_mkdir(env, name);
    }
    if (!rc)
        rc = env_open(env, tree, O_RDONLY | O_DIRECTORY, dirfd);
    if (!rc)
        rc = env_map(env, PIECE_BYTES, &memory);
    for (uint64_t file = 0; !rc && file < tree_files(env); file++)
        rc = file_write(env, *dirfd, file, memory);
    /* On the disk before the first trial: write-back during a trial would be somebody else's load. */
    return rc ? rc : env_sync(env);
}

static int hash_tree_prepare(struct workload_env *env)
{
    char tree[NAME_BYTES];
    int dirfd;
    if (env->data_dirfd < 0) {
        env_reason(env, "there is no directory for data sets");
        return -ENOTSUP;
    }
    tree_name(env, tree);
    int rc = env_open(env, tree, O_RDONLY | O_DIRECTORY, &dirfd);
    if (!rc)
        rc = tree_each(env, dirfd, file_look);
    if (rc == -ENOENT || rc == -EBADMSG) {
        rc = tree_write(env, tree, &dirfd);
        if (!rc)
            rc = tree_each(env, dirfd, file_look);
        if (rc)
            env_reason(env, "cannot write the data set %s: %s", tree, strerror(-rc));
    }
    return rc;
}

/* --- warm and cold ------------------------------------------------------------------------------------------------ */

static int file_warm(struct workload_env *env, uint64_t file, int fd, unsigned char *memory)
{
    size_t bytes = file_bytes(env, file);
    int resident = env_resident(env, fd, 0, bytes);
    if (resident == 0) {
        for (size_t at = 0; at < bytes; at += PIECE_BYTES) {
            ssize_t n = ctx_pread(env->ctx, fd, memory, PIECE_BYTES, (off_t)at);
            if (n <= 0)
                return n < 0 ? (int)n : -EBADMSG;
        }
        resident = env_resident(env, fd, 0, bytes);
    }
    return resident == 1 ? 0 : -EAGAIN;
}

static int file_cool(struct workload_env *env, uint64_t file, int fd, unsigned char *memory)
{
    struct tree_shared *shared = env->shared;
    (void)memory;
    size_t bytes = file_bytes(env, file);
    if (env_evicted(env, fd, 0, bytes) == 1)
        return 0;
    int rc = env_drop_cache(env, fd);
    if (!rc)
        shared->warm_files += env_evicted(env, fd, 0, bytes) != 1;
    return rc;
}

static int setup_cold(struct workload_env *env)
{
    struct tree_shared *shared = env->shared;
    char why[128] = "";
    if (env_on_disk(env, shared->dirfd, why, sizeof why) != 1) {
        env_reason(env, "cache=cold needs a disk: %s", why[0] ? why : "the file system does not say what it is");
        return -ENOTSUP;
    }
    int rc = tree_each(env, shared->dirfd, file_cool);
    if (rc || !shared->warm_files)
        return rc;
    env_reason(env, "%u files stay in the page cache although it was told to drop them", shared->warm_files);
    return -ENOTSUP;
}

static int setup_warm(struct workload_env *env)
{
    struct tree_shared *shared = env->shared;
    int rc = tree_each(env, shared->dirfd, file_warm);
    if (rc != -EAGAIN)
        return rc;
    env_reason(env, "the tree does not stay in the page cache, or this system does not tell");
    return -ENOTSUP;
}

static int hash_tree_setup(struct workload_env *env)
{
    struct tree_shared *shared = env->shared;
    char tree[NAME_BYTES];
    tree_name(env, tree);
    int rc = env_open(env, tree, O_RDONLY | O_DIRECTORY, &shared->dirfd);
    if (!rc)
        rc = tree_cold(env) ? setup_cold(env) : setup_warm(env);
    if (rc && rc != -ENOTSUP)
        env_reason(env, "cannot use the data set %s: %s", tree, strerror(-rc));
    return rc;
}

/* The warm-up has read a part of the tree. */
static void hash_tree_reset(struct workload_env *env)
{
    struct tree_shared *shared = env->shared;
    shared->warm_files = 0;
    if (tree_cold(env) && tree_each(env, shared->dirfd, file_cool))
        shared->warm_files = (unsigned)tree_files(env); /* nothing is known of any */
}

static struct ideal hash_tree_ideal(const struct workload_env *env)
{
    return (struct ideal){.kind = tree_cold(env) ? IDEAL_IO : IDEAL_CPU};
}

static void hash_tree_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                              metric_fn *emit, void *sink)
{
    const struct tree_shared *shared = env->shared;
    uint64_t bytes = 0;
    for (unsigned task = 0; task < shape->tasks; task++)
        for (uint64_t i = 0; i < shape->ops_per_task; i++)
            bytes += file_bytes(env, file_of(env, task, shape->ops_per_task, i));
    if (facts->run_ns)
        emit(sink, "hashed_bytes_per_s", (double)bytes * 1e9 / (double)facts->run_ns);
    if (tree_cold(env))
        emit(sink, "warm_files_count", shared->warm_files);
}

static const struct param_spec hash_tree_params[] = {
    {.name = "cache", .unit = "", .summary = "is the tree in the page cache?", .choices = cache_names},
    {.name = "files",
     .unit = "count",
     .summary = "files in the tree; hashed are so many, rounded up to a multiple of 16",
     .defaults = {256, 2048, 16384},
     .grows = 16, /* 512 MiB of files in the profile quick */
     .min = 1,
     .max = 262144},
    {.name = "file_bytes",
     .unit = "bytes",
     .summary = "median size of a file; sizes are from 1/16 to 16 times of it",
     .defaults = {8192, 16384, 16384},
     .min = 16,
     .max = 1 << 20},
    {.name = NULL},
};

static const struct variant hash_tree_variants[] = {
    {"cache=warm", PROFILE_SMOKE},
    {"cache=cold,files=1024", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_hash_tree = {
    .name = "hash_tree",
    .kind = "mixed",
    .summary = "How fast is a tree of files read and hashed?",
    .op_is = "one file opened, read, hashed and closed",
    .protocol = 1,
    .params = hash_tree_params,
    .variants = hash_tree_variants,
    .in_flight_sweep = "P 8P",
    .paceable = true,
    .headline = "throughput_ops_per_s",
    .shape = hash_tree_shape,
    .pace = hash_tree_pace,
    .prepare = hash_tree_prepare,
    .setup = hash_tree_setup,
    .reset = hash_tree_reset,
    .op = hash_tree_op,
    .expect = hash_tree_expect,
    .ideal = hash_tree_ideal,
    .metrics = hash_tree_metrics,
};
