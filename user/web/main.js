/*
 * main.js - the page: where one is (in the address, so that Back works), and
 * the parts that show it.
 */

import { nameOf } from './address.js';
import { Actions } from './actions.js';
import { ask } from './ask.js';
import { Compose } from './compose.js';
import { h, icon, iconButton, textButton } from './dom.js';
import { Folders } from './folders.js';
import { Jmap } from './jmap.js';
import { handle, showHelp } from './keys.js';
import { List } from './list.js';
import { Model } from './model.js';
import { People, showPeople } from './people.js';
import { EXAMPLES } from './query.js';
import { Reader } from './reader.js';
import * as letters from './reply.js';
import { settings } from './settings.js';
import { announce, explain, mountToasts, toast, trouble, undoLast }
    from './toast.js';
import { language, t } from './words.js';
import { whole } from './when.js';

const TYPING_MS = 200;

class App {
	constructor() {
		this.root = document.getElementById('app');
		this.jmap = new Jmap();
		this.model = new Model(this.jmap);
		this.route = {};
		this.agreed = new Set();
		this.listWords = { me: t('list.me'), to: t('list.to', { who: '{who}' }),
			nobody: t('list.nobody'), nosubject: t('list.nosubject') };
	}

	async start() {
		document.documentElement.lang = language;
		this.root.replaceChildren(h('div', { class: 'splash',
			role: 'status' }, h('span', { class: 'wax' }),
		    t('app.loading')));
		try {
			await this.jmap.open();
			await Promise.all([this.model.load(),
			    this.#identities()]);
		} catch (e) {
			this.root.replaceChildren(h('main', { class: 'splash' },
			    h('span', { class: 'wax' }), h('p', { role: 'alert' },
				explain(e)), textButton(t('error.retry'), () =>
				    this.start())));
			return;
		}
		this.#build();
		addEventListener('hashchange', () => this.#routed());
		addEventListener('keydown', (e) => handle(this, e));
		this.#routed();
		this.#listen();
	}

	async #identities() {
		const local = { name: localStorage.getItem('pli.name'),
			textSignature: localStorage.getItem('pli.signature') };

		this.identities = [];
		if (this.jmap.using.some((u) => u.endsWith(':submission')))
			this.identities = (await this.jmap.call([
				['Identity/get', { ids: null }]]))[0].list;
		this.identity = { name: '', textSignature: '',
			email: this.jmap.username, ...this.identities[0] };
		for (const k of Object.keys(local))
			if (local[k] !== null && !this.identity[k])
				this.identity[k] = local[k];
		this.self = [...this.identities, { email: this.jmap.username }];
	}

	/* On the server; where that keeps none, in this browser. */
	async saveIdentity(values) {
		const kept = ({ name, textSignature }) => {
			localStorage.setItem('pli.name', name);
			localStorage.setItem('pli.signature', textSignature);
		};

		try {
			const [got] = await this.jmap.call([['Identity/set', {
				update: { [this.identity.id]: values } }]]);

			if (got.notUpdated?.[this.identity.id])
				kept(values);
		} catch (e) {
			if (['offline', 'session'].includes(e.type))
				throw e;
			kept(values);
		}
		Object.assign(this.identity, values);
	}

	from() {
		return { name: this.identity.name || null,
			email: this.identity.email };
	}

	#listen() {
		const { model } = this;

		this.source = this.jmap.listen(() => model.refresh());
		/* what happened while the line was down */
		this.source.addEventListener('open', () => model.refresh());
		addEventListener('online', () => model.refresh());
		model.addEventListener('arrived', (e) =>
		    announce(t('list.new', { n: e.detail })));
		model.addEventListener('trouble', (e) => {
			if (e.detail.type === 'session')
				trouble(e.detail);
		});
		model.addEventListener('changed', () => this.#title());
	}

	/* --- the page --- */

	#build() {
		this.actions = new Actions(this);
		this.people = new People(this);
		this.list = new List(this);
		this.reader = new Reader(this);
		this.folders = new Folders(this);
		this.middle = h('div', { class: 'middle' }, this.#top(),
		    this.list.el);
		this.root.replaceChildren(
		    h('a', { class: 'skip', href: '#list', onclick: (e) => {
			e.preventDefault();
			this.list.focus();
		    } }, t('app.skip')),
		    this.folders.el,
		    h('button', { type: 'button', class: 'shade',
			'aria-hidden': 'true', tabindex: '-1',
			onclick: () => this.#drawer(false) }),
		    this.middle, this.reader.el);
		mountToasts(document.body);
	}

	#top() {
		this.searchField = h('input', { type: 'search', id: 'search',
			'aria-label': t('list.search'),
			placeholder: t('list.search'), autocomplete: 'off',
			'aria-describedby': 'search-hint',
			oninput: () => this.#typed(),
			onkeydown: (e) => this.#searchKey(e) });
		this.menu = iconButton('menu', t('app.menu'), () =>
		    this.#drawer(true), { class: 'ib menu',
			'aria-expanded': 'false', 'aria-controls': 'folders' });
		return h('header', { class: 'top' }, this.menu,
		    h('search', { class: 'search', role: 'search' },
			icon('search'), this.searchField,
			h('p', { class: 'hint', id: 'search-hint' },
			    t('list.hint'), EXAMPLES.map((x) => [' ',
				h('code', {}, x)]))),
		    iconButton('pen', t('app.compose'), () => this.compose(),
			{ class: 'ib small-write' }));
	}

	#drawer(on) {
		document.body.classList.toggle('drawer', on);
		this.menu.setAttribute('aria-expanded', String(on));
		if (on)
			this.folders.el.querySelector('[aria-current], a').focus();
	}

	narrow() {
		return matchMedia('(max-width: 759px)').matches;
	}

	/* --- where one is --- */

	link({ box, search, thread }) {
		const at = search ? ['s', search] : ['b', box];

		return '#/' + [...at, ...thread ? ['t', thread] : []]
		    .map(encodeURIComponent).join('/');
	}

	go(route, instead = false) {
		if (instead)
			location.replace(this.link(route));
		else
			location.hash = this.link(route);
	}

	#routed() {
		let parts = [];

		try {
			parts = location.hash.slice(2).split('/')
			    .map(decodeURIComponent);
		} catch {
			/* an address that is none: the inbox */
		}
		const thread = parts[2] === 't' ? parts[3] : null;
		const before = this.route;

		if (parts[0] === 's' && parts[1])
			this.route = { search: parts[1], box: null, thread };
		else
			this.route = { box: this.model.boxes.has(parts[1]) ?
				parts[1] : (this.model.byRole('inbox') ??
				[...this.model.boxes.values()][0])?.id, thread };
		this.home = this.route.box ?? this.home;
		/* whether Back leads to the list */
		this.fromList = thread ? this.fromList ||
		    'box' in before && !before.thread : false;
		this.#show(before);
	}

	#show(before) {
		const { thread, search } = this.route;

		document.body.classList.toggle('reading', Boolean(thread));
		this.#drawer(false);
		if (document.activeElement !== this.searchField)
			this.searchField.value = search ?? '';
		this.list.show(this.route);
		this.folders.draw();
		if (thread)
			this.reader.show(thread, document.activeElement !==
			    this.searchField);
		else {
			this.reader.nothing();
			if (before.thread)
				this.list.focus();
		}
		this.#title();
	}

	#title() {
		const n = this.model.byRole('inbox')?.unreadEmails ?? 0;

		document.title = `${n > 0 ? `(${n}) ` : ''}pli · ${
		    this.jmap.username}`;
	}

	closeThread() {
		if (this.route.thread && this.fromList)
			history.back();
		else if (this.route.thread)
			this.go({ ...this.route, thread: null });
	}

	/* These conversations go: the next one takes the place of an open one. */
	leaving(ids) {
		const next = this.list.after(ids);

		if (ids.includes(this.list.current))
			this.list.current = next;
		if (ids.includes(this.route.thread))
			this.go({ ...this.route, thread: this.narrow() ? null :
				next }, true);
		else
			setTimeout(() => document.activeElement ===
			    document.body && this.list.focus());
	}

	escape() {
		if (document.body.classList.contains('drawer')) {
			this.#drawer(false);
			this.menu.focus();
		} else if (this.list.selected.size > 0)
			this.list.selectAll(false);
		else
			this.closeThread();
	}

	/* --- search --- */

	#typed() {
		clearTimeout(this.typed);
		this.typed = setTimeout(() => this.#search(), TYPING_MS);
	}

	#search() {
		const search = this.searchField.value.trim();

		clearTimeout(this.typed);
		if (search === (this.route.search ?? ''))
			return;
		if (search !== '')
			this.go({ search }, Boolean(this.route.search));
		else
			this.go({ box: this.home ?? this.model.byRole('inbox')?.id });
	}

	#searchKey(event) {
		if (event.key === 'Enter' || event.key === 'ArrowDown') {
			event.preventDefault();
			this.#search();
			this.list.focus();
		} else if (event.key === 'Escape') {
			event.preventDefault();
			this.searchField.value = '';
			this.#search();
			this.list.focus();
		}
	}

	/* --- commands --- */

	on(what) {
		const ids = this.list.targets();

		if (ids.length === 0)
			return;
		if (what === 'junk')
			this.actions.toRole(ids, 'junk');
		else
			this.actions[what](ids);
	}

	pick() {
		const id = this.list.current ?? this.list.visible[0];

		if (id)
			this.list.select(id, !this.list.selected.has(id));
	}

	undo() {
		undoLast();
	}

	key(event) {
		handle(this, event);
	}

	settings() {
		settings(this);
	}

	help() {
		showHelp();
	}

	showPeople() {
		this.#drawer(false);
		showPeople(this);
	}

	async logout() {
		try {
			await ask('/session', { method: 'DELETE' });
		} finally {
			this.source.close();
			location.replace('/login#bye');
		}
	}

	/* --- letters --- */

	boxWord(role) {
		return t('box.' + role);
	}

	composeTo(to) {
		this.compose({ to, text:
		    letters.signed(this.identity.textSignature) });
	}

	/* One at a time: a letter that answers puts another away, saved. */
	compose(start) {
		if (start === undefined && this.writing)
			this.writing.focus();
		else
			this.write(new Compose(this, start ?? { text:
			    letters.signed(this.identity.textSignature) }));
	}

	write(compose) {
		if (this.writing)
			this.writing.close();
		this.writing = compose;
		this.root.append(compose.el);
		this.#behind(this.narrow());
		compose.focus();
	}

	/* A letter that covers everything: nothing behind it can be reached. */
	#behind(inert) {
		for (const el of [this.folders.el, this.middle, this.reader.el])
			el.inert = inert;
	}

	composeClosed(compose) {
		compose.el.remove();
		if (this.writing === compose)
			this.writing = null;
		this.#behind(false);
		if (this.route.thread)
			this.reader.title.focus({ preventScroll: true });
		else
			this.list.focus();
	}

	respond(how) {
		if (this.route.thread)
			this.reader.respond(how);
	}

	/* how: reply, replyAll, forward */
	async answer(email, how) {
		try {
			const all = await this.model.body(email.id);
			const start = this.#answer(all, how);

			start.text = letters.signed(this.identity.textSignature) +
			    start.text;
			this.compose(start);
		} catch (e) {
			trouble(e);
		}
	}

	#answer(email, how) {
		const body = bodyText(email);
		const who = nameOf(email.from?.[0] ?? {});

		if (how !== 'forward')
			return letters.reply(email, body, how === 'replyAll',
			    this.self, { wrote: t('write.wrote', {
				date: whole(email.receivedAt), who }) });
		const line = (word, text) => `${t(word)}: ${text}`;

		return letters.forward(email, body, { head: [
			t('write.fwHead'), line('read.from', who),
			line('read.date', whole(email.receivedAt)),
			line('write.subject', email.subject ?? ''),
			line('read.toField', (email.to ?? []).map(nameOf)
			    .join(', '))].join('\n') });
	}

	/* A draft that lies there. */
	async edit(id) {
		try {
			const email = await this.model.body(id);

			if (email)
				this.compose({ id, to: email.to ?? [],
					cc: email.cc ?? [], bcc: email.bcc ?? [],
					subject: email.subject ?? '',
					text: bodyText(email),
					inReplyTo: email.inReplyTo,
					references: email.references,
					attachments: email.attachments ?? [] });
			else
				toast(t('error.gone'), { bad: true });
		} catch (e) {
			trouble(e);
		}
	}
}

/* What a person would quote: the text, or of HTML what its parser reads,
 * in a document of its own in which nothing runs and nothing is loaded. */
function bodyText(email) {
	return (email.textBody ?? []).map((part) => {
		const value = email.bodyValues?.[part.partId]?.value ?? '';

		if (part.type !== 'text/html')
			return value.replace(/\r\n/g, '\n');
		const doc = new DOMParser().parseFromString(value.replace(
		    /<(br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, '$&\n'),
		    'text/html');

		doc.querySelectorAll('script, style, title').forEach((el) =>
		    el.remove());
		return doc.body.textContent.replace(/[ \t]+/g, ' ')
		    .replace(/ ?\n ?/g, '\n').replace(/\n{3,}/g, '\n\n').trim();
	}).join('\n');
}

const app = new App();

app.start();
