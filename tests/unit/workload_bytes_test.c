/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that are not those that were written, asked for or sent: workloads that read find them out, as often as they
 * promise to. Bytes that come in pieces are as good as any.
 */
#include "quintet_criterion.h"

#include "workload_rig.h"

#include "http_fake.h"

#include <poll.h>

TestSuite(workload_bytes, .timeout = 60);

enum { BLOCK_BYTES = 4096, BLOCK_WORDS = BLOCK_BYTES / 8, NOBODY = 1 << 30 };

/* Of the calls that read: which one lies, and how. */
static struct {
    _Atomic int calls;
    int call;           /* this one, from 0 */
    size_t byte;        /* ... has this byte changed */
    ssize_t error;      /* ... or returns this, if not 0 */
    bool ends;          /* ... or nothing, as at the end of a file */
    size_t piece_bytes; /* the most that is read at once */
} liar;

static ssize_t lied(void *buf, ssize_t n)
{
    if (atomic_fetch_add(&liar.calls, 1) != liar.call)
        return n;
    if (liar.error || liar.ends)
        return liar.error;
    if ((ssize_t)liar.byte < n)
        ((unsigned char *)buf)[liar.byte] ^= 0x40;
    return n;
}

static ssize_t liar_pread(struct ctx *ctx, int fd, void *buf, size_t len, off_t offset)
{
    (void)ctx;
    return lied(buf, pread(fd, buf, len < liar.piece_bytes ? len : liar.piece_bytes, offset));
}

/* A task whose partner has ended for an error would wait for ever. */
static ssize_t liar_read(struct ctx *ctx, int fd, void *buf, size_t len)
{
    struct pollfd at = {.fd = fd, .events = POLLIN};
    (void)ctx;
    while (poll(&at, 1, 10) == 0)
        if (atomic_load(&rig_g.failed))
            return -ECANCELED;
    return lied(buf, read(fd, buf, len < liar.piece_bytes ? len : liar.piece_bytes));
}

static void given(const char *workload, const char *params, unsigned in_flight)
{
    workload_rig_begin(workload, params, in_flight);
    workload_rig_setup();
    rig_g.ops.pread = liar_pread;
    rig_g.ops.read = liar_read;
}

static const char *run_with(int call, size_t byte, ssize_t error, bool ends, size_t piece_bytes)
{
    liar.calls = 0;
    liar.call = call;
    liar.byte = byte;
    liar.error = error;
    liar.ends = ends;
    liar.piece_bytes = piece_bytes;
    return workload_rig_run();
}

static const char *changed(int call, size_t byte)
{
    return run_with(call, byte, 0, false, 1 << 20);
}

static void is_refused(const char *why, const char *words, const char *what, size_t byte)
{
    cr_expect(why && strstr(why, words), "%s, byte %zu: '%s' is not '%s'", what, byte, why ? why : "believed", words);
}

/* --- blocks of a file ------------------------------------------------------------------------------------------------
 */

/* Every 64th is looked at as a whole, of all others the head and what goes into the result. */
Test(workload_bytes, a_block_of_the_file_is_the_one_that_was_written)
{
    given("file_random_read", "file_bytes=64Ki,reads=66", 1);
    cr_assert_null(changed(NOBODY, 0));
    cr_expect_eq(liar.calls, 66);
    for (size_t byte = 3; byte < BLOCK_BYTES; byte += 8) {
        is_refused(changed(0, byte), "task 0: Bad message", "the first", byte);
        is_refused(changed(64, byte), "task 0: Bad message", "the 65th", byte);
    }
    for (size_t byte = 0; byte < 24; byte++)
        is_refused(changed(1, byte), "task 0: Bad message", "the second's head", byte);
    is_refused(changed(1, 24), "task 0: other work", "its first word", 24);
    is_refused(changed(1, BLOCK_BYTES - 9), "task 0: other work", "its last word", BLOCK_BYTES - 9);
    cr_expect_null(changed(1, 1000), "as docs and record say, this is read and not looked at");
    workload_rig_end();
}

Test(workload_bytes, a_block_may_come_in_pieces_but_not_in_part)
{
    given("file_random_read", "file_bytes=64Ki,reads=6", 2);
    cr_expect_null(run_with(NOBODY, 0, 0, false, 1000));
    cr_expect_eq(liar.calls, 30);
    is_refused(run_with(7, 0, 0, true, 1000), "Bad message", "cut short", 0);
    is_refused(run_with(7, 0, -EIO, false, 1000), "Input/output error", "an error", 0);
    workload_rig_end();
}

/* Blocks that are read once only (mode=cold) are all blocks, whatever their number: on a warm file here. */
static _Atomic unsigned reads_of[256];

static ssize_t counting_pread(struct ctx *ctx, int fd, void *buf, size_t len, off_t offset)
{
    (void)ctx;
    cr_expect(len == BLOCK_BYTES && (uintptr_t)buf % BLOCK_BYTES == 0, "as O_DIRECT wants it");
    atomic_fetch_add(&reads_of[offset / BLOCK_BYTES], 1);
    return pread(fd, buf, len, offset);
}

Test(workload_bytes, cold_blocks_are_read_once_each)
{
    static const unsigned sizes[] = {16, 17, 20, 63, 64, 65, 200};
    uint64_t digest = 0;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char params[64];
        snprintf(params, sizeof params, "file_bytes=%u,reads=%u", sizes[i] * BLOCK_BYTES, sizes[i]);
        workload_rig_begin("file_random_read", params, 1);
        workload_rig_setup();
        *rig_param("mode") = 1;
        rig_g.ops.pread = counting_pread;
        memset((void *)reads_of, 0, sizeof reads_of);
        cr_assert_null(workload_rig_run());
        for (unsigned block = 0; block < 256; block++)
            cr_assert_eq(reads_of[block], (unsigned)(block < sizes[i]), "block %u of %u", block, sizes[i]);
        digest = result_fold(digest, rig_g.arena.tasks[0].result);
        workload_rig_end();
    }
    cr_expect_eq(digest, UINT64_C(0x71d8b2fe829f10dc), "in the order that they always had: 0x%llx",
                 (unsigned long long)digest);
}

/* A file that is longer than it should be is another one. */
Test(workload_bytes, a_file_of_another_length_is_none_of_ours)
{
    workload_rig_begin("file_random_read", "file_bytes=64Ki,reads=2", 1);
    int fd = openat(rig_g.env.data_dirfd, "file_random_read.65536", O_WRONLY | O_APPEND | O_CLOEXEC);
    cr_assert_eq(write(fd, "x", 1), 1);
    close(fd);
    cr_expect_eq(rig_g.workload->setup(&rig_g.env), -EBADMSG);
    cr_expect_eq(rig_g.workload->prepare(&rig_g.env), 0, "it is made anew: %s", env_reason_text(&rig_g.env));
    cr_expect_eq(rig_g.workload->setup(&rig_g.env), 0, "%s", env_reason_text(&rig_g.env));
    workload_rig_end();
}

/* --- files of a tree -------------------------------------------------------------------------------------------------
 */

Test(workload_bytes, every_byte_of_a_file_is_hashed)
{
    given("hash_tree", "files=16,file_bytes=500", 1);
    cr_assert_null(changed(NOBODY, 0));
    int calls = liar.calls;
    for (int call = 0; call < calls; call += 2) /* the other half finds the end of its file */
        for (size_t byte = 0; byte < 60; byte += 59)
            is_refused(changed(call, byte), "task 0: other work", "a file", byte);
    cr_expect_null(run_with(NOBODY, 0, 0, false, 100));
    is_refused(run_with(1, 0, 0, true, 100), "task 0: other work", "cut short", 0);
    is_refused(run_with(1, 0, -EIO, false, 100), "task 0: Input/output error", "an error", 0);
    workload_rig_end();
}

/* A tree with a file that is longer than it should be, or has one byte that is another, is made anew. */
Test(workload_bytes, a_tree_is_the_one_that_was_made)
{
    for (int longer = 0; longer < 2; longer++) {
        workload_rig_begin("hash_tree", "files=16,file_bytes=500", 1);
        int fd = openat(rig_g.env.data_dirfd, "hash_tree.16.500/d000/f03", longer ? O_WRONLY | O_APPEND : O_WRONLY);
        cr_assert_eq(write(fd, "x", 1), 1);
        close(fd);
        workload_rig_setup();
        is_refused(workload_rig_run(), "task 0: other work", "a file of the tree", 0);
        cr_assert_eq(rig_g.workload->prepare(&rig_g.env), 0, "%s", env_reason_text(&rig_g.env));
        cr_expect_null(workload_rig_run());
        workload_rig_end();
    }
}

/* --- pipes -----------------------------------------------------------------------------------------------------------
 */

/* The head and the last byte of each message; of every 64th all of it. */
Test(workload_bytes, a_message_is_the_one_that_was_sent)
{
    given("pipe_pairs", "bytes=64,round_trips=66", 2);
    cr_assert_null(changed(NOBODY, 0));
    cr_expect_eq(liar.calls, 132);
    cr_expect_null(run_with(NOBODY, 0, 0, false, 10));
    for (size_t byte = 8; byte < 64; byte++) {
        is_refused(changed(0, byte), "task 1: Bad message", "the first question", byte);
        is_refused(changed(129, byte), "task 0: Bad message", "the 65th answer", byte);
    }
    for (int call = 2; call < 4; call++) {
        is_refused(changed(call, 63), "Bad message", "the last byte", 63);
        cr_expect_null(changed(call, 62), "what lies between is looked at in every 64th only");
        for (size_t byte = 0; byte < 8; byte++)
            is_refused(changed(call, byte), "other work", "the head", byte);
    }
    workload_rig_end();
    given("pipe_pairs", "bytes=3,round_trips=4", 2);
    cr_assert_null(changed(NOBODY, 0));
    for (size_t byte = 0; byte < 3; byte++)
        is_refused(changed(2, byte), "other work", "a short message", byte);
    workload_rig_end();
}

Test(workload_bytes, what_comes_through_a_pipe_is_counted_and_compared)
{
    given("channel", "via=pipe,messages=4", 2);
    cr_assert_null(changed(NOBODY, 0));
    for (size_t byte = 0; byte < 16; byte++)
        is_refused(changed(1, byte), "task 1: other work", "a message", byte);
    workload_rig_end();
    given("channel", "via=pipe,messages=4,sharers=2", 4);
    cr_assert_null(changed(NOBODY, 0));
    for (size_t byte = 0; byte < 16; byte++)
        is_refused(changed(1, byte), "other work", "a message", byte);
    workload_rig_end();
    given("floor", "probe=pipe,samples=1", 1);
    is_refused(changed(3, 0), "task 0: other work", "a byte", 0);
    workload_rig_end();
    given("handoff", "via=pipe,round_trips=4", 2);
    is_refused(changed(3, 1), "other work", "a ball", 1);
    workload_rig_end();
}

/* --- pages -----------------------------------------------------------------------------------------------------------
 */

static void given_pages(unsigned fail_permille)
{
    char params[128];
    snprintf(params, sizeof params, "urls=48,per_connection=8,body_bytes=64,fail_permille=%u", fail_permille);
    workload_rig_begin("fetch_many", params, 3);
    fake_offer();
    workload_rig_setup();
}

static const char *told(enum lie lie, uint64_t page)
{
    fake_g.lie = lie;
    fake_g.page = page;
    return workload_rig_run();
}

Test(workload_bytes, a_page_may_come_in_pieces)
{
    given_pages(0);
    for (fake_g.piece_bytes = 1; fake_g.piece_bytes < 200; fake_g.piece_bytes += 13)
        cr_expect_null(told(LIE_NONE, 0));
    cr_expect_eq(fake_g.bad, 0u, "every request is one, and the last over a connection says so");
    workload_rig_end();
}

Test(workload_bytes, a_page_is_the_one_that_was_asked_for)
{
    static const struct {
        enum lie lie;
        const char *why;
    } lies[] = {
        {LIE_WORD, "other work"},          {LIE_EXCHANGE, "other work"},   {LIE_PAGE, "other work"},
        {LIE_KEY, "other work"},           {LIE_BUSY, "other work"},       {LIE_SHORT, "Bad message"},
        {LIE_LONG, "Bad message"},         {LIE_MORE, "Bad message"},      {LIE_CUT, "Connection reset by peer"},
        {LIE_HANG_UP, "Connection reset"}, {LIE_NOT_FOUND, "Bad message"}, {LIE_EMPTY, "Bad message"},
        {LIE_BUSY_BODY, "Bad message"},    {LIE_VERSION, "Bad message"},   {LIE_NO_LENGTH, "Bad message"},
        {LIE_BAD_LENGTH, "Bad message"},   {LIE_HUGE, "Bad message"},      {LIE_NO_STATUS, "Bad message"},
        {LIE_RAGGED, "Bad message"},       {LIE_HEADLESS, "Bad message"},
    };
    given_pages(0);
    for (fake_g.piece_bytes = 50; fake_g.piece_bytes < FAKE_TEXT; fake_g.piece_bytes += 400)
        for (unsigned i = 0; i < sizeof lies / sizeof *lies; i++)
            is_refused(told(lies[i].lie, 11), lies[i].why, "lie", lies[i].lie);
    workload_rig_end();
}

static int failing_close(struct ctx *ctx, int fd)
{
    (void)ctx;
    close(fd);
    return -EIO;
}

Test(workload_bytes, a_connection_that_cannot_be_closed_is_an_error)
{
    given_pages(0);
    rig_g.ops.close = failing_close;
    is_refused(told(LIE_NONE, 0), "task 0: Input/output error", "closing", 0);
    workload_rig_end();
}

/* A page that cannot be had is an outcome, where it was to be expected. */
Test(workload_bytes, pages_that_cannot_be_had_are_known)
{
    given_pages(500);
    struct origin_config config = fake_config();
    cr_assert_null(told(LIE_NONE, 0));
    cr_expect_eq(fake_g.bad, 0u);
    unsigned seen[3] = {0};
    for (uint64_t page = 0; page < 48; page++) {
        enum origin_outcome outcome = origin_outcome(&config, page);
        seen[outcome]++;
        if (outcome != ORIGIN_OK)
            is_refused(told(LIE_OK, page), "other work", "a page that cannot be had", page);
        if (outcome == ORIGIN_HANGS_UP)
            is_refused(told(LIE_BUSY, page), "other work", "another failure", page);
        if (outcome != ORIGIN_HANGS_UP)
            is_refused(told(LIE_HANG_UP, page), "Connection reset", "nobody there", page);
    }
    cr_expect(seen[0] && seen[1] && seen[2], "%u, %u, %u", seen[0], seen[1], seen[2]);
    workload_rig_end();
}
