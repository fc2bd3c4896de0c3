/* SPDX-License-Identifier: Apache-2.0 */
#include "faulty.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    unsigned fail_in, short_in; /* calls from now; 0: nothing is planned */
    int error;
    size_t bytes;
} plans[FAULTY_CALLS];

void faulty_fail(enum faulty_call call, unsigned nth, int error)
{
    plans[call].fail_in = nth;
    plans[call].error = error;
}

void faulty_short(enum faulty_call call, unsigned nth, size_t bytes)
{
    plans[call].short_in = nth;
    plans[call].bytes = bytes;
}

bool faulty_end(void)
{
    bool met = true;
    for (unsigned i = 0; i < FAULTY_CALLS; i++) {
        met = met && !plans[i].fail_in && !plans[i].short_in;
        plans[i].fail_in = plans[i].short_in = 0;
    }
    return met;
}

/* Is this the call? Then errno is set. Is it the one that is to be short, `len` is cut. */
static bool fails(enum faulty_call call, size_t *len)
{
    if (plans[call].short_in && --plans[call].short_in == 0 && len && *len > plans[call].bytes)
        *len = plans[call].bytes;
    if (!plans[call].fail_in || --plans[call].fail_in)
        return false;
    errno = plans[call].error;
    return true;
}

/* --- memory, with a fence behind it ---------------------------------------------------------------------------------
 */

static const char fence[8] = "\xfe\xed\xfe\xed\xfe\xed\xfe\xed";
static struct {
    char *at;
    size_t size;
} fenced[64];

void *__real_malloc(size_t size);
void *__real_realloc(void *at, size_t size);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *at, size_t size);
void __wrap_free(void *at);

void *__wrap_malloc(size_t size)
{
    char *got = fails(FAULTY_MALLOC, NULL) ? NULL : __real_malloc(size + sizeof fence);
    for (unsigned i = 0; got && i < sizeof fenced / sizeof *fenced; i++)
        if (!fenced[i].at) {
            memcpy(got + size, fence, sizeof fence);
            fenced[i].at = got;
            fenced[i].size = size;
            break;
        }
    return got;
}

/* How much was asked for; that nobody wrote more is made sure of. 0: nothing is known of it. */
static size_t take_down(const void *at)
{
    for (unsigned i = 0; at && i < sizeof fenced / sizeof *fenced; i++)
        if (fenced[i].at == at) {
            if (memcmp(fenced[i].at + fenced[i].size, fence, sizeof fence) != 0)
                abort();
            fenced[i].at = NULL;
            return fenced[i].size;
        }
    return 0;
}

void __wrap_free(void *at)
{
    take_down(at);
    __real_free(at);
}

void *__wrap_realloc(void *at, size_t size)
{
    if (fails(FAULTY_REALLOC, NULL))
        return NULL;
    const size_t had = take_down(at);
    if (!had)
        return __real_realloc(at, size);
    void *got = __wrap_malloc(size);
    if (got)
        memcpy(got, at, had < size ? had : size);
    __real_free(at);
    return got;
}

/* --- files ----------------------------------------------------------------------------------------------------------
 */

ssize_t __real_read(int fd, void *data, size_t len);
ssize_t __real_pread(int fd, void *data, size_t len, off_t offset);
ssize_t __real_write(int fd, const void *data, size_t len);
int __real_fstat(int fd, struct stat *st);
int __real_ftruncate(int fd, off_t len);
int __real_close(int fd);
FILE *__real_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);
FILE *__real_open_memstream(char **text, size_t *len);
int __real_fclose(FILE *file);
ssize_t __wrap_read(int fd, void *data, size_t len);
ssize_t __wrap_pread(int fd, void *data, size_t len, off_t offset);
ssize_t __wrap_write(int fd, const void *data, size_t len);
int __wrap_fstat(int fd, struct stat *st);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_close(int fd);
FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);
FILE *__wrap_open_memstream(char **text, size_t *len);
int __wrap_fclose(FILE *file);

ssize_t __wrap_read(int fd, void *data, size_t len)
{
    return fails(FAULTY_READ, &len) ? -1 : __real_read(fd, data, len);
}

ssize_t __wrap_pread(int fd, void *data, size_t len, off_t offset)
{
    return fails(FAULTY_PREAD, &len) ? -1 : __real_pread(fd, data, len, offset);
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
    return fails(FAULTY_WRITE, &len) ? -1 : __real_write(fd, data, len);
}

int __wrap_fstat(int fd, struct stat *st)
{
    return fails(FAULTY_FSTAT, NULL) ? -1 : __real_fstat(fd, st);
}

int __wrap_ftruncate(int fd, off_t len)
{
    return fails(FAULTY_FTRUNCATE, NULL) ? -1 : __real_ftruncate(fd, len);
}

int __wrap_close(int fd)
{
    int rc = __real_close(fd);
    return fails(FAULTY_CLOSE, NULL) ? -1 : rc;
}

FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
    return fails(FAULTY_COOKIE, NULL) ? NULL : __real_fopencookie(cookie, mode, functions);
}

FILE *__wrap_open_memstream(char **text, size_t *len)
{
    return fails(FAULTY_MEMSTREAM, NULL) ? NULL : __real_open_memstream(text, len);
}

int __wrap_fclose(FILE *file)
{
    int rc = __real_fclose(file);
    return fails(FAULTY_FCLOSE, NULL) ? EOF : rc;
}

/* --- digests --------------------------------------------------------------------------------------------------------
 */

int __real_EVP_Digest(const void *data, size_t n, unsigned char *md, unsigned *len, const EVP_MD *type, ENGINE *engine);
EVP_MD_CTX *__real_EVP_MD_CTX_new(void);
int __real_EVP_DigestInit_ex(EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *engine);
int __real_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t n);
int __real_EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *md, unsigned *len);
int __wrap_EVP_Digest(const void *data, size_t n, unsigned char *md, unsigned *len, const EVP_MD *type, ENGINE *engine);
EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void);
int __wrap_EVP_DigestInit_ex(EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *engine);
int __wrap_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t n);
int __wrap_EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *md, unsigned *len);

int __wrap_EVP_Digest(const void *data, size_t n, unsigned char *md, unsigned *len, const EVP_MD *type, ENGINE *engine)
{
    return fails(FAULTY_DIGEST, NULL) ? 0 : __real_EVP_Digest(data, n, md, len, type, engine);
}

EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void)
{
    return fails(FAULTY_DIGEST, NULL) ? NULL : __real_EVP_MD_CTX_new();
}

int __wrap_EVP_DigestInit_ex(EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *engine)
{
    return fails(FAULTY_DIGEST, NULL) ? 0 : __real_EVP_DigestInit_ex(ctx, type, engine);
}

int __wrap_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t n)
{
    return fails(FAULTY_DIGEST, NULL) ? 0 : __real_EVP_DigestUpdate(ctx, data, n);
}

int __wrap_EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *md, unsigned *len)
{
    return fails(FAULTY_DIGEST, NULL) ? 0 : __real_EVP_DigestFinal_ex(ctx, md, len);
}
