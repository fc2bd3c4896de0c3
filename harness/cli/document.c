/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/document.h"
#include "cli/message.h"

#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int no_memory(const char *object)
{
    message_error("E-MEMORY", object, strerror(ENOMEM), NULL, NULL);
    return EXIT_CANNOT;
}

int document_print(const json_t *document)
{
    if (!document)
        return no_memory("--json");
    json_dumpf(document, stdout, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
    putchar('\n');
    return 0;
}

/* The directory of a path, as something to open. */
static const char *directory_of(const char *path, char *dir, size_t len)
{
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(dir, len, "%.*s", (int)(slash - path) + 1, path);
    else
        snprintf(dir, len, ".");
    return dir;
}

/* Is it what a run is rebuilt from? Such a file nobody gets back. */
static bool is_evidence(const char *path)
{
    char dir[4096];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    int dirfd = open(directory_of(path, dir, sizeof dir), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0)
        return false;
    bool known = seal_covers(name) || !strcmp(name, "SHA256SUMS") || !strcmp(name, "recovered-tail.txt");
    bool of_run = known && !faccessat(dirfd, "trials.jsonl", F_OK, 0);
    bool of_hist = dot && !strcmp(dot, ".jsonl") && !faccessat(dirfd, "../trials.jsonl", F_OK, 0);
    bool there = !faccessat(dirfd, name, F_OK, AT_SYMLINK_NOFOLLOW);
    close(dirfd);
    return there && (of_run || of_hist);
}

int document_write(const json_t *document, const char *path)
{
    if (!document)
        return no_memory(path);
    if (is_evidence(path)) {
        message_error("E-STORE", path, "a run is rebuilt from it, and it would be replaced", "it as it is", NULL);
        return EXIT_STORAGE;
    }
    int rc = store_write_json(AT_FDCWD, path, document);
    if (!rc)
        return 0;
    message_error("E-STORE", path, rc == -EINVAL ? "is no regular file" : strerror(-rc), NULL, NULL);
    return EXIT_STORAGE;
}

int document_can_write(const char *option, const char *path)
{
    char dir[4096], what[4096 + 64];
    struct stat st;
    const char *slash = strrchr(path, '/');
    bool there = !lstat(path, &st);
    if (there ? !S_ISREG(st.st_mode) : slash && !slash[1]) {
        snprintf(what, sizeof what, "%.4000s is no regular file, and it would be replaced", path);
        message_error("E-CLI-VALUE", option, what, "nothing", "name a file");
        return EXIT_USAGE;
    }
    if (is_evidence(path)) {
        snprintf(what, sizeof what, "a run is rebuilt from %.4000s, and it would be replaced", path);
        message_error("E-CLI-VALUE", option, what, "it as it is", "name another file");
        return EXIT_USAGE;
    }
    if (!access(directory_of(path, dir, sizeof dir), W_OK | X_OK))
        return 0;
    message_error("E-STORE", path, strerror(errno), "nothing", NULL);
    return EXIT_STORAGE;
}
