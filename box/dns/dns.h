/*
 * dns.h - the parts of the role dns.
 *
 * resolver.c is libunbound, set up before the sandbox; answer.c keeps the
 * questions of its peers and answers them; loop.h lets libunbound wait.
 */
#ifndef DNS_DNS_H
#define DNS_DNS_H

#include "base/str.h"
#include "role/serve.h"

/* rcode as of the DNS; packet may be empty; sec: 0 not signed, 1 bogus, 2
 * secure; why may be NULL. */
typedef void resolver_says(void *arg, int rcode, struct str packet, int sec,
    const char *why);

/* Make the context as the configuration says and bring it to where it needs
 * no file any more; what it finds is told to says.  Dies when that fails. */
void resolver_begin(const struct role *, resolver_says *says);

/* false: refused at once.  The answer may come before it returns.  *number is
 * for resolver_forget, after which says is not called. */
bool resolver_ask(const char *name, int type, void *arg, int *number);
void resolver_forget(int number);

/* answer.c: what resolver_begin is given, and the operations of serve.h */
void answer_heard(void *question, int rcode, struct str packet, int sec,
    const char *why);
bool answer_message(struct role *, struct peer *, struct chan_msg *);
void answer_gone(struct role *, struct peer *);
void answer_tick(struct role *);

#endif
