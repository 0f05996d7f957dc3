/*
 * reply.js - a letter that follows another one.  Pure: `words` are the
 * sentences that stand in it.
 */

import { unique } from './address.js';

const RE = /^\s*(?:(?:re|aw|sv|antw|réf?|tr|fwd?|wg)\s*(?:\[\d+\])?\s*:\s*)+/i;

/* What a conversation is about, without what answering put in front. */
export function topic(text) {
	return (text ?? '').replace(RE, '').trim();
}

export function subject(prefix, text) {
	return `${prefix}: ${topic(text)}`.trim();
}

export function quote(text) {
	return text.replace(/\s+$/, '').split('\n').map((line) =>
	    line.startsWith('>') ? '>' + line : '> ' + line).join('\n');
}

/* Under "-- ", which mail programs know (RFC 3676, 4.3). */
export function signed(signature) {
	return signature ? `\n\n-- \n${signature}` : '';
}

function references(email) {
	const before = email.references ?? email.inReplyTo ?? [];

	return [...before, ...email.messageId ?? []].slice(-50);
}

export function reply(email, body, all, self, words) {
	const back = email.replyTo?.length ? email.replyTo : email.from ?? [];
	const mine = back.every((a) => self.some((s) => s.email === a.email));
	const to = mine && email.to?.length ? email.to : back;

	return {
		to: unique(to), bcc: [],
		cc: all ? unique(mine ? email.cc ?? [] :
		    [...email.to ?? [], ...email.cc ?? []],
		    [...self, ...to]) : [],
		subject: subject('Re', email.subject),
		text: `\n\n${words.wrote}\n${quote(body)}\n`,
		inReplyTo: email.messageId ?? null,
		references: references(email), attachments: [],
		answers: email.id, mark: '$answered',
	};
}

export function forward(email, body, words) {
	return {
		to: [], cc: [], bcc: [],
		subject: subject('Fwd', email.subject),
		text: `\n\n${words.head}\n\n${body}\n`,
		inReplyTo: null, references: references(email),
		attachments: (email.attachments ?? []).filter((a) => a.blobId),
		answers: email.id, mark: '$forwarded',
	};
}
