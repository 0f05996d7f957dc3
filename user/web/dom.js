/*
 * dom.js - elements, made one by one.  Foreign text gets into a page as text
 * nodes and attribute values alone: there is no markup from strings anywhere.
 */

import { PATHS } from './icons.js';

const NEVER = new Set(['style', 'srcdoc', 'innerHTML', 'outerHTML']);
const SVG = 'http://www.w3.org/2000/svg';

function attribute(el, name, value) {
	if (NEVER.has(name))
		throw new Error(name);
	if (value === null || value === undefined || value === false)
		return;
	if (typeof value === 'function')
		el.addEventListener(name.slice(2), value);
	else if (name === 'data')
		Object.assign(el.dataset, value);
	else if (name === 'value' || name === 'checked')
		el[name] = value;
	else
		el.setAttribute(name, value === true ? '' : value);
}

/* h('a', {href: '#', onclick: f}, 'text', child, null, [more]) */
export function h(tag, attrs, ...kids) {
	const el = document.createElement(tag);

	el.append(...kids.flat(2).filter((k) => k !== null &&
	    k !== undefined && k !== false));
	for (const [name, value] of Object.entries(attrs ?? {}))
		attribute(el, name, value);
	return el;
}

export function icon(name) {
	const svg = document.createElementNS(SVG, 'svg');

	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('class', 'icon');
	svg.setAttribute('aria-hidden', 'true');
	for (const d of PATHS[name] ?? []) {
		const path = document.createElementNS(SVG, 'path');

		path.setAttribute('d', d);
		svg.append(path);
	}
	return svg;
}

/* A button that shows a picture: its name is for those who do not see it. */
export function iconButton(name, label, onclick, more = {}) {
	return h('button', { type: 'button', class: 'ib', 'aria-label': label,
		title: label, onclick, ...more }, icon(name));
}

export function textButton(label, onclick, cls = '', more = {}) {
	return h('button', { type: 'button', class: `btn ${cls}`, onclick,
		...more }, label);
}

export function typing(target) {
	return target instanceof Element && (target.isContentEditable ||
	    target.matches('input:not([type=checkbox]), textarea, select'));
}

/* Children as `wanted` has them, with nothing moved that stands right: what
 * has the focus keeps it. */
export function arrange(parent, wanted) {
	const keep = new Set(wanted);
	let at = parent.firstChild;

	for (const el of wanted) {
		while (at !== null && !keep.has(at)) {
			const next = at.nextSibling;

			at.remove();
			at = next;
		}
		if (at === el)
			at = at.nextSibling;
		else
			parent.insertBefore(el, at);
	}
	while (at !== null) {
		const next = at.nextSibling;

		at.remove();
		at = next;
	}
}
