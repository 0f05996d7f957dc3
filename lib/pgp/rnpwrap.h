/*
 * rnpwrap.h - librnp in small pieces, for cert.c and certcheck.c alone.
 */
#ifndef PGP_RNPWRAP_H
#define PGP_RNPWRAP_H

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include "pgp/cert.h"

/* A key that mail can be encrypted to, and its primary. */
struct rnpwrap {
	rnp_ffi_t ffi;
	rnp_key_handle_t primary;
	rnp_key_handle_t encrypt;	/* the same key, or a subkey */
	uint64_t expires;		/* of the pair; UINT64_MAX: never */
};

/*
 * Load one key, binary, and choose what to encrypt to, as of `now`.  With
 * `expired`, if nothing is valid now, what was valid last is chosen and stays
 * usable.  The caller closes whatever the answer is.
 */
enum cert_status rnpwrap_open(struct rnpwrap *, struct str binary,
    uint64_t now, bool expired);
void rnpwrap_close(struct rnpwrap *);

#endif
