/* The protocol's frames, as docs/agent-protocol.md tells them: a head of nine bytes (u32 length of the payload, u32
 * channel, u8 type), then the payload. Integers are big endian. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_MAGIC 0x42585241u
#define PROTOCOL_VERSION 1

#define FRAME_HEAD 9
#define FRAME_PAYLOAD_MAX 65536
#define OUTPUT_HEAD 9
#define OUTPUT_DATA_MAX (FRAME_PAYLOAD_MAX - OUTPUT_HEAD)

/* No answer to one frame is longer than this, its head included. */
#define REPLY_MAX 256

#define WINDOW (256 * 1024)
#define COMMANDS_MAX 1024
#define SPEC_MAX (4 * 1024 * 1024)
#define ID_MAX 64

enum frame_type {
    /* from the daemon */
    FRAME_HELLO = 0x01,
    FRAME_PING = 0x02,
    FRAME_SPEC = 0x03,
    FRAME_START = 0x04,
    FRAME_RESUME = 0x05,
    FRAME_ACK = 0x06,
    FRAME_STDIN = 0x07,
    FRAME_CLOSE_STDIN = 0x08,
    FRAME_SIGNAL = 0x09,
    FRAME_RESIZE = 0x0a,
    FRAME_HANGUP = 0x0b,
    FRAME_END = 0x0c,
    FRAME_LIST = 0x0d,
    FRAME_FORGET = 0x0e,
    FRAME_STOP = 0x0f,
    /* from the agent */
    FRAME_WELCOME = 0x81,
    FRAME_PONG = 0x82,
    FRAME_STARTED = 0x83,
    FRAME_FAILED = 0x84,
    FRAME_OUTPUT = 0x85,
    FRAME_TAKEN = 0x86,
    FRAME_EXIT = 0x87,
    FRAME_LISTED = 0x88,
    FRAME_LIST_END = 0x89,
    FRAME_STOPPED = 0x8a,
    FRAME_ERROR = 0xff,
};

/* Where a command that could not be started failed. */
enum stage {
    STAGE_SPEC = 1,
    STAGE_LIMIT = 2,
    STAGE_RESOURCES = 3,
    STAGE_PTY = 4,
    STAGE_FORK = 5,
    STAGE_USER = 6,
    STAGE_GROUP = 7,
    STAGE_IDENTITY = 8,
    STAGE_RLIMIT = 9,
    STAGE_CWD = 10,
    STAGE_EXEC = 11,
    STAGE_INTERPRETER = 12,
    STAGE_UNKNOWN_ID = 13,
    STAGE_OFFSET = 14,
    STAGE_STOPPING = 15,
    STAGE_SUPERVISOR = 16,
};

/* Why a connection is ended, in an ERROR frame. */
enum refusal {
    REFUSAL_PROTOCOL = 1,
    REFUSAL_VERSION = 2,
    REFUSAL_UNKNOWN_TYPE = 3,
    REFUSAL_REPLACED = 4,
};

/* Takes values off a payload. After a value that is not there, `bad` is set and all further values are zero. */
struct reader {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

uint64_t take_number(struct reader *reader, int bytes);
/* The bytes up to a NUL, which is taken too; NULL and bad when there is none. */
char *take_string(struct reader *reader);
size_t reader_left(const struct reader *reader);
/* True when all was there and nothing is left over. */
bool reader_done(const struct reader *reader);

/* Puts values into a buffer that the caller knows to be large enough. */
uint8_t *put_number(uint8_t *at, int bytes, uint64_t value);
uint8_t *put_head(uint8_t *at, size_t length, uint32_t channel, enum frame_type type);

#endif
