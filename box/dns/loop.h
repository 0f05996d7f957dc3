/*
 * loop.h - the events that libunbound waits for, within the loop of the role.
 *
 * libunbound brings threads, processes or libevent; with its pluggable events
 * it needs none of them.  All its sockets and timers hang on one descriptor,
 * which becomes readable when loop_run has something to do.
 *
 * For one thread; memory is a pool of LOOP_EVENTS_MAX, past which libunbound
 * is refused a socket.
 */
#ifndef DNS_LOOP_H
#define DNS_LOOP_H

struct ub_event_base;

enum { LOOP_EVENTS_MAX = 16384 };

/* Dies when there are no descriptors. */
struct ub_event_base *loop_begin(void);

int loop_fd(void);
void loop_run(void);

#endif
