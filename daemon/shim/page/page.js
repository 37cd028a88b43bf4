/*
 * The status page, kept up to date: the server makes the page, and this puts
 * what has changed in its place, so that focus and fields stay as they are.
 * It asks for it when something has happened, and from time to time.
 */
"use strict";

(function () {
	var EVERY = 5000; /* ms between two looks, if nothing happens */
	var SOON = 250; /* ms after an event */
	var LIMIT = 15000; /* ms for an answer: kafkad itself takes up to 10 s */
	var AGAIN = 30000; /* ms until a stream that was refused is tried again */
	var said = document.getElementById("said");
	var ask = document.getElementById("ask");
	var timer = null, at = 0; /* of the next look */
	var loading = false, due = false, fresh = true;
	var source = null, again = null; /* the stream, or when it is tried */
	var stopped = false; /* until somebody loads the page again */

	function say(text, bad) {
		said.textContent = text;
		said.dataset.bad = bad ? "1" : "0";
	}

	/* --- What has changed. ------------------------------------------ */

	function patchAttributes(to, from) {
		var i, a;
		for (i = to.attributes.length - 1; i >= 0; i--) {
			a = to.attributes[i].name;
			if (!from.hasAttribute(a))
				to.removeAttribute(a);
		}
		for (i = 0; i < from.attributes.length; i++) {
			a = from.attributes[i];
			if (to.getAttribute(a.name) !== a.value)
				to.setAttribute(a.name, a.value);
		}
	}

	/* The child of to, from there on, that is to become the node. */
	function match(to, child, node) {
		if (node.nodeType === 1 && node.id) {
			for (; child; child = child.nextSibling)
				if (child.id === node.id)
					return child;
			return null;
		}
		if (child && child.nodeName === node.nodeName && !child.id)
			return child;
		return null;
	}

	function patch(to, from) {
		var child, next, node, found;
		if (to.nodeType !== 1) {
			if (to.nodeValue !== from.nodeValue)
				to.nodeValue = from.nodeValue;
			return;
		}
		patchAttributes(to, from);
		child = to.firstChild;
		for (node = from.firstChild; node; node = node.nextSibling) {
			found = match(to, child, node);
			if (!found) {
				to.insertBefore(document.importNode(node, true), child);
				continue;
			}
			/* One that is moved would lose the focus: others go. */
			for (; child !== found; child = next) {
				next = child.nextSibling;
				to.removeChild(child);
			}
			child = found.nextSibling;
			patch(found, node);
		}
		for (; child; child = next) {
			next = child.nextSibling;
			to.removeChild(child);
		}
	}

	function token(doc) {
		return doc.querySelector("meta[name=kafkad-token]");
	}

	function show(text) {
		var doc = new DOMParser().parseFromString(text, "text/html");
		var focused = document.activeElement;
		var row = focused && focused.closest("tr"), button;
		["daemon", "main", "foot"].forEach(function (id) {
			patch(document.getElementById(id), doc.getElementById(id));
		});
		token(document).content = token(doc).content;
		document.title = doc.title;
		/* The button is gone, as the instance is in another state now. */
		button = row && !focused.isConnected && row.isConnected &&
		    row.querySelector("button");
		if (button)
			button.focus();
	}

	/* Why there is no answer, in words. */
	function reason(e) {
		return e.name === "TimeoutError" ?
		    "no answer in " + LIMIT / 1000 + " s" : e.message;
	}

	/* A browser asks for the password each time it is told of one. */
	function refused() {
		stopped = true;
		clearTimeout(timer);
		leave();
		say("This is not up to date: name and password are needed. " +
		    "Load the page again.", true);
	}

	function load() {
		clearTimeout(timer);
		timer = null;
		if (loading || stopped) {
			due = true;
			return;
		}
		loading = true;
		due = false;
		fetch("/", {
			cache: "no-store",
			signal: AbortSignal.timeout(LIMIT)
		}).then(function (r) {
			if (r.status === 401)
				refused();
			if (!r.ok)
				throw new Error("kafkad does not answer");
			return r.text();
		}).then(function (text) {
			show(text);
			if (!fresh)
				say("Up to date again.", false);
			fresh = true;
		}).catch(function (e) {
			if (fresh && !stopped)
				say("This is not up to date: " + reason(e) + ".", true);
			fresh = false;
		}).then(function () {
			loading = false;
			later(due ? SOON : EVERY);
		});
	}

	/* In so many ms, or before, if that is planned already. */
	function later(ms) {
		var when = performance.now() + ms;
		if (stopped || (timer !== null && at <= when))
			return;
		clearTimeout(timer);
		at = when;
		timer = setTimeout(load, ms);
	}

	/* --- Events as they come. ---------------------------------------- */

	function told(e) {
		var n = JSON.parse(e.data), li = document.createElement("li");
		var list = document.querySelector("#news ol");
		var time = document.createElement("time");
		var hear = document.createElement("span");
		var b = document.createElement("b");

		if (document.getElementById("n-" + n.number))
			return;
		li.id = "n-" + n.number;
		li.dataset.warn = n.warn ? "1" : "0";
		time.dateTime = n.time;
		time.textContent = n.time.slice(0, 19).replace("T", " ");
		hear.className = "hear";
		hear.textContent = "warning:";
		b.textContent = n.instance;
		li.append(time, " ");
		if (n.warn)
			li.append(hear, " ");
		if (n.instance)
			li.append(b, " ");
		li.append(n.text);
		list.prepend(li);
		later(SOON);
	}

	/*
	 * A stream holds one of the few connections that a browser has for all
	 * pages of one host: only a page that is seen has one.
	 */
	function follow() {
		clearTimeout(again);
		if (source !== null || stopped || document.hidden)
			return;
		source = new EventSource("/events");
		source.addEventListener("news", told);
		source.onopen = function () { later(SOON); };
		source.onerror = function () {
			if (source.readyState !== 2)
				return;
			leave();
			again = setTimeout(follow, AGAIN);
		};
	}

	function leave() {
		clearTimeout(again);
		if (source !== null)
			source.close();
		source = null;
	}

	/* --- Changes. ---------------------------------------------------- */

	var texts = {
		kill: function (of) {
			return ["Kill " + of, "The task of " + of + " is ended, and " +
			    of + " stays stopped until it is started again. What " +
			    "it serves is missing meanwhile."];
		},
		restart: function (of) {
			return ["Restart " + of, "The task of " + of + " is ended, " +
			    "and a new one is started in the same place. What it " +
			    "serves is missing meanwhile."];
		},
		start: function (of) {
			return ["Start " + of, "A task of " + of + " is started now, " +
			    "if an offer of Mesos has room for it."];
		},
		scale: function (of, from, n) {
			var what = n > from ? (n - from) + " more will be started." :
			    n < from ? (from - n) + " of them, those with the highest " +
			    "numbers, will be stopped and removed. kafkad moves no " +
			    "data off them." : "That is what is wanted already.";
			return ["Scale " + of + " from " + from + " to " + n, what];
		}
	};

	/* The form, if it comes from one, is as it was when that is done. */
	function send(path, form) {
		say("…", false);
		fetch(path, {
			method: "POST",
			headers: { "X-Kafkad-Token": token(document).content },
			signal: AbortSignal.timeout(LIMIT)
		}).then(function (r) {
			if (r.status === 401) {
				refused();
				return undefined;
			}
			return r.text().then(function (text) {
				say(text.trim() || "error " + r.status, !r.ok);
				if (r.ok && form)
					form.reset();
				later(r.ok ? SOON : 0);
			});
		}).catch(function (e) {
			say("It is not known whether that was done: " + reason(e), true);
		});
	}

	function confirm(words, path, form) {
		var yes = document.getElementById("ask-yes");
		document.getElementById("ask-what").textContent = words[0] + "?";
		document.getElementById("ask-text").textContent = words[1];
		yes.textContent = words[0];
		yes.onclick = function () {
			ask.close();
			send(path, form);
		};
		ask.showModal();
		document.getElementById("ask-no").focus();
	}

	document.getElementById("ask-no").onclick = function () { ask.close(); };

	document.getElementById("main").addEventListener("click", function (e) {
		var button = e.target.closest("button[data-do]");
		var verb = button && button.dataset.do, of;
		if (!verb || !texts[verb])
			return;
		of = button.dataset.of;
		confirm(texts[verb](of),
		    "/do/" + verb + "/" + encodeURIComponent(of));
	});

	document.getElementById("main").addEventListener("submit", function (e) {
		var form = e.target, n = Number(form.elements.n.value);
		e.preventDefault();
		confirm(texts.scale(form.dataset.of, Number(form.dataset.from), n),
		    "/do/scale/" + encodeURIComponent(form.dataset.of) + "=" + n, form);
	});

	document.addEventListener("visibilitychange", function () {
		if (document.hidden) {
			leave();
		} else {
			follow();
			load();
		}
	});

	document.documentElement.classList.add("js");
	follow();
	later(EVERY);
})();
