/* message.js - one message of a conversation. */

import { full, initials, nameOf, plain, tint } from './address.js';
import { h, icon, textButton } from './dom.js';
import { frame } from './frame.js';
import { has, status } from './model.js';
import { badge, parse, told } from './status.js';
import { t } from './words.js';
import { brief, day, size, whole } from './when.js';

const SHOWN = 3;

function people(list) {
	const all = list ?? [];
	const names = all.slice(0, SHOWN).map(nameOf).join(', ');

	return all.length > SHOWN ? `${names} ${t('read.more',
	    { n: all.length - SHOWN })}` : names;
}

export class Message {
	constructor(app, email, open) {
		this.app = app;
		this.email = email;
		this.el = h('article', { class: 'msg', data: { id: email.id } });
		this.from = email.from?.[0] ?? { name: null, email: '' };
		this.el.setAttribute('aria-label', t('read.unfold',
		    { who: nameOf(this.from), date: whole(email.receivedAt) }));
		this.inside = h('div', { class: 'inside' });
		this.#draw();
		this.open(open);
	}

	#draw() {
		const { email, from } = this;

		this.head = h('button', { type: 'button', class: 'msghead',
			onclick: () => this.open(!this.opened) },
		    h('span', { class: `face tint${tint(from)}`,
			'aria-hidden': 'true' }, initials(from)),
		    h('span', { class: 'names' },
			h('span', { class: 'who' }, nameOf(from)),
			h('span', { class: 'short' }, plain(email.preview)),
			h('span', { class: 'addr' }, t('read.to', {
			    who: people([...email.to ?? [],
				...email.cc ?? []]) || t('list.nobody') }))),
		    has(email, '$draft') ? h('span', { class: 'tag' },
			t('list.draft')) : null,
		    email.attachments?.length ? icon('clip') : null,
		    h('time', { datetime: email.receivedAt,
			title: whole(email.receivedAt) },
			brief(email.receivedAt)));
		this.el.append(this.head, this.inside);
	}

	/* Only what can change: whether it is a draft, or starred. */
	update(email) {
		this.email = email;
		this.el.classList.toggle('starred', has(email, '$flagged'));
	}

	open(on) {
		this.opened = on;
		this.el.classList.toggle('folded', !on);
		this.head.setAttribute('aria-expanded', String(on));
		this.inside.hidden = !on;
		if (on && !this.inside.hasChildNodes())
			this.inside.append(...[h('div', { class: 'facts' },
				this.#protection(), this.#details()),
			    this.#edit(), this.#pictures(), h('div',
				{ class: 'page' }, this.#frame(false)),
			    this.#attachments()].filter((x) => x !== null));
	}

	/* In words, from what the owner's side found; never from the message. */
	#protection() {
		const facts = parse(status(this.email));
		const b = badge(facts);
		const date = facts.first === null ? '' : day(facts.first);

		if (b === null)
			return null;

		return h('details', { class: `badge ${b.shade}` },
		    h('summary', {}, icon(b.icon), h('span', {},
			b.said.map((key) => t(key, { date })).join(', '))),
		    h('div', { class: 'why' }, told(facts).map((key) =>
			h('p', {}, t(key))),
			facts.key ? h('p', {}, t('read.key') + ' ',
			    h('code', {}, facts.key.replace(/(.{4})(?=.)/g,
				'$1 '))) : null));
	}

	#details() {
		const { email } = this;
		const line = (name, list) => list?.length ? [h('dt', {}, t(name)),
			h('dd', {}, list.map(full).join(', '))] : [];

		return h('details', { class: 'details' },
		    h('summary', {}, t('read.details')),
		    h('dl', {}, line('read.from', email.from),
			line('read.toField', email.to),
			line('read.cc', email.cc),
			h('dt', {}, t('read.date')),
			h('dd', {}, whole(email.receivedAt))));
	}

	#edit() {
		return has(this.email, '$draft') ? h('p', {},
		    textButton(t('do.edit'), () =>
			this.app.edit(this.email.id), 'primary')) : null;
	}

	#pictures() {
		this.bar = h('div', { class: 'pictures', hidden: true },
		    icon('image'), h('p', {}, h('strong', {}, t('read.images')),
			' ', t('read.imagesTell')),
		    textButton(t('read.imagesLoad'), () => {
			this.bar.hidden = true;
			this.frame.replaceWith(this.#frame(true));
		    }));
		return this.bar;
	}

	#frame(images) {
		this.frame = frame(this.email.id, images, t('read.body',
		    { who: nameOf(this.from) }), {
			found: (n) => {
				this.bar.hidden = images || n === 0;
			},
			key: (event) => this.app.key(event),
		});
		return this.frame;
	}

	#attachments() {
		const all = (this.email.attachments ?? []).filter((a) =>
		    a.blobId && !(a.disposition === 'inline' && a.cid));

		if (all.length === 0)
			return null;
		return h('div', { class: 'attached' },
		    h('h3', {}, t('read.attachments', { n: all.length })),
		    h('ul', { role: 'list' }, all.map((a) => h('li', {},
			this.#download(a)))));
	}

	#download(a) {
		const name = plain(a.name).replace(/[/\\]/g, '_') ||
		    t('read.unnamed');

		return h('a', { class: 'file', download: name, href:
		    this.app.jmap.download({ ...a, name }) }, icon('file'),
		    h('span', { class: 'hidden' }, t('read.download') + ' '),
		    h('span', { class: 'name' }, name), ' ',
		    h('span', { class: 'quiet' }, size(a.size)),
		    icon('download'));
	}
}
