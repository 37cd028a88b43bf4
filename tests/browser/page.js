/*
 * The status page in a browser: driven by tests/integration/65-page.sh, which
 * has started kafkad and minimesos and says in the environment where they are.
 * Prints a line "ok - …" or "not ok - …" for each check.
 */
"use strict";

const { execFileSync } = require("child_process");
const path = require("path");
const modules = path.join(process.env.TOP, "build/browser/node_modules");
const { chromium } = require(path.join(modules, "playwright-core"));

const url = process.env.URL;
const pictures = process.env.PICTURES;
const login = { username: "bob", password: "s3cret" };
const LIMIT = 30000; /* ms that anything may take */

function ok(name, good, more) {
	console.log((good ? "ok" : "not ok") + " - " + name +
	    (good || more === undefined ? "" : ": " + JSON.stringify(more)));
}

function curl(where) {
	return execFileSync("curl", ["-sSf", "--max-time", "10", where])
	    .toString();
}

function pidOf(instance) {
	const tasks = JSON.parse(curl("http://" + process.env.MM_CONTROL +
	    "/tasks"));
	return tasks.find((t) => t.task.startsWith(instance + ".")).pid;
}

/* A page on which nothing may go wrong; what does is kept. */
async function open(browser, options) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const wrong = [];
	page.setDefaultTimeout(LIMIT);
	page.on("console", (m) => {
		if (m.type() === "error" || m.type() === "warning")
			wrong.push(m.text());
	});
	page.on("pageerror", (e) => wrong.push(String(e)));
	page.on("request", (r) => {
		if (new URL(r.url()).origin !== new URL(url).origin)
			wrong.push("a request to " + r.url());
	});
	return { context, page, wrong };
}

async function until(name, page, what, arg) {
	try {
		await page.waitForFunction(what, arg, { timeout: LIMIT });
		ok(name, true);
		return true;
	} catch (e) {
		ok(name, false, String(e).split("\n")[0]);
		return false;
	}
}

/* In the page. */
const isReady = (name) => {
	const s = document.querySelector("#i-" + name + " .state");
	return s !== null && s.dataset.ready === "1";
};
const isNotReady = (name) => {
	const s = document.querySelector("#i-" + name + " .state");
	return s !== null && s.dataset.ready === "0";
};
const isState = (a) => {
	const s = document.querySelector("#i-" + a[0] + " .state");
	return s !== null && s.dataset.state === a[1];
};
const says = (text) =>
	document.getElementById("said").textContent.includes(text);

async function look(browser) {
	const { context, page, wrong } = await open(browser,
	    { httpCredentials: login });
	const answer = await page.goto(url + "/");
	ok("the page is there", answer.status() === 200);
	ok("its policy allows nothing from elsewhere",
	    answer.headers()["content-security-policy"]
	        .startsWith("default-src 'none';"));
	ok("the title has the numbers",
	    (await page.title()).includes("kafka 3/3"), await page.title());
	ok("there is a row for each instance",
	    await page.locator("tbody tr").count() === 4);
	ok("with its host and port", /127\.0\.0\.\d+/.test(
	    await page.locator("#i-kafka-0").innerText()));
	ok("an instance has its buttons", await page.getByRole("button",
	    { name: "Kill kafka-0" }).isVisible());
	ok("a service is a region of its name", await page.getByRole("region",
	    { name: "kafka", exact: true }).isVisible());
	ok("its plot has a name", (await page.getByRole("img",
	    { name: /^kafka over time/ }).count()) === 1);
	ok("there is a table for those who hear it", (await page.getByRole(
	    "table", { name: "Instances of kafka" }).count()) === 1);
	await page.keyboard.press("Tab");
	ok("the first stop of the keyboard leads past the head",
	    await page.evaluate(() => document.activeElement.className) ===
	    "skip");
	await page.evaluate(() => { window.mark = "the same"; });
	return { context, page, wrong };
}

async function brokerDies(page) {
	process.kill(pidOf("kafka-1"), "SIGKILL");
	await until("a broker dies, and the page shows it", page, isNotReady,
	    "kafka-1");
	await until("an event tells it", page, () => [...document
	    .querySelectorAll("#news li b")].some((b) =>
		b.textContent === "kafka-1"));
	await until("it comes back", page, isReady, "kafka-1");
	ok("without loading the page again", await page.evaluate(() =>
		window.mark) === "the same");
}

async function scale(page) {
	const region = page.getByRole("region", { name: "kafka", exact: true });
	const dialog = page.getByRole("dialog");

	await region.getByLabel("Wanted:").fill("4");
	await region.getByRole("button", { name: "Scale kafka" }).click();
	ok("scaling is asked about", await dialog.isVisible());
	ok("in words", (await dialog.innerText()).includes(
	    "1 more will be started"), await dialog.innerText());
	ok("what does nothing has the focus", await page.evaluate(() =>
		document.activeElement.id) === "ask-no");
	await page.keyboard.press("Escape");
	ok("it can be left", !await dialog.isVisible());
	ok("and the number stays", await region.getByLabel("Wanted:")
	    .inputValue() === "4");
	await page.waitForResponse((r) => r.url() === url + "/");
	ok("whatever is loaded meanwhile", await region.getByLabel("Wanted:")
	    .inputValue() === "4");
	ok("nothing was done", await page.locator("#i-kafka-3").count() === 0);
	await region.getByLabel("Wanted:").press("Enter");
	await dialog.getByRole("button", { name: /^Scale/ }).click();
	await until("it is answered", page, says, "kafka: 3 to 4");
	await until("the new one is there and ready", page, isReady, "kafka-3");
}

async function act(page) {
	const dialog = page.getByRole("dialog");
	const press = async (verb, name) => {
		await page.getByRole("button", { name: verb + " " + name })
		    .click();
		await dialog.getByRole("button", { name: verb }).click();
	};
	const task = () => page.locator("#i-kafka-3 [data-title=Task]")
	    .innerText();

	await press("Kill", "kafka-3");
	await until("one is killed", page, isState, ["kafka-3", "stopped"]);
	ok("then it can be started, not killed", await page.getByRole("button",
	    { name: "Kill kafka-3" }).count() === 0);
	await press("Start", "kafka-3");
	await until("and is", page, isReady, "kafka-3");
	const before = await task();
	await press("Restart", "kafka-3");
	await until("one is restarted", page, (b) => {
		const row = document.querySelector("#i-kafka-3");
		return row.querySelector("[data-title=Task]").textContent !==
		    b && row.querySelector(".state").dataset.ready === "1";
	}, before);
}

/* What became of it, on a page of its own. */
async function past(page) {
	await page.getByRole("link", { name: "kafka-3", exact: true }).click();
	await page.getByRole("heading", { name: "kafka-3" }).waitFor();
	const text = await page.locator("#news li",
	    { hasText: "restart kafka-3: 200" }).first().innerText();
	ok("an instance has its history, with who asked for it",
	    text.includes("http, user bob"), text);
	await page.setViewportSize({ width: 390, height: 900 });
	ok("on a narrow page, too", await page.evaluate(() =>
		document.documentElement.scrollWidth <= innerWidth));
	await page.setViewportSize({ width: 1280, height: 720 });
	await page.getByRole("link", { name: "All of kafkad" }).click();
	await page.locator("html.js").waitFor();
	ok("which leads back", await page.locator("#i-kafka-3").isVisible());
}

/* Its http process is another one: the token is, too. */
async function again(page) {
	process.kill(Number(execFileSync("pgrep", ["-P",
	    process.env.KAFKAD_PID, "-f", "http"])), "SIGKILL");
	await page.waitForTimeout(0);
	const token = await page.evaluate(() =>
		document.querySelector("meta[name=kafkad-token]").content);
	await until("the page finds the next http process", page, (old) =>
		document.querySelector("meta[name=kafkad-token]").content !==
		old, token);
	await page.getByRole("button", { name: "Restart kafka-3" }).click();
	await page.getByRole("dialog").getByRole("button",
	    { name: "Restart" }).click();
	await until("and its buttons work", page, says, "kafka-3");
}

async function refused(browser, page) {
	const token = await page.evaluate(() =>
		document.querySelector("meta[name=kafkad-token]").content);
	const post = (headers) => page.request.post(url +
	    "/do/kill/kafka-0", { headers }).then((r) => r.status());
	ok("no change without the token", await post({}) === 403);
	ok("nor with another", await post({ "X-Kafkad-Token":
	    token.replace(/./g, "0") }) === 403);
	ok("nor for another site", await post({ "X-Kafkad-Token": token,
		Origin: "http://evil.example" }) === 403);
	const stranger = await open(browser, {});
	const answer = await stranger.page.request.get(url + "/");
	ok("no page without credentials", answer.status() === 401);
	ok("and they are asked for", answer.headers()["www-authenticate"] ===
	    "Basic realm=\"kafkad\"");
	const change = await stranger.page.request.post(url +
	    "/do/kill/kafka-0", { headers: { "X-Kafkad-Token": token } });
	ok("and no change", change.status() === 401);
	await stranger.context.close();
}

async function plain(browser) {
	const { context, page } = await open(browser,
	    { httpCredentials: login, javaScriptEnabled: false });
	await page.goto(url + "/");
	ok("without JavaScript there is the table",
	    await page.locator("#i-kafka-0").isVisible());
	ok("but no button", await page.locator("main button:visible")
	    .count() === 0);
	await context.close();
}

/* In the page, before its script: streams that a test tells through, and
 * whether somebody looks. */
const stubs = () => {
	window.streams = [];
	window.EventSource = class extends EventTarget {
		constructor() {
			super();
			this.readyState = 1;
			window.streams.push(this);
		}

		close() { this.readyState = 2; }
	};
	window.opened = () => window.streams.filter((s) =>
		s.readyState !== 2).length;
	window.tell = (number) => window.streams.forEach((s) =>
		s.dispatchEvent(new MessageEvent("news", { data: JSON.stringify({
			number, time: "2026-11-27T10:03:22Z", warn: true,
			instance: "kafka-0", text: "told " + number }) })));
	window.hide = (hidden) => {
		Object.defineProperty(document, "hidden", { configurable: true,
			get: () => hidden });
		document.dispatchEvent(new Event("visibilitychange"));
	};
};

/* The script of the page, with answers that a test has a hand in. */
async function scripted(browser) {
	const { context, page } = await open(browser,
	    { httpCredentials: login });
	const s = { context, page, looks: 0, answer: null };
	await page.addInitScript(stubs);
	await page.clock.install();
	await page.goto(url + "/");
	await page.locator("html.js").waitFor();
	await page.route(url + "/", (route) => {
		s.looks++;
		return s.answer ? s.answer(route) : route.continue();
	});
	/* From now on each look shows this in the place of that. */
	s.change = (that, by) => {
		s.answer = async (route) => {
			const response = await route.fetch();
			const text = await response.text();
			if (!text.includes(that))
				ok("the page has " + that, false);
			await route.fulfill({ response,
				body: text.replace(that, by) });
		};
	};
	return s;
}

/* A stream holds one of the connections that all pages of a host share. */
async function streams({ page }) {
	const opened = () => page.evaluate(() => window.opened());
	ok("a page has a stream", await opened() === 1);
	await page.evaluate(() => window.hide(true));
	ok("none while nobody sees it", await opened() === 0);
	await page.evaluate(() => window.hide(false));
	ok("one when somebody does again", await opened() === 1);
	await page.evaluate(() => {
		const last = window.streams.at(-1);
		last.readyState = 2;
		last.onerror();
		window.hide(true);
	});
	await page.clock.runFor(60000);
	ok("one that was refused is not tried while nobody sees it",
	    await opened() === 0);
	await page.evaluate(() => window.hide(false));
	await page.clock.runFor(60000);
	ok("and only once when somebody does", await opened() === 1);
}

async function looks(s) {
	const { page } = s;
	let held = null;
	const text = await page.evaluate(() => {
		window.tell(9001);
		return document.getElementById("n-9001").textContent;
	});
	ok("an event has its date, and a warning is called one",
	    /^2026-11-27 10:03:22 warning: kafka-0 told 9001$/.test(text), text);
	await until("what kafkad does not know of goes", page, () =>
		document.getElementById("n-9001") === null);

	/* More and more events, each before the look that the last one led to. */
	await page.clock.pauseAt(await page.evaluate(() => Date.now()) + 100);
	const early = page.waitForRequest(url + "/").then(() => true, () => false);
	for (let i = 0; i < 20; i++) {
		await page.evaluate((n) => window.tell(n), 9100 + i);
		await page.clock.runFor(100);
	}
	ok("many events do not put off a look", await early);

	/* One during a look, which ends before its own look is due. */
	s.answer = (route) => { held = route; };
	while (held === null)
		await page.clock.runFor(1000);
	s.answer = null;
	await page.evaluate(() => window.tell(9200));
	const done = page.waitForResponse(url + "/");
	await held.continue();
	await (await done).finished();
	await until("a look shows what kafkad says", page, () =>
		document.getElementById("n-9200") === null);
	const soon = page.waitForRequest(url + "/").then(() => true, () => false);
	await page.clock.runFor(1000);
	ok("an event during a look leads to one soon", await soon);
	await page.clock.resume();
}

async function focus(s) {
	const { page } = s;
	const main = "<main id=\"main\" tabindex=\"-1\">";
	const restart = "id=\"restart-kafka-0\" data-do=\"restart\"";
	s.change(main, main + "\n<section id=\"more\"></section>");
	await until("a section comes", page, () =>
		document.getElementById("more") !== null);
	await page.getByRole("button", { name: "Kill kafka-0" }).focus();
	s.answer = null;
	await until("and goes", page, () =>
		document.getElementById("more") === null);
	ok("what is below keeps the focus", await page.evaluate(() =>
		document.activeElement.dataset.do + " " +
		document.activeElement.dataset.of) === "kill kafka-0");
	await page.getByRole("button", { name: "Restart kafka-0" }).focus();
	await page.evaluate(() => { window.old = document.activeElement; });
	s.change(restart, restart.replaceAll("restart", "start"));
	await until("a button gives way to another", page, () =>
		document.querySelector("[data-do=start][data-of=kafka-0]"));
	ok("which is not the same one", await page.evaluate(() =>
		!window.old.isConnected));
	ok("and has the focus", await page.evaluate(() =>
		document.activeElement.id) === "start-kafka-0");
	await page.locator("#news ol").focus();
	ok("the events can be scrolled by keys", await page.evaluate(() =>
		document.activeElement.nodeName) === "OL");
	s.answer = null;
}

/* The number that was sent is not the operator's any more. */
async function sent(s) {
	const { page } = s;
	const field = page.getByRole("region", { name: "kafka", exact: true })
	    .getByLabel("Wanted:");
	await page.route(url + "/do/scale/kafka=9", (route) => route.fulfill({
		body: "kafka: 4 to 9\n" }));
	await field.fill("9");
	await field.press("Enter");
	await page.getByRole("dialog").getByRole("button", { name: /^Scale/ })
	    .click();
	await until("a number is sent", page, says, "kafka: 4 to 9");
	s.change("required autocomplete=\"off\" value=\"4\"",
	    "required autocomplete=\"off\" value=\"7\"");
	await until("afterwards the field has what is wanted", page, () =>
		document.querySelector("#s-kafka input").value === "7");
	s.answer = null;
}

async function silent(s) {
	const { page } = s;
	const held = [];
	s.answer = (route) => { held.push(route); };
	await until("a network that is silent is told of", page, says,
	    "not up to date: no answer in 15 s");
	s.answer = null;
	await until("and when it is over", page, says, "Up to date again");
	s.answer = (route) => route.fulfill({ status: 401 });
	await until("without a password it says what to do", page, says,
	    "Load the page again");
	s.looks = 0;
	await page.clock.runFor(60000);
	await page.evaluate(() => window.hide(true));
	await page.evaluate(() => window.hide(false));
	ok("and asks no more", s.looks === 0, s.looks);
	ok("in no way", await page.evaluate(() => window.opened()) === 0);
}

async function script(browser) {
	const s = await scripted(browser);
	for (const check of [streams, looks, focus, sent, silent])
		await check(s);
	await s.context.close();
}

async function paint(browser) {
	for (const colorScheme of ["light", "dark"]) {
		for (const [name, width] of [["wide", 1280], ["narrow", 390]]) {
			const { context, page, wrong } = await open(browser, {
				httpCredentials: login, colorScheme,
				viewport: { width, height: 900 } });
			await page.goto(url + "/");
			await page.locator("html.js").waitFor();
			/* Of one moment alone there is no line yet. */
			await page.locator("svg path[d^=M]").first().waitFor({
				state: "attached" });
			const over = await page.evaluate(() =>
				document.documentElement.scrollWidth -
				innerWidth);
			ok(`${colorScheme}, ${name}: nothing sticks out`,
			    over <= 0, over);
			await page.screenshot({ fullPage: true, path: path.join(
			    pictures, `${colorScheme}-${name}.png`) });
			ok(`${colorScheme}, ${name}: no error`,
			    wrong.length === 0, wrong);
			await context.close();
		}
	}
}

/* Of a kafkad without credentials. */
async function openToAll(browser) {
	const { context, page, wrong } = await open(browser, {});
	await page.goto(url + "/");
	await page.locator("html.js").waitFor();
	ok("without credentials the page shows", await page.locator(
	    "#i-kafka-0").isVisible());
	ok("and has no buttons", await page.locator("main button")
	    .count() === 0);
	ok("it says why", (await page.locator("footer").innerText())
	    .includes("user and password"));
	const change = await page.request.post(url + "/do/kill/kafka-0");
	ok("nothing is changed", change.status() === 403);
	ok("no error", wrong.length === 0, wrong);
	await context.close();
}

async function main() {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		args: process.getuid() === 0 ? ["--no-sandbox"] : [],
	});
	try {
		if (process.argv[2] === "open") {
			await openToAll(browser);
			return;
		}
		const { context, page, wrong } = await look(browser);
		await brokerDies(page);
		await scale(page);
		await act(page);
		await past(page);
		ok("no error on the console, no request to elsewhere",
		    wrong.length === 0, wrong);
		await refused(browser, page);
		await again(page);
		await context.close();
		await plain(browser);
		await script(browser);
		await paint(browser);
	} finally {
		await browser.close();
	}
}

main().catch((e) => {
	ok("the browser goes through", false, String(e));
});
