/* jmap_events.c - EventSource: states as they change.  RFC 8620, 7.3. */

#include <stdalign.h>
#include <string.h>

#include "ipc/chan.h"
#include "jmap.h"

enum { PING_MIN = 30, PING_DEFAULT = 300, PING_MAX = 900,	/* seconds */
    EVENTS_MAX = 100000 };

static const struct {
	const char *name;
	struct str escaped;
} types[] = {
	{ "Email", STR_INIT("Email") }, { "Mailbox", STR_INIT("Mailbox") },
	{ "Thread", STR_INIT("Thread") },
	{ "EmailSubmission", STR_INIT("EmailSubmission") },
};

struct events {
	struct jmap j;
	struct str wanted;		/* "*", or a list */
	bool once;
	uint64_t ping_ms, told;
};

/* A list as the client has put it, "%2C" for a comma or not. */
static bool
wants(const struct events *ev, struct str type)
{
	struct str list = ev->wanted, one;

	if (list.len == 0 || str_eq(list, STR("*")) ||
	    str_eq_nocase(list, STR("%2a")))
		return true;
	while (list.len > 0) {
		size_t n = 0;

		while (n < list.len && list.ptr[n] != ',' &&
		    list.ptr[n] != '%')
			n++;
		one = (struct str){ list.ptr, n };
		if (str_eq(one, type))
			return true;
		if (n < list.len && list.ptr[n] == '%')
			n += list.len - n < 3 ? list.len - n - 1 : 2;
		n += n < list.len;
		list.ptr += n;
		list.len -= n;
	}
	return false;
}

static void
tell(struct events *ev, uint64_t state)
{
	struct http *h = ev->j.h;
	json_t *change, *states = json_object();
	char *text, id[JMAP_ID_LEN];
	struct buf b;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (wants(ev, types[i].escaped))
			json_object_set_new(states, types[i].name,
			    jmap_state_json(state));
	change = json_pack("{s:s, s:{s:o}}", "@type", "StateChange",
	    "changed", ev->j.account, states);
	text = json_dumps(change, JSON_COMPACT);
	jmap_id(id, 's', state);
	buf_init(&b, 4096);
	buf_add_c(&b, "event: state\nid: ");
	buf_add_c(&b, id);
	buf_add_c(&b, "\ndata: ");
	buf_add(&b, from_c(text));
	buf_add_c(&b, "\n\n");
	http_reply_data(h, buf_str(&b));
	buf_free(&b);
	free(text);
	json_decref(change);
	ev->told = state;
}

static void
ping(struct events *ev)
{
	struct buf b;

	buf_init(&b, 256);
	buf_add_c(&b, "event: ping\ndata: {\"interval\":");
	buf_add_u64(&b, ev->ping_ms / 1000);
	buf_add_c(&b, "}\n\n");
	http_reply_data(ev->j.h, buf_str(&b));
	buf_free(&b);
}

static bool
watch(struct events *ev)
{
	struct msg_write_watch m = { 0, ev->told };

	return chan_put(ev->j.h->writer, msg_write, WRITE_TYPES,
	    WRITE_WATCH_ALL, &m, NULL, 0) == CHAN_OK;
}

/* 1: something is new; 0: nothing for so long; -1: it is over. */
static int
wait_for(struct events *ev)
{
	static alignas(4096) char in_buf[IPC_MAX];
	struct http *h = ev->j.h;
	int fds[2] = { h->writer, h->stream.sock };
	struct msg_write_watch m;
	struct chan_msg in;

	switch (chan_wait(fds, 2, (int)ev->ping_ms)) {
	case 0:
		return chan_get(h->writer, in_buf, msg_write, WRITE_TYPES, &m,
		    &in) == WRITE_CHANGED ? 1 : -1;
	case 1:
		return -1;	/* closed, or it talks: both end it */
	default:
		return 0;
	}
}

static void
run(struct events *ev)
{
	uint64_t state;

	if (!watch(ev))
		return;
	for (int i = 0; i < EVENTS_MAX; i++) {
		if (stream_flush(&ev->j.h->stream) != STREAM_OK)
			return;
		switch (wait_for(ev)) {
		case 0:
			ping(ev);
			break;
		case 1:
			if (!jmap_state(&ev->j, &state))
				return;
			if (state > ev->told)
				tell(ev, state);
			if (ev->once || !watch(ev))
				return;
			break;
		default:
			return;
		}
	}
}

static uint64_t
ping_ms(struct str query)
{
	struct str text = http_query_value(query, STR("ping"));
	uint64_t n = PING_DEFAULT;

	if (text.ptr != NULL && str_take_u64(&text, &n) && n == 0)
		n = PING_MAX;
	if (n < PING_MIN)
		n = PING_MIN;
	return 1000 * (n > PING_MAX ? PING_MAX : n);
}

void
jmap_events(struct http *h)
{
	struct events ev = { .j = { .h = h },
	    .wanted = http_query_value(h->rq.query, STR("types")),
	    .once = str_eq(http_query_value(h->rq.query, STR("closeafter")),
	    STR("state")), .ping_ms = ping_ms(h->rq.query) };
	struct str last = http_request_field(&h->rq, STR("Last-Event-ID"));
	char now[JMAP_ID_LEN];

	jmap_id(ev.j.account, 'a', h->account);
	if (!jmap_state(&ev.j, &ev.told)) {
		http_error(h, 503);
		return;
	}
	h->close = true;
	http_reply_begin(h, 200, STR("text/event-stream"), STR(""));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	http_reply_chunks(h);
	jmap_id(now, 's', ev.told);
	if (last.ptr != NULL && !str_eq(last, from_c(now))) {
		tell(&ev, ev.told);
		if (ev.once) {
			http_reply_end(h);
			return;
		}
	}
	if (h->rq.method == HTTP_GET)
		run(&ev);
	http_reply_end(h);
}
