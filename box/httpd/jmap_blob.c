/* jmap_blob.c - upload and download: RFC 8620, 6. */

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/verdict.h"
#include "jmap_email.h"
#include "mail/bodies.h"
#include "os/fd.h"
#include "os/memfd.h"
#include "web.h"

enum { URL_PART_MAX = 1024 };

static bool
is_no_slash(unsigned char c)
{
	return c != '/';
}

/* The next level of the path, which is behind `before`. */
static struct str
level(struct str *path)
{
	struct str one = str_take_while(path, is_no_slash);

	(void)str_take_byte(path, '/');
	return one;
}

static void
limit(struct http *h)
{
	h->close = true;
	http_reply(h, 413, STR("application/problem+json"), STR(
	    "{\"type\":\"urn:ietf:params:jmap:error:limit\",\"status\":413,"
	    "\"limit\":\"maxSizeUpload\"}"));
}

/* The body into a memfd; false: the answer is out. */
static bool
receive(struct http *h, int fd, uint64_t *size)
{
	struct str data;

	while (http_piece(h, &data)) {
		*size += data.len;
		if (*size > jmap_upload_max(h)) {
			limit(h);
			return false;
		}
		if (!child_bytes(h->child, (int64_t)data.len) ||
		    !fd_write(fd, data)) {
			h->close = true;
			http_error(h, 503);
			return false;
		}
	}
	if (!h->body_bad && *size > 0)
		return true;
	http_error(h, 400);
	return false;
}

static void
told(struct jmap *j, uint64_t blob, uint64_t size)
{
	struct str type = http_request_field(&j->h->rq, STR("Content-Type"));
	char id[EMAIL_BLOB_LEN] = "b";
	json_t *o;
	char *text;

	jmap_id(id + 1, 'u', blob);
	o = json_pack("{s:s, s:s, s:o, s:I}", "accountId", j->account,
	    "blobId", id, "type", type.ptr == NULL ?
	    json_string("application/octet-stream") : jmap_text(type),
	    "size", (json_int_t)size);
	text = json_dumps(o, JSON_COMPACT);
	http_reply(j->h, 201, STR("application/json"), from_c(text));
	free(text);
	json_decref(o);
}

static void
keep(struct jmap *j, int fd, uint64_t size)
{
	struct msg_write_blob m = { size };
	union msg_written is;

	if (!memfd_settle(fd) || jmap_write(j, WRITE_BLOB, &m, fd, &is,
	    NULL) != WRITE_BLOB_IS)
		http_error(j->h, 503);
	else if (is.blob.verdict != VERDICT_YES)
		http_error(j->h, is.blob.verdict == VERDICT_NO ? 413 : 503);
	else
		told(j, is.blob.blob, size);
}

static void
take_upload(struct jmap *j)
{
	struct http *h = j->h;
	uint64_t size = 0;
	int fd = memfd_new("blob");

	if (fd < 0)
		http_error(h, 503);
	else if (receive(h, fd, &size))
		keep(j, fd, size);
	(void)child_bytes(h->child, -(int64_t)size);
	if (fd >= 0)
		close(fd);
}

void
jmap_upload(struct http *h)
{
	struct str path = h->rq.path;
	struct jmap j;
	int place;

	jmap_begin(&j, h);
	str_take_word(&path, STR("/jmap/upload/"));
	if (!str_eq(level(&path), from_c(j.account)) || path.len > 0) {
		http_error(h, 404);
		return;
	}
	if (h->rq.framing == HTTP_LENGTH &&
	    h->rq.length > jmap_upload_max(h)) {
		limit(h);
		return;
	}
	if (!jmap_enter(h, PLACE_UPLOAD, &place))
		return;
	take_upload(&j);
	place_leave(h, place);
}

static bool
map(struct jmap *j, const struct msg_write_blob_get *m, struct str *text)
{
	union msg_written is;
	bool ok = false;
	int fd;

	if (jmap_write(j, WRITE_BLOB_GET, m, -1, &is, &fd) ==
	    WRITE_BLOB_DATA && fd >= 0 &&
	    memfd_is_settled(fd, is.data.size)) {
		text->len = (size_t)is.data.size;
		text->ptr = mmap(NULL, text->len, PROT_READ, MAP_SHARED, fd,
		    0);
		ok = text->ptr != MAP_FAILED;
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

bool
blob_map(struct jmap *j, uint64_t upload, struct str *text)
{
	return map(j, &(struct msg_write_blob_get){ .blob = upload }, text);
}

bool
blob_map_email(struct jmap *j, uint64_t email, struct str *text)
{
	return map(j, &(struct msg_write_blob_get){ .email = email }, text);
}

void
blob_unmap(struct str text)
{
	union { const char *in; void *out; } map = { .in = text.ptr };

	munmap(map.out, text.len);
}

static bool
is_of_type(unsigned char c)
{
	return is_ldh(c) || c == '/' || c == '.' || c == '+' || c == '_';
}

/* The name stays escaped, as RFC 8187 wants it. */
static bool
is_of_name(unsigned char c)
{
	return is_ldh(c) || c == '.' || c == '_' || c == '~' || c == '%';
}

/* A page of the webmail must not load it as a part of itself. */
static bool
is_active(struct str type)
{
	static const struct str words[] = { STR_INIT("script"),
	    STR_INIT("css"), STR_INIT("html"), STR_INIT("xml"),
	    STR_INIT("svg"), STR_INIT("wasm"), STR_INIT("xsl") };

	for (size_t at = 0; at < type.len; at++)
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (type.len - at >= words[i].len && str_eq_nocase(
			    (struct str){ type.ptr + at, words[i].len },
			    words[i]))
				return true;
	return false;
}

static void
put_head(struct http *h, struct str name, uint64_t size)
{
	struct str sent = http_query_value(h->rq.query, STR("type")), rest;
	char type[URL_PART_MAX];
	struct buf b;
	size_t n = 0;

	if (sent.ptr == NULL || sent.len > sizeof(type) ||
	    !http_unescape(sent, type, &n))
		n = 0;
	rest = (struct str){ type, n };
	str_take_while(&rest, is_of_type);
	if (n == 0 || rest.len > 0 || (web_is_here() && is_active(
	    (struct str){ type, n })))
		rest = STR("application/octet-stream");
	else
		rest = (struct str){ type, n };
	http_reply_begin(h, 200, rest, STR(""));
	buf_init(&b, 4096);
	buf_add(&b, STR("attachment; filename*=UTF-8''"));
	for (size_t i = 0; i < name.len; i++)
		if (is_of_name((unsigned char)name.ptr[i]))
			buf_byte(&b, name.ptr[i]);
	http_put_field(&h->out, STR("Content-Disposition"), buf_str(&b));
	buf_free(&b);
	/* where the mail is in clear, a browser keeps none of it on its disk */
	http_put_field(&h->out, STR("Cache-Control"), web_is_here() ?
	    STR("no-store") : STR("private, immutable, max-age=31536000"));
	http_reply_octets(h, size);
}

static void
send_upload(struct jmap *j, uint64_t upload, struct str name)
{
	struct str text;

	if (!blob_map(j, upload, &text)) {
		http_error(j->h, j->gone ? 503 : 404);
		return;
	}
	put_head(j->h, name, text.len);
	http_reply_data(j->h, text);
	(void)stream_flush(&j->h->stream);
	blob_unmap(text);
}

static void
send_email(struct jmap *j, const struct email_blob_id *id, struct str name)
{
	struct email_open open = { .text = { 0 } };
	const struct mime_part *p;
	struct buf content;
	struct email e;

	if (!email_find_one(j, id->email, &e)) {
		http_error(j->h, j->gone ? 503 : 404);
		return;
	}
	if (!email_open(j, &e, true, &open)) {
		http_error(j->h, 503);
	} else if (id->part == 0) {
		put_head(j->h, name, open.text.len);
		http_reply_data(j->h, buf_str(&open.text));
	} else if ((p = email_part(&open, id->part)) == NULL ||
	    p->kind == MIME_MULTIPART) {
		http_error(j->h, 404);
	} else {
		buf_init(&content, p->body.len + 16);
		bodies_decode(p, &content);
		put_head(j->h, name, content.len);
		http_reply_data(j->h, buf_str(&content));
		(void)stream_flush(&j->h->stream);
		buf_free(&content);
	}
	(void)stream_flush(&j->h->stream);
	email_close(&open);
}

/* /jmap/download/ACCOUNT/BLOB/NAME?type=TYPE */
void
jmap_download(struct http *h)
{
	struct str path = h->rq.path, account, blob;
	char text[EMAIL_BLOB_LEN] = "";
	struct email_blob_id id;
	struct jmap j;

	jmap_begin(&j, h);
	str_take_word(&path, STR("/jmap/download/"));
	account = level(&path);
	blob = level(&path);
	if (blob.len < sizeof(text))
		memcpy(text, blob.ptr, blob.len);
	if (!str_eq(account, from_c(j.account)) || path.len == 0 ||
	    !email_blob_parse(text, &id))
		http_error(h, 404);
	else if (id.email != 0)
		send_email(&j, &id, path);
	else
		send_upload(&j, id.upload, path);
	arena_reset(&j.arena);
}
