/* The launcher: what has to be done to mounts, namespaces and other owners' files before or after a box runs. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

/* The exit code of every failure of the launcher itself; the programs that it becomes use their own. */
#define FAILED 125

/* Ends the launcher with one line on stderr, "boxrun-launcher: STEP OBJECT: REASON", for the daemon to put into a message. */
_Noreturn void fail(const char *step, const char *object);
_Noreturn void fail_because(const char *step, const char *object, const char *reason);
/* A mistake in the arguments: the daemon's fault, never the user's. */
_Noreturn void usage(const char *synopsis);

/* One row of a user namespace's map: COUNT ids from INSIDE on are the ids from OUTSIDE on in the parent namespace. */
struct id_extent {
	unsigned inside, outside, count;
};

#define MAX_EXTENTS 8

struct id_map {
	struct id_extent extent[MAX_EXTENTS];
	size_t extents;
};

struct id_maps {
	struct id_map uids, gids;
};

/* Reads INSIDE:OUTSIDE:COUNT[,…], one for users and one for groups. */
void parse_id_maps(struct id_maps *maps, const char *uids, const char *gids);
/* The text of /proc/PID/uid_map for a map. */
size_t format_id_map(char *text, size_t size, const struct id_map *map);
/* Moves this process into a new user namespace (and the further namespaces of unshare(2) in FLAGS), as its root. */
void enter_user_namespace(const struct id_maps *maps, int flags);
/* Writes the maps of another process that has just made a user namespace; called in the parent namespace. */
void write_id_maps(int pid, const struct id_maps *maps);

/* The subcommands: argv[0] is the subcommand's name. */
int userns_command(int argc, char **argv);

#endif
