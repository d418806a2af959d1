/* The commands that the agent knows: from START until they have ended and are forgotten, over any number of
 * connections. */
#ifndef COMMAND_H
#define COMMAND_H

#include "input.h"
#include "launch.h"
#include "loop.h"
#include "output.h"

enum command_state {
    STARTING, /* the supervisor has not yet said how the exec went */
    RUNNING,
    DRAINING, /* the main process has ended; its output is being read to the end */
    FINISHED, /* all output is read, no descriptor is open */
};

struct command {
    char id[ID_MAX + 1];
    enum command_state state;
    bool pty;
    bool forgotten; /* nobody wants its output or its end: it is removed when finished */
    pid_t pid;
    int status; /* of wait(2), from DRAINING on */
    pid_t supervisor;
    struct source control;
    struct output outputs[2];
    struct input input;

    bool ending;      /* END was asked for: EXIT waits until the whole tree is gone */
    int64_t ended_by; /* but no longer than this */
    int64_t silent_at;
    int64_t latest_at;

    uint32_t channel; /* where the connection hears of it; 0 when it does not */
    struct command *next_of_channel;
    bool ready; /* in the queue of those with something to say */
    struct command *next_ready;
    bool known; /* STARTED answers a repeated START or a RESUME */
    bool owes_answer;
    bool owes_exit;
    int turn;
    struct failure failure;
};

/* Starts a command. A stage of 0 means that the answer will come by commands_emit. */
struct failure command_start(const struct spec *spec, uint32_t channel);
struct failure command_resume(const char *id, uint32_t channel, const uint64_t offsets[2]);
void command_forget(const char *id);

/* The command that has a channel, or NULL. */
struct command *command_on(uint32_t channel);
void command_signal(struct command *command, int number);
void command_resize(struct command *command, uint16_t columns, uint16_t rows);
void command_hangup(struct command *command);
void command_end(struct command *command, uint32_t grace);
/* Puts it into the queue of those with something to say. */
void command_speaks(struct command *command);

/* Writes the next frame of some command, each in turn; its length, or 0 when none has anything to say. There must be
 * room for the largest frame. */
size_t commands_emit(uint8_t *to);
/* Writes the LISTED frame of the first command from *slot on, and moves *slot past it; 0 when there is none. */
size_t commands_list(int *slot, uint8_t *to);
/* No channel has a command any more. */
void commands_unbind(void);
bool commands_running(void);
/* True when a connection has yet to be told of something. */
bool commands_pending(void);

/* Does what is due by time, frees what was removed; the milliseconds until it should be called again, or -1. */
int commands_tick(void);

#endif
