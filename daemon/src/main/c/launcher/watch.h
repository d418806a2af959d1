/* What the watch of a box's disk looks at. */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#define MEBIBYTE (1LL << 20)

/* A box by its first process, and by the namespace in which all of its processes are. */
struct watched {
	pid_t first;
	struct stat processes;
};

/* Bytes that the files below DIRECTORY, an open one, take, and those that have no name any more but are open in the box. */
long long measure_disk(int directory, const struct watched *box);

struct writer {
	pid_t pid, parent;
	/* Bytes written to files, by it and by its children that it has waited for. */
	long long written;
	bool stopped, chosen;
};

struct writers {
	struct writer *list;
	size_t count;
};

/* The processes of the box but the first, by rising numbers. */
struct writers look_at_writers(const struct watched *box);
/* Calls EACH for the number of every process of the box. */
void each_process(const struct watched *box, void (*each)(pid_t pid, void *context), void *context);

/* Ends the commands that have written since BEFORE, all of them when none has or when ALL says so. */
void end_writers(const struct watched *box, const struct writers *before, bool all);

#endif
