/* msg_seal.c - the tables of msg_seal.h. */

#include "ipc/msg_seal.h"

static const struct field message[] = {
	FIELD_U64_OF(msg_seal_message, group),
	FIELD_U32_OF(msg_seal_message, first),
	FIELD_U32_OF(msg_seal_message, parts),
	FIELD_U32_OF(msg_seal_message, as_is),
	FIELD_U32_OF(msg_seal_message, head_len),
	FIELD_U64_OF(msg_seal_message, size),
	FIELD_U64_OF(msg_seal_message, date),
	FIELD_STR_OF(msg_seal_message, targets,
	    GROUP_TARGETS_MAX * TARGET_SIZE),
	FIELD_STR_OF(msg_seal_message, outer, OUTER_MAX),
	FIELD_STR_OF(msg_seal_message, stamp, STAMP_MAX),
	FIELD_STR_OF(msg_seal_message, refs, REFS_MAX * 8),
};

static const struct field failed[] = {
	FIELD_U64_OF(msg_seal_failed, group),
	FIELD_U32_OF(msg_seal_failed, verdict),
};

static const struct field check_cert[] = {
	FIELD_U64_OF(msg_seal_check_cert, id),
	FIELD_U64_OF(msg_seal_check_cert, size),
};

static const struct field cert_is[] = {
	FIELD_U64_OF(msg_seal_cert_is, id),
	FIELD_U32_OF(msg_seal_cert_is, verdict),
	FIELD_STR_OF(msg_seal_cert_is, why, WHY_MAX),
	FIELD_STR_OF(msg_seal_cert_is, fingerprint, 64),
	FIELD_STR_OF(msg_seal_cert_is, user_id, 1024),
	FIELD_STR_OF(msg_seal_cert_is, algorithm, 64),
	FIELD_U64_OF(msg_seal_cert_is, created),
	FIELD_U64_OF(msg_seal_cert_is, expires),
	FIELD_STR_OF(msg_seal_cert_is, use, CERT_USE_MAX),
};

const struct field_msg msg_seal[SEAL_TYPES] = {
	[MSG_CHILD]	  = FIELD_MSG_CHILD,
	[SEAL_MESSAGE]	  = FIELD_MSG("message", msg_seal_message, message, 1),
	[SEAL_FAILED]	  = FIELD_MSG("failed", msg_seal_failed, failed, 0),
	[SEAL_CHECK_CERT] = FIELD_MSG("check_cert", msg_seal_check_cert,
			      check_cert, 1),
	[SEAL_CERT_IS]	  = FIELD_MSG("cert_is", msg_seal_cert_is, cert_is, 0),
};

static const struct field scan_message[] = {
	FIELD_U64_OF(msg_scan_message, id),
	FIELD_U64_OF(msg_scan_message, size),
};

static const struct field scan_is[] = {
	FIELD_U64_OF(msg_scan_is, id),
	FIELD_U32_OF(msg_scan_is, verdict),
};

const struct field_msg msg_scan[SCAN_TYPES] = {
	[SCAN_MESSAGE]	= FIELD_MSG("scan", msg_scan_message, scan_message, 1),
	[SCAN_IS]	= FIELD_MSG("scan_is", msg_scan_is, scan_is, 0),
};
