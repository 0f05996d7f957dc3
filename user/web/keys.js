/* keys.js - shortcuts: one table for what they do and for the help. */

import { h, typing } from './dom.js';
import { dialog } from './toast.js';
import { t } from './words.js';

/* key, its word, what it does with the app */
export const KEYS = [
	['j', 'key.next', (app) => app.list.step(1)],
	['k', 'key.prev', (app) => app.list.step(-1)],
	['Enter', 'key.open', null],
	['u', 'key.back', (app) => app.closeThread()],
	['x', 'key.select', (app) => app.pick()],
	['e', 'do.archive', (app) => app.on('archive')],
	['#', 'do.delete', (app) => app.on('remove')],
	['!', 'do.junk', (app) => app.on('junk')],
	['s', 'do.star', (app) => app.on('star')],
	['m', 'do.read', (app) => app.on('read')],
	['r', 'do.reply', (app) => app.respond('reply')],
	['a', 'do.replyAll', (app) => app.respond('replyAll')],
	['f', 'do.forward', (app) => app.respond('forward')],
	['c', 'app.compose', (app) => app.compose()],
	['z', 'do.undo', (app) => app.undo()],
	['/', 'key.search', (app) => app.searchField.focus()],
	['?', 'key.help', () => help()],
];
const MORE = [['key.ctrl', 'key.send']];

function help() {
	const line = (keys, word) => h('div', {},
	    h('dt', {}, keys.map((k) => h('kbd', {}, k))),
	    h('dd', {}, t(word)));

	dialog(t('app.help'), h('dl', { class: 'keys' },
	    KEYS.map(([key, word]) => line([key === 'Enter' ?
		t('key.enter') : key], word)),
	    MORE.map(([key, word]) => line([t(key), t('key.enter')], word))),
	null, 'help');
}

export function showHelp() {
	help();
}

/* For a keydown, in the page or in the frame of a message. */
export function handle(app, event) {
	if (event.defaultPrevented || event.ctrlKey || event.metaKey ||
	    event.altKey || event.isComposing || typing(event.target) ||
	    document.querySelector('dialog[open]') !== null)
		return;
	if (event.target.closest?.('.compose') && event.key !== '?')
		return;
	if (event.key === 'Escape') {
		app.escape();
		return;
	}
	const alias = { ArrowDown: 'j', ArrowUp: 'k', Delete: '#' }[event.key];
	const inList = event.target.closest?.('.rows');
	const key = alias !== undefined && inList ? alias : event.key;
	const found = KEYS.find(([k, , work]) => k === key && work !== null);

	if (found === undefined)
		return;
	event.preventDefault();
	found[2](app);
}
