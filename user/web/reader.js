/* reader.js - one conversation, its messages folded or not. */

import { plain } from './address.js';
import { moveMenu } from './bar.js';
import { arrange, h, icon, iconButton, textButton } from './dom.js';
import { empty } from './list.js';
import { Message } from './message.js';
import { has } from './model.js';
import { topic } from './reply.js';
import { explain, trouble } from './toast.js';
import { t } from './words.js';

export class Reader {
	constructor(app) {
		this.app = app;
		this.model = app.model;
		this.id = null;
		this.messages = new Map();
		this.title = h('h2', { tabindex: '-1' });
		this.tools = h('div', { class: 'tools' });
		this.body = h('div', { class: 'messages' });
		this.answer = h('div', { class: 'answer' });
		this.el = h('main', { class: 'reader', id: 'reader',
			'aria-label': t('app.reader') });
		this.model.addEventListener('changed', () => this.#changed());
		this.nothing();
	}

	nothing() {
		this.id = null;
		this.messages.clear();
		this.el.replaceChildren(empty('mail', t('read.pick'),
		    t('read.pickHint')));
	}

	async show(id, focus) {
		if (id === this.id)
			return;
		this.id = id;
		this.messages.clear();
		this.marked = new Set();
		this.body.replaceChildren();
		this.#heading();
		this.el.setAttribute('aria-busy', 'true');
		this.el.replaceChildren(this.#top(), h('div', {
			class: 'scroller' }, this.title, this.body, this.answer));
		this.answer.replaceChildren();
		if (this.model.thread(id).length === 0)
			this.body.append(h('p', { class: 'quiet', role: 'status' },
			    t('read.loading')));
		if (focus)
			this.title.focus({ preventScroll: true });
		await this.#load(id, true);
	}

	#top() {
		const { app } = this, ids = () => [this.id];
		const a = app.actions;

		this.star = iconButton('star', t('do.star'), () => a.star(ids()),
		    { class: 'ib star' });
		this.tools.replaceChildren(
		    iconButton('archive', t('do.archive'), () => a.archive(ids())),
		    iconButton('trash', t('do.delete'), () => a.remove(ids())),
		    iconButton('junk', t('do.junk'), () =>
			a.toRole(ids(), 'junk'), { class: 'ib wide' }),
		    iconButton('unread', t('do.unread'), () => this.unread()),
		    this.star, moveMenu(app, ids));
		return h('div', { class: 'bar' }, iconButton('back', t('app.back'),
		    () => app.closeThread(), { class: 'ib backward' }),
		    this.tools);
	}

	#heading() {
		const last = this.model.thread(this.id).at(-1);

		this.title.textContent = plain(topic(last?.subject)) ||
		    (last ? t('list.nosubject') : '');
		this.star?.setAttribute('aria-pressed', String(
		    this.model.thread(this.id).some((e) => has(e, '$flagged'))));
	}

	async #load(id, first) {
		try {
			const emails = await this.model.read(id);

			if (id !== this.id)
				return;
			this.el.setAttribute('aria-busy', 'false');
			if (emails === null)
				this.#trouble(t('error.gone'));
			else
				this.#draw(first);
		} catch (e) {
			if (id === this.id)
				this.#trouble(explain(e), () => {
					this.id = null;
					this.show(id);
				});
		}
	}

	#trouble(text, again) {
		this.el.setAttribute('aria-busy', 'false');
		this.body.replaceChildren(empty('warn', t('error.read'), text,
		    again ? textButton(t('error.retry'), again) : null));
	}

	/* Of what was thrown away only what the view is about. */
	#shown() {
		const trash = this.model.byRole('trash')?.id;
		const all = this.model.thread(this.id);
		const some = all.filter((e) => !e.mailboxIds[trash]);

		return this.app.route.box === trash || some.length === 0 ? all :
		    some;
	}

	#draw(first) {
		const emails = this.#shown();
		const unread = emails.filter((e) => !has(e, '$seen'));
		const last = emails.at(-1);

		this.#heading();
		for (const email of emails) {
			if (!this.messages.has(email.id))
				this.messages.set(email.id, new Message(this.app,
				    email, email === last ||
				    unread.includes(email)));
			this.messages.get(email.id).update(email);
		}
		arrange(this.body, emails.map((e) =>
		    this.messages.get(e.id).el));
		this.#answers(emails);
		this.#seen(unread);
		if (first && emails.length > 1)
			(this.messages.get((unread[0] ?? last).id)).el
			    .scrollIntoView({ block: 'nearest' });
	}

	/* Each once, so that what is marked as unread stays so. */
	#seen(unread) {
		const some = unread.filter((e) => !this.marked.has(e.id));

		some.forEach((e) => this.marked.add(e.id));
		if (some.length > 0)
			this.model.keyword(some, '$seen', true).catch(trouble);
	}

	#answers(emails) {
		const last = emails.findLast((e) => !has(e, '$draft'));
		const go = (how) => this.app.answer(last, how);
		const several = last && (last.to?.length ?? 0) +
		    (last.cc?.length ?? 0) > 1;
		const button = (name, how) => h('button', { type: 'button',
			class: 'btn', onclick: () => go(how) }, icon(name),
			t('do.' + how));

		if (!last || this.answered === last.id + several &&
		    this.answer.hasChildNodes())
			return;
		this.answered = last.id + several;
		this.answer.replaceChildren(button('reply', 'reply'),
		    several ? button('replyAll', 'replyAll') : '',
		    button('forward', 'forward'));
	}

	#changed() {
		if (this.id === null || this.el.getAttribute('aria-busy') === 'true')
			return;
		const known = this.#shown();

		if (known.length === 0) {
			this.app.leaving([this.id]);
			return;
		}
		this.#heading();
		if (known.some((e) => !this.messages.has(e.id)))
			this.#load(this.id, false);
		else
			this.#draw(false);
	}

	/* Stays unread until it is opened again. */
	unread() {
		const emails = this.#shown();

		emails.forEach((e) => this.marked.add(e.id));
		this.model.keyword(emails.slice(-1), '$seen', false)
		    .catch(trouble);
		this.app.closeThread();
	}

	respond(how) {
		const last = this.#shown().findLast((e) => !has(e, '$draft'));

		if (last)
			this.app.answer(last, how);
	}
}
