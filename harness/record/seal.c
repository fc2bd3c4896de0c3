/* SPDX-License-Identifier: Apache-2.0 */
#include "record/seal.h"
#include "record/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Hex digest of one file into `hex` (2 * EVP_MAX_MD_SIZE + 1 bytes). -ENOENT if there is none. */
static int digest_file(int dirfd, const char *name, char *hex)
{
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int rc = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) ? 0 : -ENOMEM;
    char chunk[65536];
    ssize_t n = 1;
    while (!rc && n > 0) {
        n = read(fd, chunk, sizeof chunk);
        if (n < 0)
            rc = -errno;
        else if (n > 0 && !EVP_DigestUpdate(ctx, chunk, (size_t)n))
            rc = -EIO;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!rc && !EVP_DigestFinal_ex(ctx, digest, &len))
        rc = -EIO;
    for (unsigned i = 0; !rc && i < len; i++)
        snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    EVP_MD_CTX_free(ctx);
    close(fd);
    return rc;
}

/* A missing file is left out; anything else that goes wrong is an error. */
static int add(int dirfd, const char *name, FILE *out)
{
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    int rc = digest_file(dirfd, name, hex);
    if (rc == 0)
        fprintf(out, "%s  %s\n", hex, name);
    return rc == -ENOENT ? 0 : rc;
}

static int is_journal(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 6 && !strcmp(entry->d_name + len - 6, ".jsonl");
}

static int add_hist(int dirfd, FILE *out)
{
    struct dirent **names;
    int n = scandirat(dirfd, "hist", &names, is_journal, alphasort), rc = 0;
    if (n < 0)
        return errno == ENOENT ? 0 : -errno;
    for (int i = 0; i < n; i++) {
        char name[300];
        snprintf(name, sizeof name, "hist/%s", names[i]->d_name);
        if (!rc)
            rc = add(dirfd, name, out);
        free(names[i]);
    }
    free(names);
    return rc;
}

int seal_write(int run_dirfd)
{
    static const char *const evidence[] = {"run.json", "plan.json", "env.json", "trials.jsonl", "events.jsonl"};
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return -ENOMEM;
    int rc = 0;
    for (unsigned i = 0; i < sizeof evidence / sizeof *evidence && !rc; i++)
        rc = add(run_dirfd, evidence[i], out);
    if (!rc)
        rc = add_hist(run_dirfd, out);
    if (fclose(out) && !rc)
        rc = -ENOMEM;
    if (!rc)
        rc = store_write(run_dirfd, "SHA256SUMS", text, len);
    free(text);
    return rc;
}
