/* folders.js - the folders, and what concerns the whole. */

import { boxName } from './bar.js';
import { arrange, h, icon } from './dom.js';
import { t } from './words.js';

const ICONS = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash'];

export class Folders {
	constructor(app) {
		this.app = app;
		this.items = new Map();
		this.ul = h('ul', { role: 'list' });
		const tool = (name, word, work) => h('button', { type: 'button',
			class: 'navbtn', onclick: work }, icon(name), t(word));

		this.el = h('nav', { class: 'folders', id: 'folders',
			'aria-label': t('app.folders') },
		    h('div', { class: 'brand' }, h('span', { class: 'wax',
			'aria-hidden': 'true' }), h('span', {}, 'pli')),
		    h('button', { type: 'button', class: 'btn primary write',
			onclick: () => app.compose() }, icon('pen'),
			t('app.compose')),
		    this.ul,
		    h('div', { class: 'navfoot' },
			h('p', { class: 'quiet me', title: app.jmap.username },
			    app.jmap.username),
			tool('people', 'app.people', () => app.showPeople()),
			tool('settings', 'app.settings', () => app.settings()),
			tool('help', 'app.help', () => app.help()),
			tool('out', 'app.logout', () => app.logout())));
		app.model.addEventListener('changed', () => this.draw());
		app.model.addEventListener('reset', () => this.draw());
	}

	draw() {
		const boxes = [...this.app.model.boxes.values()];

		arrange(this.ul, boxes.map((box) => {
			if (!this.items.has(box.id))
				this.items.set(box.id, h('li', {}));
			const li = this.items.get(box.id);

			this.#item(li, box);
			return li;
		}));
	}

	#item(li, box) {
		const here = this.app.route.box === box.id;
		const n = box.role === 'drafts' ? box.totalEmails :
		    ['sent', 'trash'].includes(box.role) ? 0 :
		    box.unreadThreads ?? box.unreadEmails ?? 0;
		const said = JSON.stringify([box.name, n, here]);

		if (li.dataset.said === said)
			return;
		const focused = li.contains(document.activeElement);
		const a = h('a', { class: here ? 'box here' : 'box',
			href: this.app.link({ box: box.id }),
			'aria-current': here ? 'page' : null },
		    icon(ICONS.includes(box.role) ? box.role : 'folder'),
		    h('span', { class: 'name' }, boxName(box)),
		    n > 0 ? [' ', h('span', { class: 'n' }, String(n))] : null,
		    n > 0 && box.role !== 'drafts' ? h('span',
			{ class: 'hidden' }, ' ' + t('list.unread')) : null);

		li.dataset.said = said;
		li.replaceChildren(a);
		if (focused)
			a.focus();
	}
}
