/*
 * list.js - the conversations of a folder or of a search.
 */

import { arrange, h, icon, textButton } from './dom.js';
import { filterOf } from './query.js';
import { Row } from './row.js';
import { pieces } from './snippet.js';
import { describe } from './threadinfo.js';
import { announce, explain } from './toast.js';
import { t } from './words.js';
import { Bar } from './bar.js';

const PAGE = 50, AGAIN = 200, AHEAD = 600;

export class List {
	constructor(app) {
		this.app = app;
		this.model = app.model;
		this.rows = new Map();
		this.ids = [];
		this.selected = new Set();
		this.current = null;
		this.round = 0;
		this.turn = 0;
		this.found = new Map();	/* a search's: conversation to pieces */
		this.bar = new Bar(this);
		this.ul = h('ul', { class: 'rows', role: 'list' });
		this.foot = h('div', { class: 'foot' });
		this.scroller = h('div', { class: 'scroller' }, this.ul, this.foot);
		this.el = h('section', { class: 'list', id: 'list',
			'aria-label': t('app.list') }, this.bar.el, this.scroller);
		new IntersectionObserver((seen) => {
			if (seen.some((s) => s.isIntersecting))
				this.more();
		}, { root: this.scroller, rootMargin: `${AHEAD}px` })
		    .observe(this.foot);
		this.model.addEventListener('changed', () => this.changed());
		this.model.addEventListener('reset', () => this.load());
	}

	/* Another folder or search. */
	show(route) {
		const key = JSON.stringify([route.box, route.search]);

		if (key !== this.key) {
			this.key = key;
			this.route = route;
			this.filter = route.search ? filterOf(route.search,
			    [...this.model.boxes.values()],
			    this.model.outside()) : { inMailbox: route.box };
			this.selected.clear();
			this.current = null;
			this.load();
		}
		this.route = route;
		if (route.thread)
			this.current = route.thread;
		this.draw();
	}

	async load() {
		const round = ++this.round;

		this.loaded = 0;
		this.total = null;
		this.ids = [];
		this.found.clear();
		this.scroller.scrollTop = 0;
		await this.#query(round, 0, PAGE);
	}

	async #query(round, position, limit) {
		this.loading = true;
		this.trouble = null;
		this.draw();
		try {
			const got = await this.model.query(this.filter, position,
			    limit);

			if (round !== this.round)
				return;
			this.ids = [...new Set([...this.ids.slice(0, position),
			    ...got.threads])];
			this.loaded = position + got.threads.length;
			this.total = got.threads.length === 0 ? this.loaded :
			    got.total;
			if (position === 0 && this.route.search)
				announce(t('list.found', { n: this.total }));
			if (this.route.search)
				this.#snippets(round, got.emails);
		} catch (e) {
			if (round !== this.round)
				return;
			this.trouble = e;
		}
		this.loading = false;
		this.draw();
		/* who has scrolled on meanwhile has not left the end: nothing
		 * would say that it is there */
		if (this.foot.getBoundingClientRect().top <
		    this.scroller.getBoundingClientRect().bottom + AHEAD)
			this.more();
		else if (this.missed)
			this.changed();
	}

	async #snippets(round, emails) {
		const list = await this.model.snippets(this.filter, emails);

		if (round !== this.round)
			return;
		for (const [thread, html] of list)
			this.found.set(thread, pieces(html));
		this.draw();
	}

	more() {
		if (!this.loading && !this.trouble && this.total !== null &&
		    this.loaded < this.total)
			this.#query(this.round, this.loaded, PAGE);
	}

	/* Something changed: what is known shows at once, then it is asked again,
	 * once for any number of changes. */
	changed() {
		this.draw();
		clearTimeout(this.again);
		this.again = setTimeout(() => this.#requery(), 50);
	}

	async #requery() {
		const round = this.round, wanted = Math.max(this.loaded, PAGE);
		const turn = ++this.turn;
		let ids = [], total = 0;

		this.missed = this.loading || this.total === null;
		if (this.missed)
			return;
		try {
			do {
				const got = await this.model.query(this.filter,
				    ids.length, Math.min(AGAIN,
				    wanted - ids.length));

				ids = ids.concat(got.threads);
				total = got.threads.length === 0 ? ids.length :
				    got.total;
			} while (ids.length < Math.min(wanted, total));
		} catch {
			return;		/* what is shown stays */
		}
		/* an older answer may come after a newer one */
		this.missed = this.loading;
		if (round !== this.round || turn !== this.turn || this.loading)
			return;
		[this.ids, this.loaded, this.total] =
		    [[...new Set(ids)], ids.length, total];
		this.draw();
	}

	/* Of a conversation what this list is about; none: it is not here. */
	#emails(id) {
		const all = this.model.thread(id);
		const trash = this.model.outside();

		if (this.route.box) {
			return all.some((e) => e.mailboxIds[this.route.box]) ?
			    all.filter((e) => e.mailboxIds[this.route.box] ||
				!trash.some((b) => e.mailboxIds[b])) : [];
		}
		return all;
	}

	draw() {
		const shown = [], role = this.model.boxes.get(this.route?.box)?.role;
		const how = { self: this.app.self, words: this.app.listWords,
			outgoing: role === 'sent' || role === 'drafts' };

		if (!this.route)
			return;
		for (const id of this.ids) {
			const emails = this.#emails(id);

			if (emails.length > 0)
				shown.push(this.#row(id, { ...describe(emails, how),
					found: this.found.get(id) }));
		}
		this.visible = shown.map((row) => row.id);
		if (!this.visible.includes(this.current))
			this.current = this.route.thread ?? null;
		for (const id of this.selected)
			if (!this.visible.includes(id))
				this.selected.delete(id);
		this.#states();
		arrange(this.ul, shown.map((row) => row.el));
		for (const [id] of this.rows)
			if (!this.visible.includes(id))
				this.rows.delete(id);
		this.#foot(shown.length);
		this.bar.draw();
	}

	#row(id, about) {
		if (!this.rows.has(id))
			this.rows.set(id, new Row(this, id));
		this.rows.get(id).show(about, this.app.link({ ...this.route,
			thread: id }));
		return this.rows.get(id);
	}

	#states() {
		const focusable = this.current ?? this.visible[0];

		for (const id of this.visible)
			this.rows.get(id).state(id === focusable,
			    id === this.route.thread, this.selected.has(id));
		this.el.classList.toggle('selecting', this.selected.size > 0);
	}

	#foot(n) {
		this.el.setAttribute('aria-busy', String(!!this.loading));
		if (this.trouble)
			this.foot.replaceChildren(empty('warn', t('error.list'),
			    explain(this.trouble), textButton(t('error.retry'),
				() => this.load())));
		else if (this.loading && n === 0)
			this.foot.replaceChildren(skeleton());
		else if (this.loading)
			this.foot.replaceChildren(h('p', { class: 'quiet' },
			    t('list.more')));
		else if (n === 0 && this.loaded >= (this.total ?? 0))
			this.foot.replaceChildren(this.#nothing());
		else
			this.foot.replaceChildren();
	}

	#nothing() {
		const role = this.model.boxes.get(this.route.box)?.role;
		const which = this.route.search ? 'search' :
		    role === 'inbox' ? 'inbox' : 'folder';

		return empty(which === 'search' ? 'search' : which === 'inbox' ?
		    'check' : 'folder', t('list.empty.' + which),
		    t(`list.empty.${which}Hint`));
	}

	/* --- the keyboard's place, and what is selected --- */

	at(id) {
		this.current = id;
		this.#states();
	}

	focus() {
		const id = this.current ?? this.visible?.[0];

		this.rows.get(id)?.link.focus();
	}

	/* To the next one, or the one before. */
	step(by) {
		const i = this.visible.indexOf(this.current);
		const id = this.visible[i < 0 ? 0 : Math.max(0,
		    Math.min(this.visible.length - 1, i + by))];

		if (id === undefined)
			return;
		this.current = id;
		if (this.route.thread && id !== this.route.thread)
			this.app.go({ ...this.route, thread: id }, true);
		this.#states();
		if (!this.route.thread || !this.app.narrow())
			this.focus();
		if (this.visible.indexOf(id) > this.visible.length - 10)
			this.more();
	}

	/* Who comes after what is about to leave. */
	after(ids) {
		const i = this.visible.findIndex((id) => ids.includes(id));
		const left = this.visible.filter((id, k) => !ids.includes(id) &&
		    k > i);

		return left[0] ?? this.visible.findLast((id) =>
		    !ids.includes(id)) ?? null;
	}

	select(id, on) {
		if (on)
			this.selected.add(id);
		else
			this.selected.delete(id);
		this.current = id;
		this.#said();
	}

	selectTo(id) {
		const [a, b] = [this.visible.indexOf(this.current ?? id),
		    this.visible.indexOf(id)].sort((x, y) => x - y);

		this.visible.slice(a, b + 1).forEach((v) => this.selected.add(v));
		this.#said();
	}

	selectAll(on) {
		this.selected = new Set(on ? this.visible : []);
		this.#said();
	}

	#said() {
		this.#states();
		this.bar.draw();
		announce(t('list.selected', { n: this.selected.size }));
	}

	/* What a command is about: what is selected, else where one is. */
	targets() {
		if (this.selected.size > 0)
			return [...this.selected];
		const one = this.route?.thread ?? this.current;

		return one !== null && one !== undefined &&
		    this.visible.includes(one) ? [one] : [];
	}
}

export function empty(name, title, hint, ...more) {
	return h('div', { class: 'empty' }, h('span', { class: 'disc' },
	    icon(name)), h('p', { class: 'empty-title' }, title),
	    h('p', { class: 'quiet' }, hint), ...more);
}

function skeleton() {
	return h('div', { class: 'skeleton', role: 'status' },
	    h('span', { class: 'hidden' }, t('list.loading')),
	    Array.from({ length: 7 }, () => h('div', { class: 'bone' },
		h('span'), h('span'), h('span'))));
}

