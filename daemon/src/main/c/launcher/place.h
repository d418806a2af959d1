/* Names below the root directory of unpack.c, reached without following any link. */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

/* A name in an open directory, which the caller closes. */
struct place {
	int parent;
	const char *name;
};

/* Fails when the way to the path leads through a symbolic link or something else that is not a directory. */
struct place find_place(const char *path);
int open_directory(const struct place *place, const char *path);
/* Removes what is at a place, a directory with all below it. */
void remove_place(const struct place *place, const char *path);
bool is_whiteout(const struct stat *file);
/* Marks a directory as hiding what lower layers have in it: user.overlay.* is what overlayfs reads in a user namespace. */
void set_opaque(int directory, const char *path);

#endif
