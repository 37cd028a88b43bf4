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
		ok("no error on the console, no request to elsewhere",
		    wrong.length === 0, wrong);
		await refused(browser, page);
		await again(page);
		await context.close();
		await plain(browser);
		await paint(browser);
	} finally {
		await browser.close();
	}
}

main().catch((e) => {
	ok("the browser goes through", false, String(e));
});
