/*
 * reload.c - a new configuration, or the old one.
 *
 * New keys start beside the old ones; only when they are ready does the new
 * configuration hold.  Then new masters take the listening sockets, and the
 * old ones, with the old keys, end when their last connection does.  Until
 * then any error leaves everything as it was.
 */

#include <string.h>
#include <unistd.h>

#include "base/verdict.h"
#include "os/clock.h"
#include "parent/parent.h"
#include "parent/topology.h"

enum { RELOAD_MS = 20000 };

static void
finish(struct parent *b, uint32_t verdict, struct str why)
{
	say(b, verdict == VERDICT_YES ? "reloaded" : "reload-refused", "%.*s",
	    (int)(why.len > 300 ? 300 : why.len), why.len > 0 ? why.ptr : "");
	answer(b, b->reload_id, verdict, why);
	b->step = RELOAD_NONE;
	b->reload_id = 0;
	b->new_keys = NULL;
}

static void
give_up(struct parent *b, const char *why)
{
	ports_close(b->new_listener, b->new_listeners, b->listener,
	    b->listeners);
	buf_free(&b->new_text);
	if (b->new_keys != NULL && b->new_keys->used) {
		b->new_keys->retired = true;
		if (b->new_keys->pid != 0)
			tell(b->new_keys, PARENT_RETIRE);
	}
	finish(b, VERDICT_NO, (struct str){ why, strlen(why) });
}

static void
refuse(struct parent *b, uint64_t id, struct buf *why)
{
	b->reload_id = id;
	buf_free(&b->new_text);
	finish(b, VERDICT_NO, buf_str(why));
	buf_free(why);
}

void
reload_begin(struct parent *b, uint64_t id)
{
	struct buf why;

	if (b->step != RELOAD_NONE) {
		answer(b, id, VERDICT_LATER, STR("a reload is under way"));
		return;
	}
	if (topology_is_keyed(ROLE_KEYS) && b->mirror < 0) {
		answer(b, id, VERDICT_LATER, STR("locked: unlock first"));
		return;
	}
	buf_init(&why, WHY_MAX);
	if (!conffile_read(b->paths.conf, &b->new_text, &b->new_conf, &why) ||
	    !ports_open(&b->new_conf, b->listener, b->listeners,
	    b->new_listener, &b->new_listeners, &why)) {
		refuse(b, id, &why);
		return;
	}
	buf_free(&why);
	b->reload_id = id;
	b->reload_until_ms = clock_ms() + RELOAD_MS;
	b->new_keys = spawn_new(b, ROLE_KEYS, 0);
	if (b->new_keys == NULL || !spawn_role(b, b->new_keys,
	    buf_str(&b->new_text), NULL, 0)) {
		give_up(b, "cannot start keys");
		return;
	}
	b->step = RELOAD_KEYS;
}

/* Old processes of the role go when they have served whom they have. */
static void
replace(struct parent *b, enum role_id role)
{
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (p->used && p->role == role && p != b->new_keys) {
			p->retired = true;
			p->used = p->pid != 0;
		}
	}
}

static bool
front_left(const struct parent *b)
{
	for (size_t i = 0; i < PROCS_MAX; i++)
		if (b->proc[i].used && b->proc[i].retired &&
		    b->proc[i].role != ROLE_KEYS)
			return true;
	return false;
}

static void
take_new_conf(struct parent *b)
{
	ports_close(b->listener, b->listeners, b->new_listener,
	    b->new_listeners);
	buf_free(&b->conf_text);
	b->conf_text = b->new_text;
	b->conf = b->new_conf;
	memcpy(b->listener, b->new_listener, sizeof(b->listener));
	b->listeners = b->new_listeners;
	for (size_t i = 0; i < b->listeners; i++)
		b->listener[i].l = b->new_listener[i].l;
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (p->used && p->pid != 0 && (p->role == ROLE_STORE ||
		    p->role == ROLE_SEAL || p->role == ROLE_CONTROL))
			(void)spawn_conf(p, buf_str(&b->conf_text));
	}
}

/* The new keys are ready: from here on there is no way back. */
static void
switch_over(struct parent *b)
{
	take_new_conf(b);
	replace(b, ROLE_KEYS);
	for (size_t i = 0; i < topology_roles_count; i++)
		if (topology_roles[i].front)
			replace(b, topology_roles[i].id);
	for (size_t i = 0; i < topology_roles_count; i++) {
		enum role_id role = topology_roles[i].id;
		struct proc *p;

		if (!topology_roles[i].front)
			continue;
		p = spawn_new(b, role, 0);
		if (p != NULL && topology_is_keyed(role) && b->mirror < 0)
			p->parked = true;
		else if (p != NULL && !spawn_role(b, p, buf_str(&b->conf_text),
		    b->listener, b->listeners))
			p->restart_at_ms = clock_ms();
	}
	b->step = RELOAD_FRONTS;
}

void
reload_ready(struct parent *b, struct proc *p)
{
	if (b->step == RELOAD_KEYS && p == b->new_keys)
		switch_over(b);
}

void
reload_died(struct parent *b, struct proc *p)
{
	if (b->step != RELOAD_KEYS || p != b->new_keys)
		return;
	p->used = false;
	give_up(b, "the certificate or key cannot be used: "
	    "plictl log says why");
}

/* Retired masters are told when the new ones listen; old keys when the last
 * retired master is gone. */
static void
tell_retired(struct parent *b)
{
	for (size_t i = 0; i < PROCS_MAX; i++) {
		struct proc *p = &b->proc[i];

		if (!p->used || !p->retired || p->told || p->pid == 0)
			continue;
		if (p->role == ROLE_KEYS && front_left(b))
			continue;
		p->told = true;
		tell(p, PARENT_RETIRE);
	}
}

static bool
fronts_ready(const struct parent *b)
{
	for (size_t i = 0; i < PROCS_MAX; i++) {
		const struct proc *p = &b->proc[i];

		if (p->used && !p->retired && !p->parked &&
		    topology_role(p->role)->front && !p->ready)
			return false;
	}
	return true;
}

void
reload_tick(struct parent *b)
{
	bool late = clock_ms() > b->reload_until_ms;

	if (b->step == RELOAD_KEYS && late)
		give_up(b, "keys did not start in time");
	if (b->step == RELOAD_FRONTS && fronts_ready(b))
		finish(b, VERDICT_YES, STR(""));
	else if (b->step == RELOAD_FRONTS && late)
		finish(b, VERDICT_LATER,
		    STR("some roles are not ready yet: plictl status"));
	if (b->step == RELOAD_NONE)
		tell_retired(b);
}
