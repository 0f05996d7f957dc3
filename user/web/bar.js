/*
 * bar.js - the head of the list: where one is, or what can be done to the
 * conversations that are selected.
 */

import { h, iconButton } from './dom.js';
import { t } from './words.js';

export function boxName(box) {
	return box.role && ['inbox', 'drafts', 'sent', 'archive', 'junk',
	    'trash'].includes(box.role) ? t('box.' + box.role) : box.name;
}

/* A folder to choose, as a select of the platform. */
export function moveMenu(app, threads) {
	const select = h('select', { class: 'move', 'aria-label': t('do.move'),
		title: t('do.move'), onchange: () => {
			const box = select.value;

			select.value = '';
			if (box !== '')
				app.actions.toBox(threads(), box);
		} }, h('option', { value: '' }, t('do.move')),
	    [...app.model.boxes.values()].filter((b) =>
		b.id !== app.route.box && b.role !== 'drafts').map((b) =>
		h('option', { value: b.id }, boxName(b))));

	return select;
}

export class Bar {
	constructor(list) {
		this.list = list;
		this.all = h('input', { type: 'checkbox',
			'aria-label': t('list.selectAll'),
			title: t('list.selectAll'),
			onchange: () => list.selectAll(this.all.checked) });
		this.title = h('h1', {});
		this.count = h('span', { class: 'count' });
		this.tools = h('div', { class: 'tools' });
		this.el = h('div', { class: 'bar' }, this.all, this.title,
		    this.count, this.tools);
	}

	draw() {
		const { selected, visible = [], total, route, loading } = this.list;
		const box = this.list.model.boxes.get(route.box);

		this.all.checked = selected.size > 0 &&
		    selected.size === visible.length;
		this.all.indeterminate = selected.size > 0 && !this.all.checked;
		this.all.disabled = visible.length === 0;
		if (selected.size > 0)
			this.title.textContent = t('list.selected',
			    { n: selected.size });
		else
			this.title.textContent = route.search ?
			    t('list.results') : box ? boxName(box) : '';
		this.count.textContent = selected.size > 0 ? '' : total === null ||
		    total === undefined ? (loading ? '…' : '') :
		    t(route.search ? 'list.found' : 'list.count', { n: total });
		if ((selected.size > 0) !== this.tools.hasChildNodes())
			this.tools.replaceChildren(...selected.size > 0 ?
			    this.#tools() : []);
	}

	#tools() {
		const { app } = this.list, a = app.actions;
		const some = () => this.list.targets();
		const button = (name, label, work) => iconButton(name, label, () => {
			const ids = some();

			this.list.selectAll(false);
			work(ids);
		});

		return [
			button('archive', t('do.archive'), (ids) => a.archive(ids)),
			button('trash', t('do.delete'), (ids) => a.remove(ids)),
			iconButton('unread', t('do.read'), () => a.read(some())),
			iconButton('star', t('do.star'), () => a.star(some())),
			moveMenu(app, some),
		];
	}
}
