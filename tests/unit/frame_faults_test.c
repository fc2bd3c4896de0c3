/* SPDX-License-Identifier: Apache-2.0 */
/* The frame where the system fails it: what arrives is whole, or an error says why not. */
#include "quintet_criterion.h"

#include "faulty.h"
#include "measure/heap.h"
#include "record/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(frame_faults, .timeout = 30);

static json_t *json_g;

/* A document whose strings and keys are longer than what a lexer has room for at first. */
static int given_frame(void)
{
    int fd = memfd_create("frame", MFD_CLOEXEC);
    char text[200] = "";
    memset(text, 'x', sizeof text - 1);
    json_g =
        json_pack("{s:i, s:[s, s], s:s}", "a", 1, "a_key_that_is_longer_than_sixteen_bytes", text, text, text, "b");
    cr_assert(fd >= 0 && json_g);
    cr_assert_eq(frame_write(fd, json_g), 0);
    return fd;
}

static void read_is(int fd, int rc)
{
    json_t *got = NULL;
    cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
    cr_assert_eq(frame_read(fd, &got), rc);
    cr_assert(faulty_end(), "what was to fail was not called");
    cr_assert(rc || json_equal(got, json_g));
    json_decref(got);
}

Test(frame_faults, reads_and_writes_that_are_short_or_interrupted_go_on)
{
    int fd = given_frame();
    faulty_short(FAULTY_READ, 1, 5);
    faulty_fail(FAULTY_READ, 2, EINTR);
    read_is(fd, 0);
    for (unsigned nth = 1; nth <= 2; nth++) { /* the header, the document */
        cr_assert_eq(ftruncate(fd, 0), 0);
        cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
        errno = EDOM; /* left by whoever came before */
        faulty_short(FAULTY_WRITE, nth, 1);
        cr_assert_eq(frame_write(fd, json_g), 0);
        read_is(fd, 0);
        cr_assert_eq(ftruncate(fd, 0), 0);
        cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
        faulty_short(FAULTY_WRITE, nth, 5);
        faulty_fail(FAULTY_WRITE, nth + 1, EINTR);
        cr_assert_eq(frame_write(fd, json_g), 0);
        read_is(fd, 0);
    }
    close(fd);
}

Test(frame_faults, what_fails_is_told)
{
    int fd = given_frame();
    faulty_fail(FAULTY_READ, 1, EIO);
    read_is(fd, -EIO);
    faulty_short(FAULTY_READ, 1, 5);
    faulty_fail(FAULTY_READ, 2, ECONNRESET);
    read_is(fd, -ECONNRESET);
    faulty_fail(FAULTY_MALLOC, 1, ENOMEM);
    read_is(fd, -ENOMEM);
    for (unsigned nth = 1; nth <= 2; nth++) {
        faulty_fail(FAULTY_WRITE, nth, ENOSPC);
        cr_assert_eq(frame_write(fd, json_g), -ENOSPC);
        cr_assert(faulty_end());
    }
    faulty_fail(FAULTY_WRITE, 1, EINTR);
    faulty_short(FAULTY_WRITE, 2, 0); /* nothing was written, and no error: for ever, perhaps */
    cr_assert_eq(frame_write(fd, json_g), -EIO);
    cr_assert(faulty_end());
    cr_assert_eq(frame_write(fd, NULL), -ENOMEM, "no document is one that there was no memory for");
    close(fd);
}

Test(frame_faults, no_memory_for_a_long_one_is_told)
{
    int fd = memfd_create("frame", MFD_CLOEXEC);
    json_g = json_array();
    for (int i = 0; i < 3000; i++)
        json_array_append_new(json_g, json_integer(1000 + i));
    cr_assert_eq(frame_write(fd, json_g), 0);
    read_is(fd, 0);
    for (unsigned nth = 1; nth <= 2; nth++) {
        faulty_fail(FAULTY_REALLOC, nth, ENOMEM);
        read_is(fd, -ENOMEM);
    }
    close(fd);
}

/* --- memory for JSON values: one allocation after another is refused
 * --------------------------------------------------
 */

static unsigned refuse_in;

static void *refusing(size_t size)
{
    if (refuse_in && --refuse_in == 0) {
        heap_refuse(true); /* as cli/heap_wrap.c does */
        return NULL;
    }
    return malloc(size);
}

/* In a process of its own, because a refusal is remembered: 0 without a refusal, 1 for -ENOMEM, else what is wrong. */
static int status_of(int fd, bool writes, unsigned refuse)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        test_die_with_parent();
        json_t *got = NULL;
        lseek(fd, 0, SEEK_SET);
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        refuse_in = refuse;
        int rc = writes ? frame_write(null, json_g) : frame_read(fd, &got);
        bool refused = !refuse_in;
        refuse_in = 0;
        _exit(refused ? (rc == -ENOMEM && !got ? 1 : 2) : rc ? 3 : writes || json_equal(got, json_g) ? 0 : 4);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* jansson leaves out the bytes of a string that it has no room for, and members when it writes. */
Test(frame_faults, without_memory_no_document_lacks_a_part)
{
    int fd = given_frame();
    json_set_alloc_funcs(refusing, free);
    for (int writes = 0; writes < 2; writes++) {
        unsigned refuse = 1;
        int status;
        while ((status = status_of(fd, writes, refuse)) == 1)
            refuse++;
        cr_assert_eq(status, 0, "allocation %u, writes %d: status %d", refuse, writes, status);
        cr_assert_gt(refuse, 3u);
    }
    heap_refuse(false); /* not for a JSON value: nothing lacks a part */
    read_is(fd, 0);
    close(fd);
}
