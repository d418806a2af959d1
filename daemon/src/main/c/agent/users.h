/* Users and groups of the box, from its own /etc/passwd and /etc/group: no library, since the C library's would want
 * the host's name services. */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <sys/types.h>

#define GROUPS_MAX 256
#define HOME_MAX 4096

struct identity {
    uid_t uid;
    gid_t gid;
    int group_count;
    gid_t groups[GROUPS_MAX];
    char home[HOME_MAX];
};

enum lookup { FOUND, NO_USER, NO_GROUP };

/* Reads `name|uid[:group|gid]`; empty is 0. Docker's rules: a number need not be in the files; a user without an own
 * group gets its group of passwd, or 0, and the groups that name it; a group that is given replaces all of them. */
enum lookup identity_find(const char *user, struct identity *identity);

#endif
