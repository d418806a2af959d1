/* One output of a command: read from its pipe or terminal into a ring, sent, and kept until acknowledged. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "loop.h"
#include "ring.h"

struct command;

struct output {
    struct command *command;
    struct source source;
    struct ring ring;
    uint64_t sent;
    bool caught_up;   /* all that the main process wrote has been read */
    uint64_t must_be; /* and surely has when the ring's end is here */
};

/* Takes over the descriptor. 0, or -1 with errno. */
int output_open(struct output *output, struct command *command, int fd);
void output_close(struct output *output);
/* Watches the descriptor if there is room for what it has to give. */
void output_watch(struct output *output);
/* The main process has ended: notes how much of the output must still be read, and reads what is there. */
void output_last(struct output *output, bool pty);

/* Offsets from the daemon: false when they are not between what was acknowledged and what was sent, or read. */
bool output_acknowledge(struct output *output, uint64_t offset);
bool output_rewind(struct output *output, uint64_t offset);
void output_discard(struct output *output);

/* True when there is something to send now. Little is held back while the last that was sent is not acknowledged, so
 * that a command that writes single bytes costs a frame for what it wrote in a round trip, not for each. */
bool output_pending(const struct output *output);
/* Writes an OUTPUT frame of what is pending; its length. */
size_t output_emit(struct output *output, uint32_t channel, int stream, uint8_t *to);

#endif
