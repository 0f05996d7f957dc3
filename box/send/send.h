/*
 * send.h - the parts of a child of send: one destination, one connection at a
 * time, one letter after the other.
 *
 * hosts.c asks dns where to go; dial.c connects; talk.c holds a session on the
 * connection; letter.c opens letters and streams them; child.c does what the
 * queue says and tells it what became of it.
 */
#ifndef SEND_SEND_H
#define SEND_SEND_H

#include "base/ip.h"
#include "base/verdict.h"
#include "ipc/msg_dns.h"
#include "ipc/msg_queue.h"
#include "os/tls_client.h"
#include "proto/smtp_client.h"
#include "role/master.h"
#include "role/stream.h"

enum {
	HOSTS_MAX = 10,			/* of a domain that are tried */
	ADDRESSES_MAX = 30,		/* of all of them */
	HOST_OCTETS_MAX = DNS_NAME_MAX,
	STAGGER_MS = 250,		/* RFC 8305, 8 */
};

/* RFC 5321, 4.5.3.2; in tests a sixtieth. */
struct send_times {
	int connect_ms, handshake_ms, greeting_ms, command_ms, data_ms,
	    text_ms, final_ms, dns_ms, session_ms;
};

enum { SMART_PINS_MAX = 4 };

/* What the master knows before it forks. */
struct send_setup {
	const struct conf *conf;
	struct send_times times;
	struct tls_client *tls, *smart_tls;
	struct str user, password;	/* of the smart host; "": none */
	unsigned char pin[SMART_PINS_MAX][TLS_PIN];
	size_t pins;			/* 0: it is known by its name; else TLS
					   begins at once */
	int queue;			/* in a child: its channel */
};

/* While no server has spoken: the child ends here when the queue has closed
 * its channel, of which poll said this. */
void send_if_wanted(short revents);

/* Why nothing can be sent: a verdict, a status, a sentence. */
struct send_fault {
	enum verdict verdict;
	char status[SMTP_STATUS_MAX + 1];
	char why[QUEUE_REPLY_MAX + 1];
	char host[HOST_OCTETS_MAX + 1];	/* who said it; "": ourselves */
};

__attribute__((format(printf, 4, 5)))
void send_fault(struct send_fault *, enum verdict, const char *status,
    const char *fmt, ...);

struct address {
	struct ip ip;
	unsigned host;			/* index */
	bool used;			/* no connection could be made, or the
					   session on it has failed */
};

struct target {
	struct { char name[HOST_OCTETS_MAX + 1]; } host[HOSTS_MAX];
	unsigned hosts;
	struct address address[ADDRESSES_MAX];	/* grouped by host */
	size_t addresses;
	uint16_t port;
	bool trusted;			/* configured, or a literal: any kind
					   of address will do */
	bool smart;
};

/* Where mail for the domain goes.  false: nowhere, and *fault says why. */
bool hosts_find(const struct send_setup *, int dns, struct str domain,
    struct target *, struct send_fault *fault);

/* Connect to one of the host's addresses that are not used, all at once with
 * a stagger; a blocking socket, *which says where; -1: to none of them, all
 * are used now, and *fault says why. */
int dial_host(const struct send_setup *, struct target *, unsigned host,
    uint64_t end, size_t *which, struct send_fault *fault);

/* Once more to that address. */
int dial_address(const struct send_setup *, struct target *, size_t which,
    uint64_t end, struct send_fault *fault);

/* A session. */
struct talk {
	const struct send_setup *setup;
	struct stream stream;
	struct tls *tls;
	struct smtp_client client;
	struct smtp_client_conf conf;
	bool open;
	bool speaks;			/* the server has said something */
	bool tls_failed;		/* STARTTLS was taken, and no more */
	size_t letters;			/* that went through its hands */
	uint64_t end;
	char host[HOST_OCTETS_MAX + 1];
	char peer[ADDR_MAX + 1];
	char facts[QUEUE_FACTS_MAX + 1];
	char in[2 * SMTP_ANSWER_LINE], out[16384];
};

enum talk_tls { TALK_CLEAR, TALK_IF_OFFERED, TALK_MUST };

/* On a connected socket, up to where a letter is wanted.  false: it is closed
 * again, and client.session says why. */
bool talk_begin(struct talk *, const struct send_setup *, int sock,
    const struct target *, size_t which, enum talk_tls, uint64_t end);

/* On until the client wants something else than an answer or TLS. */
enum smtp_client_wants talk_on(struct talk *);
void talk_lost(struct talk *, const char *why);
void talk_end(struct talk *);		/* says QUIT if that can be said */

/* A letter of the queue. */
struct letter {
	struct msg_send_message m;	/* points into memory of letter.c */
	int fd;
	struct smtp_letter smtp;
	struct smtp_letter_to to[SMTP_CLIENT_RCPTS];
	uint32_t number[SMTP_CLIENT_RCPTS];	/* the queue's, of each */
};

/* Takes the descriptor.  false: not as msg_queue.h has it. */
bool letter_take(struct letter *, const struct msg_send_message *, int fd);
/* Read it through: may it go out?  false: *fault says why not. */
bool letter_look(struct letter *, struct send_fault *fault);
/* Its text, when talk->client wants it. */
void letter_send(struct letter *, struct talk *);
void letter_drop(struct letter *);

/* child.c: a child's whole life; its exit status */
int send_child(const struct send_setup *, struct child *);

#endif
