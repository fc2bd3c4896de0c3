/* SPDX-License-Identifier: Apache-2.0 */
/* The frame between the harness and a trial: what arrives is what was sent, or is refused. */
#include "quintet_criterion.h"

#include "record/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

TestSuite(frame, .timeout = 20);

/* The bytes of a frame with this document. */
static size_t frame_of(const char *text, char *bytes, size_t size)
{
    int fd = memfd_create("frame", MFD_CLOEXEC);
    json_t *json = json_loads(text, 0, NULL);
    cr_assert(fd >= 0 && json);
    cr_assert_eq(frame_write(fd, json), 0);
    json_decref(json);
    ssize_t n = pread(fd, bytes, size, 0);
    cr_assert_gt(n, 0);
    cr_assert_lt((size_t)n, size);
    close(fd);
    return (size_t)n;
}

static int read_back(const char *bytes, size_t len, json_t **out)
{
    int fd = memfd_create("frame", MFD_CLOEXEC);
    cr_assert_eq(pwrite(fd, bytes, len, 0), (ssize_t)len);
    int rc = frame_read(fd, out);
    close(fd);
    return rc;
}

Test(frame, gives_back_what_was_sent)
{
    char bytes[256];
    json_t *json;
    size_t len = frame_of("{\"a\":1,\"b\":[true,null]}", bytes, sizeof bytes);
    cr_assert_eq(len, sizeof(struct frame_header) + strlen("{\"a\":1,\"b\":[true,null]}"));
    cr_assert_eq(memcmp(bytes, "QUINTET1", 8), 0);
    for (int way = 0; way < 2; way++) {
        cr_assert_eq(way ? read_back(bytes, len, &json) : frame_parse(bytes, len, &json), 0);
        cr_assert_eq(json_integer_value(json_object_get(json, "a")), 1);
        cr_assert_eq(json_array_size(json_object_get(json, "b")), 2u);
        json_decref(json);
    }
}

Test(frame, refuses_every_part_and_every_flipped_bit)
{
    char bytes[256];
    json_t *json;
    size_t len = frame_of("{\"a\":\"xyz\"}", bytes, sizeof bytes);
    for (size_t part = 0; part < len; part++) {
        cr_assert_eq(frame_parse(bytes, part, &json), -EBADMSG, "%zu bytes", part);
        cr_assert_null(json);
        cr_assert_eq(read_back(bytes, part, &json), -EBADMSG, "%zu bytes", part);
    }
    bytes[len] = ' ';
    cr_assert_eq(frame_parse(bytes, len + 1, &json), -EBADMSG, "something after the end");
    for (size_t at = 0; at < len; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[at] ^= (char)(1 << bit);
            cr_assert_eq(frame_parse(bytes, len, &json), -EBADMSG, "byte %zu, bit %u", at, bit);
            bytes[at] ^= (char)(1 << bit);
        }
    cr_assert_eq(frame_parse(bytes, len, &json), 0);
    json_decref(json);
}

/* The checksum is FNV-1a, by its published values: both ends agreeing with each other would not show it. */
static uint64_t fnv1a(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

Test(frame, has_the_checksum_that_is_published)
{
    static const char text[] = "{\"a\":1}";
    char bytes[128];
    struct frame_header header;
    frame_of(text, bytes, sizeof bytes);
    memcpy(&header, bytes, sizeof header);
    cr_assert_eq(header.checksum, fnv1a(text));
    cr_assert_eq(header.length_bytes, strlen(text));
}

Test(frame, refuses_json_that_is_none_and_keys_that_come_twice)
{
    static const char *const texts[] = {"{\"a\":1,\"a\":2}", "{", "", "17"};
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        char bytes[128];
        json_t *json;
        struct frame_header header = {.length_bytes = strlen(texts[i]), .checksum = fnv1a(texts[i])};
        memcpy(header.magic, "QUINTET1", 8);
        memcpy(bytes, &header, sizeof header);
        memcpy(bytes + sizeof header, texts[i], strlen(texts[i]));
        cr_assert_eq(frame_parse(bytes, sizeof header + strlen(texts[i]), &json), -EBADMSG, "%s", texts[i]);
    }
}

Test(frame, a_length_beyond_the_limit_is_refused_before_the_bytes_are_looked_at)
{
    size_t len = (size_t)FRAME_LIMIT_BYTES + 1;
    char *bytes = malloc(sizeof(struct frame_header) + len);
    json_t *json;
    cr_assert(bytes);
    struct frame_header header = {.length_bytes = len};
    memset(bytes + sizeof header, ' ', len);
    bytes[sizeof header] = '[';
    bytes[sizeof header + 1] = ']';
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[sizeof header + i]) * UINT64_C(1099511628211);
    header.checksum = hash;
    memcpy(header.magic, "QUINTET1", 8);
    memcpy(bytes, &header, sizeof header);
    cr_assert_eq(frame_parse(bytes, sizeof header + len, &json), -EBADMSG);
    free(bytes);
}

static char *large_text(size_t len)
{
    char *text = malloc(len + 1);
    cr_assert(text);
    memset(text, 'x', len);
    memcpy(text, "[\"", 2);
    memcpy(text + len - 2, "\"]", 3);
    return text;
}

Test(frame, may_have_the_greatest_length)
{
    size_t len = sizeof(struct frame_header) + FRAME_LIMIT_BYTES;
    char *text = large_text(FRAME_LIMIT_BYTES), *bytes = malloc(len + 1);
    json_t *json;
    cr_assert(bytes);
    cr_assert_eq(frame_of(text, bytes, len + 1), len);
    cr_assert_eq(read_back(bytes, len, &json), 0);
    cr_assert_eq(json_string_length(json_array_get(json, 0)), (size_t)FRAME_LIMIT_BYTES - 4);
    json_decref(json);
    free(text);
    free(bytes);
}

static void *send(void *arg)
{
    int *fd = arg;
    char *text = large_text(1 << 20);
    json_t *json = json_loads(text, 0, NULL);
    intptr_t rc = frame_write(*fd, json);
    json_decref(json);
    free(text);
    close(*fd);
    return (void *)rc;
}

/* Larger than a pipe: many writes that are taken in part, many reads. */
Test(frame, passes_a_pipe_that_is_smaller)
{
    int fd[2];
    pthread_t thread;
    void *sent;
    json_t *json;
    cr_assert_eq(pipe(fd), 0);
    cr_assert_eq(pthread_create(&thread, NULL, send, &fd[1]), 0);
    cr_assert_eq(frame_read(fd[0], &json), 0);
    cr_assert_eq(pthread_join(thread, &sent), 0);
    cr_assert_eq((intptr_t)sent, 0);
    cr_assert_eq(json_string_length(json_array_get(json, 0)), (1u << 20) - 4);
    json_decref(json);
    close(fd[0]);
}

/* Who sends without end must not fill the memory. */
Test(frame, stops_reading_what_is_too_long)
{
    int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    json_t *json;
    cr_assert_eq(frame_read(fd, &json), -EMSGSIZE);
    close(fd);
}

/* A document that fills the reader's room to the last byte, one less, one more. */
Test(frame, every_length_around_the_reader_s_room)
{
    enum { ROOM = 4096, HEADER = sizeof(struct frame_header) };
    for (size_t len = ROOM - HEADER - 2; len <= ROOM - HEADER + 2; len++) {
        char bytes[ROOM + 64];
        char *text = large_text(len);
        json_t *json;
        cr_assert_eq(frame_of(text, bytes, sizeof bytes), HEADER + len);
        cr_assert_eq(read_back(bytes, HEADER + len, &json), 0, "%zu bytes", len);
        cr_assert_eq(json_string_length(json_array_get(json, 0)), len - 4);
        json_decref(json);
        free(text);
    }
}

/* What it allocates it gives back: a thousand frames of a megabyte would be a gigabyte. */
Test(frame, keeps_no_memory)
{
    enum { LEN = 1 << 20 };
    char *text = large_text(LEN), *bytes = malloc(LEN + 64);
    cr_assert(bytes);
    size_t len = frame_of(text, bytes, LEN + 64);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    for (int i = 0; i < 4; i++) {
        json_t *json;
        frame_of(text, bytes, LEN + 64);
        cr_assert_eq(read_back(bytes, len, &json), 0);
        json_decref(json);
    }
    cr_assert_lt(mallinfo2().uordblks + mallinfo2().hblkhd, before + LEN / 2);
    free(text);
    free(bytes);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
}

static void *feed_slowly(void *arg)
{
    int *fd = arg;
    char bytes[128];
    size_t len = frame_of("{\"a\":1}", bytes, sizeof bytes);
    for (size_t i = 0; i < len; i++) {
        usleep(2000);
        cr_assert_eq(write(*fd, bytes + i, 1), 1);
    }
    close(*fd);
    return NULL;
}

/* Signals that interrupt the read lose nothing. */
Test(frame, an_interrupted_read_goes_on)
{
    int fd[2];
    pthread_t thread;
    json_t *json;
    struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    cr_assert_eq(pipe(fd), 0);
    pthread_sigmask(SIG_BLOCK, &alarms, NULL); /* the thread inherits that: this one is the one that is interrupted */
    cr_assert_eq(pthread_create(&thread, NULL, feed_slowly, &fd[1]), 0);
    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
    int rc = frame_read(fd[0], &json);
    setitimer(ITIMER_REAL, &never, NULL);
    pthread_join(thread, NULL);
    cr_assert_eq(rc, 0);
    json_decref(json);
    close(fd[0]);
}

Test(frame, passes_on_what_went_wrong)
{
    int fd[2];
    json_t *json = json_object();
    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(fd), 0);
    close(fd[0]);
    cr_assert_eq(frame_write(fd[1], json), -EPIPE);
    json_decref(json);
    cr_assert_eq(frame_read(fd[1], &json), -EBADF, "the writing end cannot be read");
    close(fd[1]);
}
