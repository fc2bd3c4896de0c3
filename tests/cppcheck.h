/* SPDX-License-Identifier: Apache-2.0 */
/* Macros of headers that cppcheck does not read (scripts/check includes this in every file it looks at). */
#define LIST_HEAD(name, type) struct name
#define json_array_foreach(array, i, value)                                                                            \
    for ((i) = 0; (i) < json_array_size(array) && ((value) = json_array_get(array, i)); (i)++)
#define json_object_foreach(object, key, value)                                                                        \
    for ((key) = json_first(object); (key) && ((value) = json_value(key)); (key) = json_next(key))
