#include "spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SPEC_STDIN = 1, SPEC_PTY = 2 };

bool id_valid(const char *id)
{
    size_t length = id ? strlen(id) : 0;
    if (length < 1 || length > ID_MAX)
        return false;
    for (; *id; id++)
        if (!isalnum((unsigned char)*id) && !strchr("_-.", *id))
            return false;
    return true;
}

/* A counted list of strings; with room for one more and the NULL at its end. */
static char **take_strings(struct reader *reader)
{
    uint64_t count = take_number(reader, 4);
    /* Each string has at least its NUL, so a larger count is a lie, and no memory is taken for it. */
    if (count > reader_left(reader)) {
        reader->bad = true;
        return NULL;
    }
    char **strings = calloc(count + 2, sizeof *strings);
    for (uint64_t i = 0; strings && i < count; i++)
        strings[i] = take_string(reader);
    return strings;
}

bool spec_read(struct spec *spec, const uint8_t *bytes, size_t length)
{
    struct reader reader = {bytes, bytes + length, false};
    *spec = (struct spec){.id = take_string(&reader)};
    unsigned flags = (unsigned)take_number(&reader, 1);
    spec->input = flags & SPEC_STDIN;
    spec->pty = flags & SPEC_PTY;
    spec->columns = (uint16_t)take_number(&reader, 2);
    spec->rows = (uint16_t)take_number(&reader, 2);
    spec->umask = (mode_t)take_number(&reader, 2) & 0777;
    spec->user = take_string(&reader);
    spec->cwd = take_string(&reader);
    spec->rlimit_count = (int)take_number(&reader, 1);
    if (spec->rlimit_count > RLIMITS_MAX)
        return false;
    for (int i = 0; i < spec->rlimit_count; i++) {
        spec->rlimits[i].resource = (int)take_number(&reader, 1);
        spec->rlimits[i].limit.rlim_cur = (rlim_t)take_number(&reader, 8);
        spec->rlimits[i].limit.rlim_max = (rlim_t)take_number(&reader, 8);
    }
    spec->env = take_strings(&reader);
    if (!spec->env)
        return !reader.bad;
    spec->argv = take_strings(&reader);
    if (!spec->argv)
        return !reader.bad;
    return reader_done(&reader) && !(flags & ~(SPEC_STDIN | SPEC_PTY)) && id_valid(spec->id) && spec->argv[0] &&
           *spec->argv[0] && *spec->cwd == '/';
}

void spec_free(struct spec *spec)
{
    free(spec->argv);
    free(spec->env);
}
