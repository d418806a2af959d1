/* The input of a command: what the daemon sent ahead of what the command has read, at most a window. */
#ifndef INPUT_H
#define INPUT_H

#include "loop.h"
#include "ring.h"

struct command;

struct input {
    struct command *command;
    struct source source;
    struct ring ring; /* base: taken by the command's pipe; end: received */
    uint64_t told;    /* how much the daemon knows to be taken */
    bool owes_taken;
    bool ending; /* CLOSE_STDIN was received: closed when all is taken */
};

/* Takes over the descriptor. 0, or -1 with errno. */
int input_open(struct input *input, struct command *command, int fd);
void input_close(struct input *input);
/* The command has no input any more; the daemon is told. */
void input_over(struct input *input);

/* Bytes from the daemon: false when they leave a gap or exceed the window. */
bool input_receive(struct input *input, uint64_t offset, const uint8_t *bytes, size_t length);
/* All was sent: false when `offset` is not where it ended. */
bool input_finish(struct input *input, uint64_t offset);

size_t input_emit(struct input *input, uint32_t channel, uint8_t *to);

#endif
