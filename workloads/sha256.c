/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256: regular data parallelism, the control experiment. If strategies differ here, look for the mistake.
 *
 *     content     |=================================================================|    1 MiB, made from the seed
 *     message i       |---------|          at an offset and of a length that follow from the nonce
 *     message i+1                    |-------------------|
 *
 * One op is the SHA-256 of one message of 4 to 64 KiB; a task is 16 messages. Nothing is shared but memory that nobody
 * writes and that stays in the second- or third-level cache. Lengths are spread like real ones (many near 16 KiB, few
 * at the ends): four uniform numbers are added up for the logarithm, in integers, so that they are the same everywhere.
 *
 * What differs: nothing should. Every strategy that can use P CPUs must come close to serial * P, and those that cannot
 * (serial, one worker of coroutines) must come close to serial. A strategy that shows less loses it to creating
 * carriers (16 messages are about 0.2 ms with SHA instructions, 0.6 ms without) or to neighbours; one that shows
 * more did less work, which the digests would tell.
 *
 * Ops are of unequal length, so bytes are counted apart: hashed_bytes_per_s is exact, from the lengths themselves.
 *
 * Not to be used for: comparing CPUs (SHA instructions make a factor of three to four), or as a benchmark of libcrypto.
 */
#include "workloads/digest.h"

#include <errno.h>

enum { PARAM_MESSAGES };
enum {
    MESSAGES_PER_TASK = 16,
    LENGTH_MIN_BYTES = 4096,
    LENGTH_MAX_BYTES = 65536,
    WINDOW_BYTES = 1 << 20, /* where messages begin */
    CONTENT_BYTES = WINDOW_BYTES + LENGTH_MAX_BYTES,
};

struct message {
    size_t offset_bytes, length_bytes; /* offset: a multiple of 8 */
};

static uint64_t content_word(uint64_t seed, size_t i)
{
    return rng_mix64(seed + i * UINT64_C(0x9e3779b97f4a7c15));
}

/*
 * Length 4096 * 2^(e/256), where e is the sum of four numbers in [0, 255]: bell-shaped around 2 octaves, and at most 4.
 * Between powers of two the curve is a straight line. (Irwin and Hall's sum for a normal, as good as it needs to be.)
 */
static struct message message_of(uint64_t nonce, unsigned task, uint64_t index)
{
    struct rng rng = {.state = rng_hash2(rng_hash2(nonce, task), index)};
    uint64_t bits = rng_next(&rng);
    unsigned e = 0;
    for (unsigned i = 0; i < 4; i++)
        e += (unsigned)(bits >> (8 * i)) & 0xff;
    size_t octave_bytes = (size_t)LENGTH_MIN_BYTES << (e / 256);
    return (struct message){
        .offset_bytes = (size_t)rng_below(&rng, WINDOW_BYTES / 8) * 8,
        .length_bytes = octave_bytes + octave_bytes * (e % 256) / 256,
    };
}

static int sha256_op(struct op *op)
{
    const unsigned char *content = op->env->local;
    struct message message = message_of(op->env->nonce, op->task, op->index);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256_CTX sha;
    if (!SHA256_Init(&sha) || !SHA256_Update(&sha, content + message.offset_bytes, message.length_bytes) ||
        !SHA256_Final(digest, &sha))
        return -EIO;
    op->result = digest_fold(op->result, digest);
    return 0;
}

/* Makes the message again word by word instead of looking at what setup made. The length may end inside a word. */
static uint64_t sha256_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++) {
        struct message message = message_of(env->nonce, task, i);
        unsigned char digest[SHA256_DIGEST_LENGTH];
        uint64_t piece[128];
        SHA256_CTX sha;
        SHA256_Init(&sha);
        for (size_t done = 0; done < message.length_bytes; done += sizeof piece) {
            for (size_t w = 0; w < sizeof piece / sizeof piece[0]; w++)
                piece[w] = content_word(env->seed, (message.offset_bytes + done) / 8 + w);
            size_t left = message.length_bytes - done;
            SHA256_Update(&sha, piece, left < sizeof piece ? left : sizeof piece);
        }
        SHA256_Final(digest, &sha);
        result = digest_fold(result, digest);
    }
    return result;
}

static int sha256_shape(struct workload_env *env, struct shape *out)
{
    uint64_t messages = (uint64_t)env->params->value[PARAM_MESSAGES];
    *out = (struct shape){
        .tasks = (unsigned)((messages + MESSAGES_PER_TASK - 1) / MESSAGES_PER_TASK),
        .ops_per_task = MESSAGES_PER_TASK,
        .group = 1,
        .batch = 1,
    };
    return 0;
}

static int sha256_setup(struct workload_env *env)
{
    int rc = env_map(env, CONTENT_BYTES, &env->local);
    if (rc)
        return rc;
    uint64_t *word = env->local;
    for (size_t i = 0; i < CONTENT_BYTES / sizeof *word; i++)
        word[i] = content_word(env->seed, i);
    return 0;
}

static struct ideal sha256_ideal(const struct workload_env *env)
{
    (void)env;
    return (struct ideal){.kind = IDEAL_CPU};
}

static void sha256_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                           metric_fn *emit, void *sink)
{
    uint64_t bytes = 0;
    for (unsigned task = 0; task < shape->tasks; task++)
        for (uint64_t i = 0; i < shape->ops_per_task; i++)
            bytes += message_of(env->nonce, task, i).length_bytes;
    if (facts->run_ns)
        emit(sink, "hashed_bytes_per_s", (double)bytes * 1e9 / (double)facts->run_ns);
}

static const struct param_spec sha256_params[] = {
    {.name = "messages",
     .unit = "count",
     .summary = "messages to hash, rounded up to a multiple of 16",
     .defaults = {512, 4096, 32768},
     .grows = 64,
     .min = 1,
     .max = 100000000},
    {.name = NULL},
};

const struct workload workload_sha256 = {
    .name = "sha256",
    .kind = "cpu",
    .summary = "Does even CPU work without any sharing scale alike under every strategy?",
    .op_is = "the SHA-256 of one message of 4 to 64 KiB",
    .protocol = 1,
    .params = sha256_params,
    .in_flight_sweep = "1 P 8P",
    .paceable = true,
    .headline = "throughput_ops_per_s",
    .shape = sha256_shape,
    .setup = sha256_setup,
    .op = sha256_op,
    .expect = sha256_expect,
    .ideal = sha256_ideal,
    .metrics = sha256_metrics,
};
