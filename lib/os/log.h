/*
 * log.h - one line per event.
 *
 * log_event("delivered", "size=%zu", n) sends "delivered size=…" to the
 * parent, which adds time and role, writes the file and keeps within a rate.
 * No addresses above debug, no content ever: callers see to that; control
 * bytes are replaced by "?" here.  Never blocks.
 */
#ifndef OS_LOG_H
#define OS_LOG_H

#include "base/str.h"

enum { LOG_LINE_MAX = 480 };

void log_to(int fd);		/* a SEQPACKET socket; -1: standard error */
int log_fd(void);

__attribute__((format(printf, 2, 3)))
void log_event(const char *event, const char *fmt, ...);

/* The same, of a text that is there already: for where each page counts. */
void log_text(const char *event, struct str text);

/* Log and exit(1): ours is the fault, or the world's beyond repair. */
__attribute__((format(printf, 2, 3), noreturn))
void log_die(const char *event, const char *fmt, ...);

#endif
