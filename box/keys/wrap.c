/* wrap.c - keys of letters, wrapped by the key that dies with the power. */

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

static const unsigned char purpose[] = "pli queue 1";

_Static_assert(BOOT_ID + NONCE + LETTER_KEY + TAG == WRAPPED_KEY, "as drawn");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == LETTER_KEY,
    "one size");

bool
boot_load(struct keys *k, int fd, struct buf *why)
{
	k->boot = sodium_malloc(LETTER_KEY);
	if (k->boot == NULL || fd < 0 ||
	    pread(fd, k->boot, LETTER_KEY, 0) != LETTER_KEY) {
		buf_add(why, STR("boot= is missing, or no locked memory"));
		return false;
	}
	close(fd);
	crypto_generichash(k->boot_id, sizeof(k->boot_id), purpose,
	    sizeof(purpose), k->boot, LETTER_KEY);
	sodium_mprotect_readonly(k->boot);
	return true;
}

bool
key_wrap(const struct keys *k, struct str key, struct buf *out)
{
	unsigned char *to = (unsigned char *)buf_room(out, WRAPPED_KEY);

	if (to == NULL || key.len != LETTER_KEY)
		return false;
	memcpy(to, k->boot_id, BOOT_ID);
	randombytes_buf(to + BOOT_ID, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(to + BOOT_ID + NONCE, NULL,
	    (const unsigned char *)key.ptr, key.len, purpose, sizeof(purpose),
	    NULL, to + BOOT_ID, k->boot);
	buf_grow(out, WRAPPED_KEY);
	return true;
}

bool
key_unwrap(const struct keys *k, struct str wrapped, struct buf *out)
{
	unsigned char *to = (unsigned char *)buf_room(out, LETTER_KEY);
	const unsigned char *in = (const unsigned char *)wrapped.ptr;

	if (to == NULL || wrapped.len != WRAPPED_KEY ||
	    memcmp(in, k->boot_id, BOOT_ID) != 0 ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL,
	    in + BOOT_ID + NONCE, LETTER_KEY + TAG, purpose, sizeof(purpose),
	    in + BOOT_ID, k->boot) != 0)
		return false;
	buf_grow(out, LETTER_KEY);
	return true;
}
