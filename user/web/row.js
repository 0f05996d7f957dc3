/*
 * row.js - one line of the list: a conversation.  Its element lives as long as
 * the conversation is listed, so that what has the focus keeps it.
 */

import { initials, plain, tint } from './address.js';
import { h, icon } from './dom.js';
import { t } from './words.js';
import { brief, whole } from './when.js';

export class Row {
	constructor(list, id) {
		this.list = list;
		this.id = id;
		this.said = '';
		this.pick = h('input', { type: 'checkbox', tabindex: '-1',
			onchange: () => list.select(id, this.pick.checked) });
		this.face = h('span', { class: 'face', 'aria-hidden': 'true' });
		this.link = h('a', { class: 'rowlink', tabindex: '-1',
			onfocus: () => list.at(id),
			onclick: (e) => this.#clicked(e) });
		this.star = h('button', { type: 'button', class: 'ib star',
			tabindex: '-1', 'aria-label': t('do.star'),
			onclick: () => list.app.actions.star([id]) },
		    icon('star'));
		this.el = h('li', { class: 'row', data: { id } },
		    h('label', { class: 'pick' }, this.face, this.pick),
		    this.link, this.star);
	}

	#clicked(event) {
		if (event.ctrlKey || event.metaKey) {
			event.preventDefault();
			this.list.select(this.id, !this.pick.checked);
		} else if (event.shiftKey) {
			event.preventDefault();
			this.list.selectTo(this.id);
		}
	}

	show(about, href) {
		const said = JSON.stringify([about, href, new Date().getDate()]);

		if (said === this.said)
			return;
		this.said = said;
		this.link.setAttribute('href', href);
		this.link.replaceChildren(...this.#lines(about));
		this.face.textContent = initials(about.face);
		this.face.className = `face tint${tint(about.face)}`;
		this.pick.setAttribute('aria-label', t('list.select',
		    { subject: plain(about.subject) }));
		this.star.setAttribute('aria-pressed', String(about.starred));
		this.el.classList.toggle('unread', about.unread);
		this.el.classList.toggle('starred', about.starred);
	}

	#lines(about) {
		const mark = (name, word) => h('span', { class: 'mark',
			title: word }, icon(name),
		    h('span', { class: 'hidden' }, word));

		return [
			h('span', { class: 'line' },
			    about.unread ? h('span', { class: 'hidden' },
				t('list.unread') + ', ') : null,
			    about.draft ? h('span', { class: 'tag' },
				t('list.draft')) : null,
			    h('span', { class: 'who' }, about.who),
			    about.n > 1 ? h('span', { class: 'n',
				title: t('list.messages', { n: about.n }) },
				String(about.n)) : null,
			    h('time', { datetime: about.date,
				title: whole(about.date) }, brief(about.date))),
			h('span', { class: 'line' },
			    h('span', { class: 'subject' }, plain(about.subject)),
			    about.attachment ? mark('clip',
				t('list.attachment')) : null),
			h('span', { class: 'preview' }, about.found?.map((p) =>
			    p.mark ? h('mark', {}, plain(p.text)) :
				plain(p.text)) ?? plain(about.preview)),
		];
	}

	state(current, open, selected) {
		for (const el of [this.link, this.pick, this.star])
			el.tabIndex = current ? 0 : -1;
		this.el.classList.toggle('open', open);
		this.el.classList.toggle('selected', selected);
		this.pick.checked = selected;
		if (open)
			this.link.setAttribute('aria-current', 'true');
		else
			this.link.removeAttribute('aria-current');
	}
}
