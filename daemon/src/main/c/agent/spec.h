/* What a START frame asks for. */
#ifndef SPEC_H
#define SPEC_H

#include "frames.h"

#include <sys/resource.h>
#include <sys/types.h>

#define RLIMITS_MAX 16

struct spec {
    char *id;
    bool input;
    bool pty;
    uint16_t columns;
    uint16_t rows;
    mode_t umask;
    char *user;
    char *cwd;
    char **argv;
    char **env;
    int rlimit_count;
    struct {
        int resource;
        struct rlimit limit;
    } rlimits[RLIMITS_MAX];
};

/* Reads a spec from bytes, which it points into as long as it lives. False when they are malformed; when memory for it
 * is short, argv is NULL. */
bool spec_read(struct spec *spec, const uint8_t *bytes, size_t length);
void spec_free(struct spec *spec);

/* True for 1 to 64 letters, digits, '_', '-' and '.'. */
bool id_valid(const char *id);

#endif
