/* SPDX-License-Identifier: Apache-2.0 */
/* Remove a directory that a test has made, with all below it. Links are removed, not followed; errors do not matter. */
#ifndef QUINTET_TESTS_REMOVE_TREE_H
#define QUINTET_TESTS_REMOVE_TREE_H

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline void remove_tree(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
