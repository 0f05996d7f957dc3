/*
 * address.js - people, as JMAP has them: {name, email}.  Pure.
 */

/* Whether it could be delivered to: deliberately generous. */
export function valid(email) {
	return /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;."]+$/u.test(email) ||
	    /^[^\s@<>,;"]+@localhost$/.test(email);
}

/* "Anna Weber <anna@example.org>, bob@example.net" */
export function parseList(text) {
	const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,;\n"<])+/g);

	return (parts ?? []).map(parseOne).filter((a) => a !== null);
}

function parseOne(part) {
	const m = /^\s*(.*?)\s*<\s*([^<>]*?)\s*>\s*$/s.exec(part);
	const email = (m ? m[2] : part).trim();
	const name = (m ? m[1] : '').replace(/^"(.*)"$/s, '$1')
	    .replace(/\\(.)/g, '$1').trim();

	return email === '' ? null : { name: name || null, email };
}

/* Characters that turn the order of text around or hide in it: a name that
 * someone else chose is shown without. */
export function plain(text) {
	return (text ?? '').replace(
	    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
	    '').trim();
}

/* A name that holds an address of somebody else is no name. */
export function nameOf(a) {
	const name = plain(a.name);

	if (name === '' || (name.includes('@') && name !== a.email))
		return plain(a.email);
	return name;
}

export function shortName(a) {
	const name = nameOf(a);

	return name.includes('@') ? name.split('@')[0] : name.split(' ')[0];
}

export function full(a) {
	const name = plain(a.name);

	return name === '' ? plain(a.email) : `${name} <${plain(a.email)}>`;
}

export function initials(a) {
	const words = nameOf(a).split(/[\s@._-]+/).filter((w) =>
	    /^[\p{L}\p{N}]/u.test(w));
	const two = words.length > 1 && !nameOf(a).includes('@') ?
	    [words[0], words[words.length - 1]] : words.slice(0, 1);

	return two.map((w) => [...w][0].toUpperCase()).join('') || '?';
}

/* One of eight, always the same for the same person. */
export function tint(a) {
	let n = 0;

	for (const c of (a.email ?? '').toLowerCase())
		n = (n * 31 + c.codePointAt(0)) >>> 0;
	return n % 8;
}

export function same(a, b) {
	return a.email.toLowerCase() === b.email.toLowerCase();
}

export function unique(list, without = []) {
	return list.filter((a, i) => list.findIndex((b) => same(a, b)) === i &&
	    !without.some((b) => same(a, b)));
}

/* Those whom letters went to, each once: how many there were, and when the
 * last; list: emails, newest first. */
export function counted(list) {
	const found = new Map();

	for (const e of list)
		for (const p of [...e.to ?? [], ...e.cc ?? []]) {
			const key = p.email.toLowerCase();
			const was = found.get(key);

			if (was === undefined) {
				found.set(key, { ...p, n: 1, last: e.receivedAt });
				continue;
			}
			was.n++;
			was.name ??= p.name;
		}
	return [...found.values()];
}
