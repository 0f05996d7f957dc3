/*
 * login.js - the page that a one-time link opens: /login#TOKEN.  What stands
 * behind "#" is sent by no browser by itself, and leaves the address at once.
 */

import { ask } from './ask.js';
import { h } from './dom.js';
import { language, t } from './words.js';

const root = document.getElementById('app');
const token = location.hash.slice(1);

function say(role, ...lines) {
	root.replaceChildren(h('main', { class: 'splash' },
	    h('span', { class: 'wax', 'aria-hidden': 'true' }),
	    h('div', { role }, lines)));
}

function over(title, hint) {
	say('alert', h('h1', {}, t(title)), h('p', { class: 'quiet' },
	    t(hint)));
}

async function exchange() {
	history.replaceState(null, '', location.pathname);
	if (token === 'bye') {
		over('login.bye', 'login.hint');
		return;
	}
	say('status', h('p', {}, t('login.wait')));
	try {
		const answer = token === '' ? null : await ask('/session', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ token }) });

		if (answer?.ok)
			location.replace('/');
		else
			over('login.title', 'login.hint');
	} catch {
		over('error.offline', 'login.hint');
	}
}

document.documentElement.lang = language;
exchange();
