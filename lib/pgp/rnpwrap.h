/*
 * rnpwrap.h - librnp in small pieces, for the files of this folder alone.
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

/* A ring without keys, whose clock stands at `now`; NULL: no memory. */
rnp_ffi_t rnpwrap_ring(uint64_t now);

/* Put keys into it, armoured or binary; of them only whole, public ones
 * unless `secret`. */
bool rnpwrap_add(rnp_ffi_t, struct str keys, bool secret);

/* The first primary key of a ring; the caller destroys it.  NULL: none. */
rnp_key_handle_t rnpwrap_primary(rnp_ffi_t);

/* The octets of an output in memory, borrowed from it. */
bool rnpwrap_octets(rnp_output_t, struct str *);

/* Into a text of max octets and NUL, and free it; NULL leaves "". */
void rnpwrap_text(char *out, size_t max, char *rnps);

#endif
