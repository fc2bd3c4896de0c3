/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/document.h"
#include "cli/message.h"

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

int document_write(const json_t *document, const char *path)
{
    if (!document)
        return no_memory(path);
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
    if (!slash)
        snprintf(dir, sizeof dir, ".");
    else
        snprintf(dir, sizeof dir, "%.*s", (int)(slash - path) + 1, path);
    if (!access(dir, W_OK | X_OK))
        return 0;
    message_error("E-STORE", path, strerror(errno), "nothing", NULL);
    return EXIT_STORAGE;
}
