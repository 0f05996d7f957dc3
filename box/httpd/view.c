/*
 * view.c - /view/EMAILID[?images=1]: a message as `open` shows it, in a frame
 * of the webmail in which nothing runs.
 *
 * The page is of the webmail's own origin, so that the frame can be as high as
 * what it shows; that nothing in it acts is the policy's, besides `open`'s.
 * With text=1 it is the text alone, for pli(1).
 */

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "base/verdict.h"
#include "ipc/msg_agent.h"
#include "ipc/msg_open.h"
#include "jmap_email.h"
#include "os/memfd.h"
#include "web.h"

#define POLICY(images) "default-src 'none'; style-src 'unsafe-inline'; " \
	"img-src data:" images "; base-uri 'none'; form-action 'none'; " \
	"frame-ancestors 'self'; sandbox allow-same-origin allow-popups " \
	"allow-popups-to-escape-sandbox"

enum { NOTE_MAX = 1024 };

struct wish {
	bool images, text;
};

static const struct text notes[] = {
	{ "gone", { "This message is not there any more.",
	    "Ce message n’est plus là." } },
	{ "no", { "This message cannot be shown. It can be downloaded.",
	    "Ce message ne peut pas être affiché. Il peut être "
	    "téléchargé." } },
	{ "later", { "This message cannot be shown just now.",
	    "Ce message ne peut pas être affiché pour l’instant." } },
};

static void
note(struct http *h, unsigned status, const char *key)
{
	struct str wants = http_request_field(&h->rq, STR("Accept-Language"));
	enum lang lang = text_lang(wants);
	struct buf page;

	buf_init(&page, NOTE_MAX);
	buf_add_c(&page, "<!doctype html>\n<html><head>"
	    "<meta charset=\"utf-8\"><style>body{font:15px/1.5 "
	    "system-ui,sans-serif;margin:0;color:#57606a;background:#fff}"
	    "</style></head><body><p>");
	buf_add_c(&page, text_find(notes, sizeof(notes) / sizeof(*notes),
	    from_c(key), lang));
	buf_add_c(&page, "</p></body></html>\n");
	http_reply_begin(h, status, STR("text/html; charset=utf-8"),
	    STR(POLICY("")));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	http_reply_octets(h, page.len);
	http_reply_data(h, buf_str(&page));
	buf_free(&page);
}

static void
show(struct http *h, int fd, size_t size, const struct wish *w)
{
	char *page = size > 0 ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd,
	    0) : NULL;

	if (page == MAP_FAILED) {
		note(h, 503, "later");
		return;
	}
	http_reply_begin(h, 200, w->text ? STR("text/plain; charset=utf-8") :
	    STR("text/html; charset=utf-8"), w->images ?
	    STR(POLICY(" http: https:")) : STR(POLICY("")));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	http_reply_octets(h, size);
	http_reply_data(h, (struct str){ page, size });
	(void)stream_flush(&h->stream);
	if (size > 0)
		munmap(page, size);
}

static void
hear(struct http *h, struct buf *wire, uint64_t id, const struct wish *w)
{
	union {
		struct msg_open_is is;
		struct msg_open_failed failed;
	} m;
	char *room = buf_room(wire, IPC_MAX);
	struct chan_msg in = { .nfds = 0 };
	int type = room == NULL ? -1 : chan_get(h->child->chan[ROLE_OPEN],
	    room, msg_open, OPEN_TYPES, &m, &in);

	if (type == OPEN_IS && m.is.id == id && m.is.size <= OPEN_OUT_MAX &&
	    memfd_is_settled(in.fds[0], m.is.size))
		show(h, in.fds[0], (size_t)m.is.size, w);
	else if (type == OPEN_FAILED && m.failed.verdict == VERDICT_NO)
		note(h, 200, "no");
	else
		note(h, 503, "later");
	if (type >= 0)
		chan_close_fds(&in);
}

static void
ask(struct http *h, struct str text, const struct wish *w)
{
	struct msg_open_message m = { .id = ++h->group, .size = text.len,
	    .images = w->images };
	int fd = -1, open = h->child->chan[ROLE_OPEN];
	struct buf wire;

	if (text.len > OPEN_MESSAGE_MAX) {
		note(h, 200, "no");
		return;
	}
	buf_init(&wire, IPC_MAX);
	if (child_bytes(h->child, (int64_t)text.len))
		fd = memfd_of("message", text);
	if (fd < 0 || open < 0 || chan_put(open, msg_open, OPEN_TYPES,
	    w->text ? OPEN_TEXT : OPEN_VIEW, &m, &fd, 1) != CHAN_OK)
		note(h, 503, "later");
	else
		hear(h, &wire, m.id, w);
	(void)child_bytes(h->child, -(int64_t)text.len);
	if (fd >= 0)
		close(fd);
	buf_free(&wire);
}

static void
view(struct jmap *j, struct str name, const struct wish *w)
{
	struct email_open open = { .text = { 0 } };
	char id[JMAP_ID_LEN] = "";
	struct email e;
	uint64_t number;

	if (name.len < sizeof(id))
		memcpy(id, name.ptr, name.len);
	if (!jmap_id_parse(id, 'e', &number) ||
	    !email_find_one(j, number, &e)) {
		note(j->h, j->gone ? 503 : 404, j->gone ? "later" : "gone");
		return;
	}
	/* what cannot be taken apart here may be shown all the same */
	(void)email_open(j, &e, true, &open);
	if (open.text.len == e.size)
		ask(j->h, buf_str(&open.text), w);
	else
		note(j->h, 503, "later");
	email_close(&open);
}

void
http_used(const struct http *h)
{
	int agent = h->child->chan[ROLE_AGENT];

	if (agent >= 0)
		(void)chan_put(agent, msg_agent, AGENT_TYPES, AGENT_USED,
		    NULL, NULL, 0);
}

void
view_page(struct http *h)
{
	const struct wish w = {
		.images = str_eq(http_query_value(h->rq.query,
		    STR("images")), STR("1")),
		.text = str_eq(http_query_value(h->rq.query, STR("text")),
		    STR("1")),
	};
	struct str name = h->rq.path;
	struct jmap j;

	http_used(h);
	jmap_begin(&j, h);
	str_take_word(&name, STR("/view/"));
	view(&j, name, &w);
	arena_reset(&j.arena);
}
