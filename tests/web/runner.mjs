/* runner.mjs - tests one after the other; the last line sums up. */

const tests = [];
const only = process.env.ONLY;

export function test(name, work) {
	if (!only || new RegExp(only).test(name))
		tests.push([name, work]);
}

/* failed(name): called when one has failed, before the next begins. */
export async function sum(failed = () => {}) {
	let good = 0, bad = 0, left = 0;

	for (const [name, work] of tests) {
		const since = Date.now();

		try {
			const said = await work();

			if (said?.skipped) {
				left++;
				console.log(`skipped: ${name}: ${said.skipped}`);
			} else {
				good++;
				if (process.env.VERBOSE)
					console.log(`ok: ${name} (${Date.now() -
					    since} ms)`);
			}
		} catch (e) {
			bad++;
			console.log(`FAILED: ${name}\n${e.stack ?? e}`);
			await failed(name);
		}
	}
	console.log(`${good} passed, ${bad} failed` +
	    (left > 0 ? `, ${left} skipped` : ''));
	process.exitCode = bad > 0 ? 1 : 0;
}
