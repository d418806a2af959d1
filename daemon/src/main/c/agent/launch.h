/* From the fork of a command to its exec. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "frames.h"
#include "spec.h"

/* The descriptors that become a command's 0, 1 and 2; three times the same for a terminal. */
struct stdio {
    int in;
    int out;
    int err;
};

struct failure {
    int stage;
    int error;
};

/* Remembers what commands get back that the agent changed for itself: its limit of open files and its share of the
 * out-of-memory killer's attention. Called once, before the agent becomes non-dumpable. */
void launch_prepare(void);

/* Turns the calling process into the command. Returns only when that fails. */
struct failure launch(const struct spec *spec, const struct stdio *stdio);

#endif
