/* when.js - dates and sizes as they are said here. */

import { language, t } from './words.js';

const formats = {
	time: { hour: '2-digit', minute: '2-digit' },
	weekday: { weekday: 'short' },
	day: { day: 'numeric', month: 'short' },
	date: { day: 'numeric', month: 'short', year: 'numeric' },
	long: { day: 'numeric', month: 'long' },
	longYear: { day: 'numeric', month: 'long', year: 'numeric' },
	full: { weekday: 'long', day: 'numeric', month: 'long',
	    year: 'numeric', hour: '2-digit', minute: '2-digit' },
};
const tag = language === 'fr' ? 'fr' : 'en-GB';
const made = {};

function say(how, at) {
	made[how] ??= new Intl.DateTimeFormat(tag, formats[how]);
	return made[how].format(at);
}

function days(at, now) {
	const midnight = (d) => new Date(d.getFullYear(), d.getMonth(),
	    d.getDate());

	return Math.round((midnight(now) - midnight(at)) / 86400000);
}

/* In a list: as short as can be told apart. */
export function brief(text, now = new Date()) {
	const at = new Date(text), ago = days(at, now);

	if (Number.isNaN(at.getTime()))
		return '';
	if (ago === 0)
		return say('time', at);
	if (ago === 1)
		return t('date.yesterday');
	if (ago > 1 && ago < 7)
		return say('weekday', at);
	return say(at.getFullYear() === now.getFullYear() ? 'day' : 'date', at);
}

export function whole(text) {
	const at = new Date(text);

	return Number.isNaN(at.getTime()) ? '' : say('full', at);
}

/* "3 May"; with the year when it is another one. */
export function day(at, now = new Date()) {
	return say(at.getFullYear() === now.getFullYear() ? 'long' : 'longYear',
	    at);
}

export function size(n) {
	const tenth = (x) => x < 10 ? Math.round(x * 10) / 10 : Math.round(x);

	if (n < 1000)
		return t('size.b', { n });
	if (n < 1000000)
		return t('size.k', { n: tenth(n / 1000) });
	return t('size.m', { n: tenth(n / 1000000) });
}
