/* jmap_session.c - the session object: RFC 8620, 2; RFC 8621, 1.3. */

#include <stdio.h>
#include <string.h>

#include "jmap.h"
#include "submit/submit.h"

#define URN	"urn:ietf:params:jmap:"

enum { URL_MAX = 600 };

uint64_t
jmap_upload_max(const struct http *h)
{
	uint64_t size = h->role->conf.size;

	return size < BLOB_OCTETS_MAX ? size : BLOB_OCTETS_MAX;
}

static json_t *
core(struct http *h)
{
	return json_pack("{s:I, s:i, s:i, s:i, s:i, s:i, s:i, s:[]}",
	    "maxSizeUpload", (json_int_t)jmap_upload_max(h),
	    "maxConcurrentUpload", JMAP_UPLOADS_AT_ONCE,
	    "maxSizeRequest", JMAP_REQUEST_MAX,
	    "maxConcurrentRequests", JMAP_REQUESTS_AT_ONCE,
	    "maxCallsInRequest", JMAP_CALLS_MAX,
	    "maxObjectsInGet", JMAP_GET_MAX,
	    "maxObjectsInSet", JMAP_SET_MAX, "collationAlgorithms");
}

static json_t *
mail(struct http *h)
{
	return json_pack("{s:i, s:n, s:i, s:I, s:[s, s], s:b}",
	    "maxMailboxesPerEmail", 1, "maxMailboxDepth",
	    "maxSizeMailboxName", JMAP_NAME_MAX,
	    "maxSizeAttachmentsPerEmail", (json_int_t)jmap_upload_max(h),
	    "emailQuerySortOptions", "receivedAt", "size",
	    "mayCreateTopLevelMailbox", 1);
}

/* RFC 8621, 1.3.2 */
static json_t *
submission(void)
{
	return json_pack("{s:i, s:{s:[], s:[], s:[], s:[]}}",
	    "maxDelayedSend", 0, "submissionExtensions", "DSN", "REQUIRETLS",
	    "SMTPUTF8", "8BITMIME");
}

static json_t *
url(struct http *h, const char *path)
{
	struct str host = http_request_field(&h->rq, STR("Host"));
	json_t *value;
	struct buf b;

	buf_init(&b, URL_MAX);
	buf_add_c(&b, h->tls != NULL ? "https://" : "http://");
	buf_add(&b, host);
	buf_add_c(&b, path);
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

/* What changes when anything else in it does. */
static json_t *
state_of(json_t *session)
{
	char *text = json_dumps(session, JSON_COMPACT | JSON_SORT_KEYS);
	unsigned char hash[CRYPT_HASH];
	json_t *value;
	struct buf b;

	crypt_sha256(hash, from_c(text));
	free(text);
	buf_init(&b, 64);
	buf_add_hex(&b, (struct str){ (char *)hash, 8 });
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

json_t *
jmap_session_object(struct http *h)
{
	char id[JMAP_ID_LEN];
	json_t *account, *s;

	jmap_id(id, 'a', h->account);
	account = json_pack("{s:o, s:b, s:b, s:{s:{}, s:o, s:o, s:{}}}",
	    "name", jmap_text(h->user), "isPersonal", 1, "isReadOnly", 0,
	    "accountCapabilities", URN "core", URN "mail", mail(h),
	    URN "submission", submission(), JMAP_URN_BLOB);
	s = json_pack("{s:{s:o, s:{}, s:{}, s:{}}, s:{s:o},"
	    " s:{s:s, s:s, s:s, s:s}, s:o}",
	    "capabilities", URN "core", core(h), URN "mail",
	    URN "submission", JMAP_URN_BLOB, "accounts", id, account,
	    "primaryAccounts", URN "core", id, URN "mail", id,
	    URN "submission", id, JMAP_URN_BLOB, id,
	    "username", jmap_text(h->user));
	/* where letters can be encrypted */
	if (submit_encrypts(h->child)) {
		json_object_set_new(json_object_get(s, "capabilities"),
		    JMAP_URN_PROTECTION, json_object());
		json_object_set_new(json_object_get(account,
		    "accountCapabilities"), JMAP_URN_PROTECTION,
		    json_object());
		json_object_set_new(json_object_get(s, "primaryAccounts"),
		    JMAP_URN_PROTECTION, json_string(id));
	}
	json_object_set_new(s, "apiUrl", url(h, "/jmap/api"));
	json_object_set_new(s, "downloadUrl", url(h,
	    "/jmap/download/{accountId}/{blobId}/{name}?type={type}"));
	json_object_set_new(s, "uploadUrl", url(h,
	    "/jmap/upload/{accountId}/"));
	json_object_set_new(s, "eventSourceUrl", url(h, "/jmap/events"
	    "?types={types}&closeafter={closeafter}&ping={ping}"));
	json_object_set_new(s, "state", state_of(s));
	return s;
}

void
jmap_session(struct http *h)
{
	json_t *s = jmap_session_object(h);
	char *text = json_dumps(s, JSON_COMPACT);

	http_reply(h, 200, STR("application/json"), from_c(text));
	free(text);
	json_decref(s);
}
