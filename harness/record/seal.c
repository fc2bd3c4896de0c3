/* SPDX-License-Identifier: Apache-2.0 */
#include "record/seal.h"
#include "record/hex.h"
#include "record/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Hex digest of what can be read from fd. */
static int digest_fd(int fd, char hex[SEAL_DIGEST_LEN])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int rc = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) ? 0 : -ENOMEM;
    for (bool more = true; !rc && more;) {
        char chunk[BUFSIZ];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n > 0)
            rc = EVP_DigestUpdate(ctx, chunk, (size_t)n) ? 0 : -EIO;
        else if (n == 0)
            more = false;
        else if (errno != EINTR)
            rc = -errno;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!rc && !EVP_DigestFinal_ex(ctx, digest, NULL))
        rc = -EIO;
    if (!rc)
        hex_text(digest, SEAL_DIGEST_LEN / 2, hex);
    EVP_MD_CTX_free(ctx);
    return rc;
}

/* The same of one file. -ENOENT if there is none. A link leads elsewhere, a FIFO or a socket would hang us, and what is
 * bigger than any file of a run would be read for minutes: store_is_misshapen(). */
static int digest_file(int dirfd, const char *name, char hex[SEAL_DIGEST_LEN])
{
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return -errno;
    int rc = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
    if (!rc)
        rc = st.st_size > SEAL_FILE_LIMIT_BYTES ? -EFBIG : digest_fd(fd, hex);
    close(fd);
    return rc;
}

int seal_digest_self(char out[SEAL_DIGEST_LEN])
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int rc = fd < 0 ? -errno : digest_fd(fd, out);
    if (rc)
        strcpy(out, "");
    if (fd >= 0)
        close(fd);
    return rc;
}

/* Sealing: what is no file of ours cannot be sealed. Checking: it is there, and equals nothing that was. */
enum purpose { TO_SEAL, TO_CHECK };
static const char no_digest[] = "-";

/* A missing file is left out; anything else that goes wrong is an error. */
static int add(int dirfd, const char *name, enum purpose purpose, FILE *out)
{
    char hex[SEAL_DIGEST_LEN];
    int rc = digest_file(dirfd, name, hex);
    if (purpose == TO_CHECK && store_is_misshapen(rc)) {
        strcpy(hex, no_digest);
        rc = 0;
    }
    if (rc == 0)
        fprintf(out, "%s  %s\n", hex, name);
    return rc == -ENOENT ? 0 : rc;
}

static int is_journal(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 6 && !strcmp(entry->d_name + len - 6, ".jsonl");
}

static int add_hist(int dirfd, enum purpose purpose, FILE *out)
{
    struct dirent **names;
    int n = scandirat(dirfd, "hist", &names, is_journal, alphasort), rc = 0;
    if (n < 0) /* where something else is in its place its files are missing */
        return errno == ENOENT || (purpose == TO_CHECK && store_is_misshapen(-errno)) ? 0 : -errno;
    for (int i = 0; i < n; i++) {
        char name[sizeof "hist/" + NAME_MAX];
        snprintf(name, sizeof name, "hist/%s", names[i]->d_name);
        if (!rc)
            rc = add(dirfd, name, purpose, out);
        free(names[i]);
    }
    free(names);
    return rc;
}

static const char *const evidence[] = {"run.json", "plan.json", "env.json", "trials.jsonl", "events.jsonl"};

bool seal_covers(const char *name)
{
    bool covered = !strncmp(name, "env.", 4); /* one more of each resumption */
    for (unsigned i = 0; i < sizeof evidence / sizeof *evidence; i++)
        covered |= !strcmp(name, evidence[i]);
    return covered;
}

/* The whole text of SHA256SUMS, as it should be for the files that are there. *out is malloc'ed. */
static int sums_of(int run_dirfd, enum purpose purpose, char **out, size_t *len)
{
    *out = NULL;
    FILE *file = open_memstream(out, len);
    if (!file)
        return -ENOMEM;
    int rc = 0;
    for (unsigned i = 0; i < sizeof evidence / sizeof *evidence && !rc; i++)
        rc = add(run_dirfd, evidence[i], purpose, file);
    for (unsigned session = 1; session < SEAL_SESSIONS_MAX && !rc; session++) {
        char name[NAME_MAX];
        snprintf(name, sizeof name, "env.%u.json", session);
        if (faccessat(run_dirfd, name, F_OK, AT_SYMLINK_NOFOLLOW))
            break;
        rc = add(run_dirfd, name, purpose, file);
    }
    if (!rc)
        rc = add_hist(run_dirfd, purpose, file);
    if ((fclose(file) || !*out) && !rc) /* without memory it closes well, and there is no text */
        rc = -ENOMEM;
    return rc;
}

int seal_write(int run_dirfd)
{
    char *text;
    size_t len;
    int rc = sums_of(run_dirfd, TO_SEAL, &text, &len);
    if (!rc)
        rc = store_write(run_dirfd, "SHA256SUMS", text, len);
    free(text);
    return rc;
}

/* The line of `sums` that names the file, or NULL. Lines are "<digest>  <name>\n". */
static const char *line_of(const char *sums, const char *name, size_t name_len)
{
    for (const char *line = sums; line && *line; line = strchr(line, '\n'), line += line != NULL) {
        size_t len = strcspn(line, "\n"), digest = strcspn(line, " \n");
        if (len == digest + 2 + name_len && !memcmp(line + digest + 2, name, name_len))
            return line;
    }
    return NULL;
}

/* Every line of `from` that `other` lacks or has otherwise. */
static int differing(const char *from, const char *other, const char *lacking, const char *unequal,
                     void (*each)(const char *name, const char *what, void *arg), void *arg)
{
    int found = 0;
    for (const char *line = from; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t len = strcspn(line, "\n"), digest = strcspn(line, " \n");
        char name[sizeof "hist/" + NAME_MAX];
        if (len < digest + 2)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(len - digest - 2), line + digest + 2);
        const char *twin = line_of(other, line + digest + 2, len - digest - 2);
        bool equal = twin && !memcmp(twin, line, len) && strncmp(line, no_digest, digest) != 0;
        const char *what = !twin ? lacking : unequal && !equal ? unequal : NULL;
        if (what) {
            each(name, what, arg);
            found++;
        }
    }
    return found;
}

int seal_check(int run_dirfd, void (*each)(const char *name, const char *what, void *arg), void *arg)
{
    static const char seal[] = "SHA256SUMS", other[] = "is not the file that the run wrote";
    char *written, *present = NULL;
    size_t written_len, present_len;
    int rc = store_read(run_dirfd, seal, 16 << 20, &written, &written_len);
    if (rc && store_is_misshapen(rc)) {
        each(seal, other, arg);
        return 1;
    }
    if (rc)
        return rc;
    rc = sums_of(run_dirfd, TO_CHECK, &present, &present_len);
    if (!rc)
        rc = differing(written, present, "is named in SHA256SUMS and missing", other, each, arg) +
             differing(present, written, "is not named in SHA256SUMS", NULL, each, arg);
    if (rc == 0 && (written_len != present_len || memcmp(written, present, present_len))) {
        each(seal, other, arg); /* what it says is true, and there is something else in it */
        rc = 1;
    }
    free(written);
    free(present);
    return rc;
}
