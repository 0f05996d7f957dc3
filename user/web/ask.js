/*
 * ask.js - fetch, from where this page came from.
 *
 * A connection belongs to one session.  A browser that has had another one may
 * still hold connections of that: they say 421 and close, and it is asked on
 * the next.
 */

const MISDIRECTED = 421, TIMES = 8;

export async function ask(address, options) {
	for (let i = 1; ; i++) {
		const answer = await fetch(address, {
			credentials: 'same-origin', cache: 'no-store',
			...options });

		if (answer.status !== MISDIRECTED || i === TIMES)
			return answer;
	}
}
