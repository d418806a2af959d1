/* Mounting, with failures that name the step. All of it happens in a mount namespace that only the launcher is in. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "launcher.h"

/* A directory or file of the host and where the box sees it; both are absolute, TARGET without . and .. in it. */
struct volume {
	const char *source, *target;
	bool read_only;
};

/* What `up` is told; paths are absolute, options that were not given are NULL. */
struct box {
	struct id_maps maps;
	/* Enter the user namespace first: the daemon of a user. Otherwise the runtime makes it: the daemon of root. */
	bool enter;
	/* An empty directory; everything is mounted below it. */
	const char *mounts;
	/* The box's disk: a directory, or an image of a file system (copied from a template the first time). */
	const char *directory, *image, *template;
	/* The disk need not survive a crash of the host. */
	bool ephemeral;
	/* What the disk begins with: layers (lowest first), or a tree of the host, or a view of the host itself. */
	const char **layers;
	size_t layer_count;
	const char *tree;
	bool host;
	const char *socket;
	/* Small files that the runtime mounts in the box, for the box's root to change. */
	const char **files;
	size_t file_count;
	struct volume *volumes;
	size_t volume_count;
};

/* The user and group of the host that are root in the box, for files made on its behalf. */
uid_t root_user(const struct box *box);
gid_t root_group(const struct box *box);

void mount_at(const char *source, const char *target, const char *type, unsigned long flags, const char *options);
/* A directory of mode 0755 that belongs to the box's root; it may be there already, but nothing else may. */
void make_directory(const struct box *box, const char *path);
void make_directory_mode(const struct box *box, const char *path, mode_t mode);

/* Makes a private mount namespace, and in it hides cgroup hierarchies that the runtime cannot use. */
void enter_mount_namespace(const struct box *box);
/* Opens a PATH that had no links when the daemon looked: one that is there now was made by somebody who wants to lead
 * elsewhere, such as a box with a volume above. */
int open_without_links(const char *path);
/* Mounts a clone of one directory tree at TARGET, with the ids of the host shown as the box's when ids is not -1. */
void mount_clone(const char *source, const char *target, int user_namespace);
/* Whether something is mounted somewhere below PATH that this user namespace may not look under. */
bool has_locked_mounts(const char *path);
/* Mounts SOURCE with all that is mounted below it at TARGET; nothing of it can be changed there. */
void mount_read_only(const char *source, const char *target);
/* Mounts the box's disk at DISK below the box's mounts. */
void mount_disk(const struct box *box);
/* Sets some room of it aside for its next start, when all is mounted. */
void reserve_disk(const struct box *box);
/* Mounts an overlay: LOWER as in lowerdir=, UPPER and WORK are made when missing. Relative names hide the host's paths. */
void mount_overlay(const struct box *box, const char *lower, const char *upper, const char *work, const char *target);
/* Mounts what the box sees as / at ROOT. */
void mount_layers(const struct box *box);
void mount_host(const struct box *box);
/* Mounts the view of a directory that has_locked_mounts at TARGET; UPPER is as for an overlay. */
void mount_parts(const struct box *box, const char *path, const char *upper, const char *target);
/* Mounts in VIEW, an overlay of root's box, what is mounted somewhere below the host's DIRECTORY; UPPER is the overlay's. */
void show_mounts_below(const char *directory, const char *upper, const char *view);
/* Hides from the box what only root or nobody may read in the host's /etc, seen through the overlay's UPPER. */
void mask_etc(const struct box *box, const char *upper);

/* Mounts the volumes in the box's root file system, each after those that come before it. */
void mount_volumes(const struct box *box);
/* Mounts a clone of SOURCE, with all below it, at TARGET; both are open. Without a user namespace (-1) its files stay
 * their owners', who are nobody in the box unless it has them. */
void mount_volume(int source, const struct volume *volume, int target, int user_namespace);

/* Copies the small files into FILES below the box's mounts, under their own names. */
void copy_files(const struct box *box);

/* Listens on the agent's socket as descriptor 3, which the agent inherits. */
void listen_for_agent(const char *path);

/* Names below the box's mounts, where the launcher's working directory is. */
#define ROOT "root"
#define DISK "disk"
#define FILES "files"

#endif
