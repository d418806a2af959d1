/* The processes that descend from the calling one, found in /proc. */
#ifndef TREE_H
#define TREE_H

/* Sends a signal to every descendant. */
void tree_signal(int number);
/* Kills every descendant. They are stopped first, until none is found that is not, so that none can fork on. */
void tree_kill(void);

#endif
