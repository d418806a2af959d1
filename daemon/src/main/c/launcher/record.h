/* The records that unpack.c reads from stdin; it tells their format. */
#ifndef RECORD_H
#define RECORD_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum {
	KIND_DIRECTORY = 'd',
	/* A directory that the layer does not have but has files below; made when missing, otherwise left alone. */
	KIND_IMPLIED = 'i',
	KIND_FILE = 'f',
	KIND_SYMLINK = 'l',
	KIND_LINK = 'h',
	KIND_FIFO = 'p',
	KIND_WHITEOUT = 'w',
	KIND_OPAQUE = 'o',
	KIND_TIMES = 't',
	KIND_END = 'e',
};

enum { MAX_PATH = 4096, MAX_ATTRIBUTES = 1 << 20 };

struct record {
	unsigned char kind;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	struct timespec times[2];
	uint32_t path_size, target_size, attributes_size;
	uint64_t size;
	char path[MAX_PATH + 1], target[MAX_PATH + 1];
	unsigned char attributes[MAX_ATTRIBUTES];
};

/* Reads the next record but for its content; fails when there is none. */
void read_record(struct record *record);
/* Writes the record's content to a file. */
void write_content(int fd, const struct record *record);
uint64_t read_number(const unsigned char **at, int bytes);

#endif
