/*
 * fd.h - all of it, whatever write(2) takes at a time.
 */
#ifndef OS_FD_H
#define OS_FD_H

#include <stdbool.h>

#include "base/str.h"

/* At the descriptor's position; false: errno says why, some may be written. */
bool fd_write(int fd, struct str);

#endif
