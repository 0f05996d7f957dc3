/*
 * opensigned.h - what librnp found out about signatures, for open.c alone.
 */
#ifndef PGP_OPENSIGNED_H
#define PGP_OPENSIGNED_H

#include "pgp/open.h"
#include "pgp/rnpwrap.h"

void opensigned_take(rnp_ffi_t, rnp_op_verify_t, uint64_t now,
    struct open_result *);

#endif
