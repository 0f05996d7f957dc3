/*
 * chips.js - a field for people: each address a chip, and suggestions of those
 * that were written to.
 */

import { full, nameOf, parseList, same, valid } from './address.js';
import { h, icon } from './dom.js';
import { t } from './words.js';

const MOST = 6;
let count = 0;

export class Chips {
	/* suggest(text) gives people; changed() is told of each change. */
	constructor(label, suggest, changed) {
		const id = `chips${++count}`;

		this.people = [];
		this.suggest = suggest;
		this.changed = changed;
		this.at = -1;
		this.ul = h('ul', { class: 'chips', role: 'list' });
		this.box = h('ul', { class: 'suggest', id: id + 'l', hidden: true,
			role: 'listbox', 'aria-label': t('write.people') });
		this.input = h('input', { type: 'text', id, inputmode: 'email',
			autocomplete: 'off', autocapitalize: 'off',
			spellcheck: 'false', role: 'combobox',
			'aria-expanded': 'false', 'aria-autocomplete': 'list',
			'aria-controls': id + 'l',
			oninput: () => this.#typed(),
			onkeydown: (e) => this.#key(e),
			onblur: () => this.commit(),
			onpaste: (e) => this.#paste(e) });
		this.el = h('div', { class: 'field people', onclick: (e) => {
			if (e.target === this.el || e.target === this.ul)
				this.input.focus();
		} }, h('label', { for: id }, label), h('div', { class: 'in' },
		    this.ul, this.input, this.box));
	}

	set(people) {
		this.people = [...people];
		this.#draw();
	}

	add(people) {
		for (const p of people)
			if (!this.people.some((q) => same(p, q)))
				this.people.push(p);
		this.#draw();
		this.changed();
	}

	bad() {
		return this.people.find((p) => !valid(p.email));
	}

	/* What stands there unfinished becomes a chip. */
	commit() {
		const text = this.input.value;

		this.#close();
		this.input.value = '';
		if (text.trim() !== '')
			this.add(parseList(text));
	}

	#draw() {
		this.ul.replaceChildren(...this.people.map((p) => h('li', {
			class: valid(p.email) ? 'chip' : 'chip bad',
			title: full(p) }, h('span', {}, nameOf(p)),
		    h('button', { type: 'button', 'aria-label':
			t('write.remove', { name: nameOf(p) }),
			onclick: () => this.#remove(p) }, icon('close')))));
	}

	#remove(p) {
		this.people = this.people.filter((q) => q !== p);
		this.#draw();
		this.changed();
		this.input.focus();
	}

	#paste(event) {
		const text = event.clipboardData?.getData('text') ?? '';

		if (!/[,;\n<]/.test(text))
			return;
		event.preventDefault();
		this.add(parseList(this.input.value + text));
		this.input.value = '';
	}

	async #typed() {
		const text = this.input.value.trim();

		if (/[,;]$/.test(text)) {
			this.commit();
			return;
		}
		const found = text === '' ? [] : (await this.suggest(text))
		    .filter((p) => !this.people.some((q) => same(p, q)))
		    .slice(0, MOST);

		if (text !== this.input.value.trim())
			return;
		this.found = found;
		this.at = -1;
		this.box.replaceChildren(...found.map((p, i) => h('li', {
			role: 'option', id: `${this.box.id}${i}`,
			'aria-selected': 'false',
			onmousedown: (e) => {
				e.preventDefault();
				this.#choose(i);
			} }, h('span', {}, nameOf(p)),
		    h('span', { class: 'quiet' }, p.name ? p.email : ''))));
		this.box.hidden = found.length === 0;
		this.input.setAttribute('aria-expanded',
		    String(found.length > 0));
	}

	#choose(i) {
		const chosen = this.found[i];

		this.input.value = '';
		this.#close();
		this.add([chosen]);
	}

	#close() {
		this.box.hidden = true;
		this.found = [];
		this.input.setAttribute('aria-expanded', 'false');
		this.input.removeAttribute('aria-activedescendant');
	}

	#mark(i) {
		this.at = i;
		[...this.box.children].forEach((li, k) =>
		    li.setAttribute('aria-selected', String(k === i)));
		this.input.setAttribute('aria-activedescendant',
		    `${this.box.id}${i}`);
	}

	#key(event) {
		const open = !this.box.hidden, n = this.found?.length ?? 0;

		if (open && event.key === 'ArrowDown')
			this.#mark((this.at + 1) % n);
		else if (open && event.key === 'ArrowUp')
			this.#mark((this.at - 1 + n) % n);
		else if (open && event.key === 'Escape')
			this.#close();
		else if (event.key === 'Enter' && !event.ctrlKey &&
		    !event.metaKey)
			if (open && this.at >= 0)
				this.#choose(this.at);
			else
				this.commit();
		else if (event.key === 'Backspace' && this.input.value === '' &&
		    this.people.length > 0)
			this.#remove(this.people.at(-1));
		else
			return;
		event.preventDefault();
		event.stopPropagation();
	}
}
