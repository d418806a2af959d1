#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

int pty_open(int *master, int *slave, uint16_t columns, uint16_t rows)
{
    int unlocked = 0;
    *slave = -1;
    /* Not blocking, because the box's root may have put something else there. */
    *master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (*master < 0)
        return -1;
    /* TIOCGPTPEER opens the other end without a path, so it cannot be taken for another one's. */
    if (ioctl(*master, TIOCSPTLCK, &unlocked) == 0)
        *slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0) {
        int error = errno;
        close(*master);
        *master = -1;
        errno = error;
        return -1;
    }
    pty_resize(*master, columns, rows);
    return 0;
}

void pty_resize(int master, uint16_t columns, uint16_t rows)
{
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    ioctl(master, TIOCSWINSZ, &size);
}

char pty_end_of_file(int master)
{
    struct termios settings;
    return tcgetattr(master, &settings) == 0 ? (char)settings.c_cc[VEOF] : 4;
}
