/* Connections to daemons. One is active: the last that said a valid hello. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>

/* Accepts connections from a listening socket; 0, or -1 with errno. */
int connections_open(int listener);
/* Handles what was received and sends what there is to say; true when there is more to do at once. */
bool connections_serve(void);
/* True when the active connection has been told all there is, or there is none. */
bool connections_quiet(void);
/* Tells the active connection that the agent leaves. */
void connections_say_stopped(void);

/* What a STOP frame calls, defined by main. */
void agent_stop(unsigned grace_ms);
bool agent_stopping(void);

#endif
