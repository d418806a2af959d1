/* The parent of one command and of all that it leaves behind: a process of its own between agent and command. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "launch.h"

#include <sys/types.h>

/* What agent and supervisor tell each other, on a socket that keeps messages apart. The agent learns from the socket's
 * end that nothing of the command's tree is left. */
struct note {
    enum {
        /* to the agent */
        NOTE_STARTED, /* first: the command's process id */
        NOTE_FAILED,  /* first: stage, second: errno */
        NOTE_EXITED,  /* first: the status of wait(2) */
        /* to the supervisor */
        NOTE_SIGNAL,  /* first: the signal's number */
        NOTE_END,     /* first: the grace in milliseconds */
        NOTE_DISCARD, /* from now on the supervisor reads the command's output, to the end, for nobody */
        NOTE_RELEASE  /* the socket's end will not mean the agent's end, and what runs may run on */
    } what;
    int first;
    int second;
};

/* The read ends of the output pipes, -1 for a terminal's. */
struct outlets {
    int out;
    int err;
};

/* Forks a supervisor that starts the command. The descriptors of `stdio` stay the caller's to close. Returns its
 * process id and the agent's end of the socket, or -1 with errno. */
pid_t supervisor_start(const struct spec *spec, const struct stdio *stdio, const struct outlets *outlets, int *control);

#endif
