/*
 * toast.js - short notices at the foot of the page, with a way back for ten
 * seconds; and questions that need an answer.
 */

import { h, icon, iconButton, textButton } from './dom.js';
import { t } from './words.js';

export const UNDO_MS = 10000;
const NOTICE_MS = 5000;

const region = h('div', { class: 'toasts', role: 'region',
	'aria-label': t('app.notices') });
/* what is read aloud: kept apart, so that buttons are not */
const live = h('div', { class: 'hidden', role: 'status',
	'aria-live': 'polite' });
const alerts = h('div', { class: 'hidden', role: 'alert' });

export function mountToasts(parent) {
	parent.append(region, live, alerts);
}

export function announce(text, urgent = false) {
	const where = urgent ? alerts : live;

	where.textContent = '';
	where.append(text);
}

/* undo: puts a button there.  done: called once when the time is over and
 * nobody took it back.  Comes back with a function that ends it now. */
export function toast(text, { undo, done, bad = false } = {}) {
	const ms = undo ? UNDO_MS : NOTICE_MS;
	let timer = null;
	const el = h('div', { class: 'toast' + (bad ? ' bad' : '') +
	    (undo ? ' timed' : '') }, icon(bad ? 'warn' : 'check'),
	    h('span', {}, text));
	const end = (then) => {
		if (timer === null)
			return;
		clearTimeout(timer);
		timer = null;
		el.remove();
		then?.();
	};

	if (undo)
		el.append(textButton(t('do.undo'), () => end(undo), 'flat'));
	el.undo = undo ? () => end(undo) : null;
	el.append(iconButton('close', t('app.close'), () => end(done)));
	region.append(el);
	announce(text, bad);
	timer = setTimeout(() => end(done), bad ? 2 * UNDO_MS : ms);
	return () => end(done);
}

/* Takes back what was done last. */
export function undoLast() {
	[...region.children].findLast((el) => el.undo)?.undo();
}

export function explain(error) {
	if (error.type === 'offline')
		return t('error.offline');
	if (error.type === 'session')
		return t('error.session');
	if (error.type === 'unsupportedFilter')
		return t('error.filter');
	return t('error.server', { why: error.description ?? error.type ??
	    error.message });
}

export function trouble(error) {
	toast(explain(error), { bad: true });
}

/* A dialog of the browser's own: it keeps the focus and gives it back. */
export function dialog(title, content, buttons, cls = '') {
	const back = document.activeElement;
	const heading = h('h2', { id: 'dialog-title' }, title);
	const el = h('dialog', { class: cls, 'aria-labelledby': 'dialog-title' },
	    h('div', { class: 'dialog-head' }, heading,
		iconButton('close', t('app.close'), () => el.close())),
	    content, buttons ? h('div', { class: 'dialog-foot' }, buttons) : null);

	el.addEventListener('close', () => {
		el.remove();
		back?.focus?.();
	});
	document.body.append(el);
	el.showModal();
	return el;
}

export function ask(title, text, yes, no = t('app.cancel')) {
	return new Promise((resolve) => {
		let answer = false;
		const sure = textButton(yes, () => {
			answer = true;
			el.close();
		}, 'danger');
		const el = dialog(title, h('p', {}, text),
		    [textButton(no, () => el.close(), '', { autofocus: true }),
			sure], 'ask');

		el.addEventListener('close', () => resolve(answer));
	});
}
