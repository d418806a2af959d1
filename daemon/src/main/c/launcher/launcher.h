/* The launcher: what has to be done to mounts, namespaces and other owners' files before or after a box runs. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

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
/* Moves this process into a new user namespace (and the further namespaces of unshare(2) in FLAGS), as its root. */
void enter_user_namespace(const struct id_maps *maps, int flags);
/* A descriptor of a user namespace with these maps that no process is in; for idmapped mounts, made by root only. */
int open_user_namespace(const struct id_maps *maps);

/* A descriptor of a process, -1 for one that is gone. */
int open_process(const char *number);
/* Goes on in a child that has nothing of the caller's: neither its session nor its standard streams and directory. */
void leave_for_background(void);

/* The subcommands: argv[0] is the subcommand's name. */
int userns_command(int argc, char **argv);
int up_command(int argc, char **argv);
int network_command(int argc, char **argv);
int remove_command(int argc, char **argv);
int unpack_command(int argc, char **argv);
int tether_command(int argc, char **argv);
int watch_command(int argc, char **argv);

#endif
