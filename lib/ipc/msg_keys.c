/* msg_keys.c - the table of msg_keys.h. */

#include "ipc/msg_keys.h"

static const struct field chain_is[] = {
	FIELD_U32_OF(msg_keys_chain_is, verdict),
	FIELD_STR_OF(msg_keys_chain_is, pem, CHAIN_MAX),
};

static const struct field sign[] = {
	FIELD_U32_OF(msg_keys_sign, scheme),
	FIELD_STR_OF(msg_keys_sign, content, SIGN_CONTENT_MAX),
};

static const struct field sign_seal[] = {
	FIELD_U64_OF(msg_keys_sign_seal, id),
	FIELD_STR_OF(msg_keys_sign_seal, content, SIGN_CONTENT_MAX),
};

static const struct field is_signed[] = {
	FIELD_U64_OF(msg_keys_signed, id),
	FIELD_U32_OF(msg_keys_signed, verdict),
	FIELD_STR_OF(msg_keys_signed, signature, SIGNATURE_MAX),
};

static const struct field seal_public_is[] = {
	FIELD_STR_OF(msg_keys_seal_public_is, key, 32),
};

static const struct field sign_dkim[] = {
	FIELD_U64_OF(msg_keys_sign_dkim, id),
	FIELD_U32_OF(msg_keys_sign_dkim, algorithm),
	FIELD_STR_OF(msg_keys_sign_dkim, domain, DOMAIN_OCTETS_MAX),
	FIELD_STR_OF(msg_keys_sign_dkim, content, DKIM_CONTENT_MAX),
};

static const struct field wrap[] = {
	FIELD_U64_OF(msg_keys_key, id),
	FIELD_STR_OF(msg_keys_key, key, WRAPPED_KEY),
};

static const struct field key_is[] = {
	FIELD_U64_OF(msg_keys_key_is, id),
	FIELD_U32_OF(msg_keys_key_is, verdict),
	FIELD_STR_OF(msg_keys_key_is, key, WRAPPED_KEY),
};

static const struct field boot_is[] = {
	FIELD_STR_OF(msg_keys_boot_is, id, BOOT_ID),
};

static const struct field dkim_public[] = {
	FIELD_U64_OF(msg_keys_dkim_public, id),
	FIELD_U32_OF(msg_keys_dkim_public, algorithm),
	FIELD_STR_OF(msg_keys_dkim_public, domain, DOMAIN_OCTETS_MAX),
};

static const struct field dkim_public_is[] = {
	FIELD_U64_OF(msg_keys_dkim_public_is, id),
	FIELD_U32_OF(msg_keys_dkim_public_is, verdict),
	FIELD_STR_OF(msg_keys_dkim_public_is, selector, DKIM_SELECTOR_MAX),
	FIELD_STR_OF(msg_keys_dkim_public_is, key, DKIM_KEY_MAX),
};

static const struct field identity[] = {
	FIELD_U64_OF(msg_keys_identity, id),
};

static const struct field identity_is[] = {
	FIELD_U64_OF(msg_keys_identity_is, id),
	FIELD_STR_OF(msg_keys_identity_is, document, IDENTITY_MAX),
};

const struct field_msg msg_keys[KEYS_TYPES] = {
	[MSG_CHILD]	   = FIELD_MSG_CHILD,
	[KEYS_CHAIN]	   = FIELD_MSG_EMPTY("chain", 0),
	[KEYS_CHAIN_IS]	   = FIELD_MSG("chain_is", msg_keys_chain_is,
			       chain_is, 0),
	[KEYS_SIGN]	   = FIELD_MSG("sign", msg_keys_sign, sign, 0),
	[KEYS_SIGN_SEAL]   = FIELD_MSG("sign_seal", msg_keys_sign_seal,
			       sign_seal, 0),
	[KEYS_SIGNED]	   = FIELD_MSG("signed", msg_keys_signed,
			       is_signed, 0),
	[KEYS_SEAL_PUBLIC] = FIELD_MSG_EMPTY("seal_public", 0),
	[KEYS_SEAL_PUBLIC_IS] = FIELD_MSG("seal_public_is",
			       msg_keys_seal_public_is, seal_public_is, 0),
	[KEYS_SIGN_DKIM]   = FIELD_MSG("sign_dkim", msg_keys_sign_dkim,
			       sign_dkim, 0),
	[KEYS_WRAP]	   = FIELD_MSG("wrap", msg_keys_key, wrap, 0),
	[KEYS_UNWRAP]	   = FIELD_MSG("unwrap", msg_keys_key, wrap, 0),
	[KEYS_KEY_IS]	   = FIELD_MSG("key_is", msg_keys_key_is, key_is, 0),
	[KEYS_DKIM_PUBLIC] = FIELD_MSG("dkim_public", msg_keys_dkim_public,
			       dkim_public, 0),
	[KEYS_DKIM_PUBLIC_IS] = FIELD_MSG("dkim_public_is",
			       msg_keys_dkim_public_is, dkim_public_is, 0),
	[KEYS_BOOT]	   = FIELD_MSG_EMPTY("boot", 0),
	[KEYS_BOOT_IS]	   = FIELD_MSG("boot_is", msg_keys_boot_is, boot_is,
			       0),
	[KEYS_IDENTITY]	   = FIELD_MSG("identity", msg_keys_identity,
			       identity, 0),
	[KEYS_IDENTITY_IS] = FIELD_MSG("identity_is", msg_keys_identity_is,
			       identity_is, 0),
};
