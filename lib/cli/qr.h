/*
 * qr.h - a QR code for a terminal: half blocks, two rows of it to a line.
 *
 * Memory is libqrencode's, given back before it returns.
 */
#ifndef CLI_QR_H
#define CLI_QR_H

#include <stdbool.h>

#include "base/str.h"

/* To standard output, in capitals; false: it is too long. */
bool qr_print(struct str text);

#endif
