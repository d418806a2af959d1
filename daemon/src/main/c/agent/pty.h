/* Pseudo terminals. */
#ifndef PTY_H
#define PTY_H

#include <stdint.h>

/* Opens a new terminal: the agent's end, not blocking, and the command's; 0, or -1 with errno. */
int pty_open(int *master, int *slave, uint16_t columns, uint16_t rows);
void pty_resize(int master, uint16_t columns, uint16_t rows);
/* The character that ends the input, as the terminal is set. */
char pty_end_of_file(int master);

#endif
