/*
 * compose.js - a letter that is being written.  It is saved every few seconds;
 * sent, it can be taken back for ten.
 */

import { nameOf, valid } from './address.js';
import { Chips } from './chips.js';
import { h, icon, iconButton, textButton } from './dom.js';
import { Draft } from './draft.js';
import { Files } from './files.js';
import { ask, explain, toast, trouble, UNDO_MS } from './toast.js';
import { t } from './words.js';

export class Compose {
	/* start: {id?, to, cc, bcc, subject, text, attachments, ...} */
	constructor(app, start) {
		this.app = app;
		this.start = start;
		this.state = h('span', { class: 'quiet state', role: 'status' });
		this.will = h('p', { class: 'will', role: 'status' });
		this.draft = new Draft(app, start.id ?? null, () => this.letter(),
		    (state) => {
			this.state.textContent = t('write.' + state);
		    });
		this.files = new Files(app, start.attachments ?? [],
		    () => this.changed());
		this.#fields();
		this.#page();
		this.forecast();
	}

	#fields() {
		const { start } = this;
		const suggest = (text) => this.app.people.find(text);
		const chips = (name) => {
			const c = new Chips(t('write.' + name), suggest, () => {
				this.changed();
				this.forecast();
			});

			c.set(start[name] ?? []);
			return c;
		};

		[this.to, this.cc, this.bcc] = ['to', 'cc', 'bcc'].map(chips);
		this.subject = h('input', { type: 'text', id: 'subject',
			value: start.subject ?? '', autocomplete: 'off',
			oninput: () => this.changed() });
		this.text = h('textarea', { 'aria-label': t('write.text'),
			class: 'text', value: start.text ?? '',
			oninput: () => this.changed() });
	}

	#page() {
		const more = this.cc.people.length + this.bcc.people.length > 0;
		const rest = [this.cc.el, this.bcc.el];
		const show = textButton(t('write.more'), () => {
			rest.forEach((el) => {
				el.hidden = false;
			});
			show.hidden = true;
			this.cc.input.focus();
		}, 'flat', { hidden: more });

		rest.forEach((el) => {
			el.hidden = !more;
		});
		this.to.el.append(show);
		this.el = h('section', { class: 'compose', role: 'dialog',
			'aria-labelledby': 'compose-title',
			onkeydown: (e) => this.#key(e),
			ondragover: (e) => this.#drag(e, true),
			ondragleave: (e) => this.#drag(e, false),
			ondrop: (e) => this.#drop(e) },
		    this.#head(),
		    h('div', { class: 'sheet' }, this.to.el, ...rest,
			h('div', { class: 'field' },
			    h('label', { for: 'subject' }, t('write.subject')),
			    this.subject),
			this.text, this.files.el),
		    this.will, this.#foot(),
		    h('div', { class: 'dropzone', 'aria-hidden': 'true' },
			icon('clip'), t('write.drop')));
	}

	#head() {
		return h('div', { class: 'bar' }, h('h2', { id: 'compose-title' },
			this.start.subject || t('write.title')),
		    this.state, iconButton('close', t('app.close'),
			() => this.close()));
	}

	#foot() {
		this.sendButton = h('button', { type: 'button',
			class: 'btn primary', title: t('write.send'),
			onclick: () => this.send() }, icon('sent'),
			t('write.send'));
		return h('div', { class: 'foot' }, this.sendButton,
		    iconButton('clip', t('write.attach'), () =>
			this.files.input.click()), this.files.input,
		    h('span', { class: 'gap' }),
		    iconButton('trash', t('write.discard'), () =>
			this.discard()));
	}

	focus() {
		(this.to.people.length === 0 ? this.to.input : this.text).focus();
		this.text.setSelectionRange(0, 0);
	}

	letter() {
		return { ...this.start, from: this.app.from(),
			to: this.to.people, cc: this.cc.people,
			bcc: this.bcc.people,
			subject: this.subject.value, text: this.text.value,
			attachments: this.files.list.filter((f) => f.blobId) };
	}

	recipients() {
		return [...this.to.people, ...this.cc.people, ...this.bcc.people];
	}

	changed() {
		this.state.textContent = '';
		this.draft.touch();
	}

	/* What will happen, before it does. */
	async forecast() {
		const all = this.recipients().map((p) => p.email).filter(valid);
		const round = this.round = (this.round ?? 0) + 1;

		this.will.replaceChildren();
		if (all.length === 0)
			return;
		try {
			const clear = await this.app.jmap.clear(all);

			if (round === this.round)
				this.#say(clear);
		} catch {
			/* it is asked again before anything is sent */
		}
	}

	#say(clear) {
		this.will.className = clear.length > 0 ? 'will clear' : 'will e2e';
		this.will.replaceChildren(icon(clear.length > 0 ? 'open' : 'lock'),
		    h('span', {}, clear.length > 0 ?
			t('write.clear', { who: this.#who(clear) }) :
			t('write.e2e')));
	}

	#who(addresses) {
		return addresses.map((a) => nameOf(this.recipients().find((p) =>
		    p.email === a) ?? { email: a })).join(', ');
	}

	#key(event) {
		if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			this.send();
		} else if (event.key === 'Escape') {
			event.stopPropagation();
			this.close();
		}
	}

	#drag(event, on) {
		event.preventDefault();
		this.el.classList.toggle('dropping', on);
	}

	#drop(event) {
		this.#drag(event, false);
		this.files.add(event.dataTransfer.files);
	}

	#empty() {
		return this.recipients().length === 0 && this.draft.id === null &&
		    this.subject.value === (this.start.subject ?? '') &&
		    this.text.value === (this.start.text ?? '') &&
		    this.files.list.length === 0;
	}

	/* Away, kept among the drafts. */
	async close() {
		[this.to, this.cc, this.bcc].forEach((c) => c.commit());
		this.app.composeClosed(this);
		try {
			if (this.draft.dirty && !this.#empty())
				await this.draft.save();
			this.draft.stop();
			this.app.model.refresh();
		} catch (e) {
			trouble(e);
			this.app.write(this);
		}
	}

	/* Gone after ten seconds; a page that is left meanwhile keeps it. */
	discard() {
		const { draft } = this;

		this.app.composeClosed(this);
		draft.stop();
		if (draft.id === null && !draft.dirty)
			return;
		toast(t('done.discarded'), {
			undo: () => {
				this.app.write(this);
				draft.touch();
			},
			done: () => draft.discard().then(() =>
			    this.app.model.refresh(), trouble) });
	}

	#refused() {
		[this.to, this.cc, this.bcc].forEach((c) => c.commit());
		const bad = [this.to, this.cc, this.bcc].find((c) => c.bad());

		if (bad) {
			bad.input.focus();
			return t('write.badAddress', { who: bad.bad().email });
		}
		if (this.recipients().length === 0) {
			this.to.input.focus();
			return t('write.nobody');
		}
		return this.files.waiting() ? t('write.waitFiles') : null;
	}

	async send() {
		const why = this.#refused();

		if (why !== null || this.sending) {
			if (why !== null)
				toast(why, { bad: true });
			return;
		}
		this.sending = true;
		try {
			this.clear = await this.#mayBeClear();
			if (this.clear !== null) {
				await this.draft.save();
				this.#wait();
			}
		} catch (e) {
			trouble(e);
		}
		this.sending = false;
	}

	/* null: no.  One question a letter, and none about people that one has
	 * agreed about since the page was opened. */
	async #mayBeClear() {
		const clear = await this.app.jmap.clear(
		    this.recipients().map((p) => p.email));
		const asked = clear.filter((a) => !this.app.agreed.has(a));

		if (asked.length > 0 && !await ask(t('clear.title'),
		    t('clear.tell', { who: this.#who(asked) }),
		    t('clear.send'), t('clear.keep')))
			return null;
		asked.forEach((a) => this.app.agreed.add(a));
		return clear.length > 0;
	}

	/* Ten seconds in which it can be taken back.  A page that is left sends
	 * at once: that was asked for. */
	#wait() {
		this.app.composeClosed(this);
		const leave = () => now();
		const now = toast(t('done.sending', { s: UNDO_MS / 1000 }), {
			undo: () => {
				removeEventListener('pagehide', leave);
				this.app.write(this);
				toast(t('done.unsent'));
			},
			done: () => {
				removeEventListener('pagehide', leave);
				this.#submit();
			} });

		addEventListener('pagehide', leave);
	}

	async #submit() {
		try {
			await this.draft.submit({ clear: this.clear,
				identityId: this.app.identity?.id,
				answers: this.start.answers,
				mark: this.start.mark });
			toast(t('done.sent'));
		} catch (e) {
			if (e.type === 'pliClear')
				this.app.agreed.clear();
			toast(t('write.failed', { why: e.description ??
			    explain(e) }), { bad: true });
			this.app.write(this);
		}
	}
}
