// The page: asks for news, keeps the list, and shows what the address names: #/12 an invocation, else the times.

import { read } from "./api.js";
import { chart } from "./chart.js";
import { show } from "./detail.js";
import { byId, make } from "./dom.js";
import { List } from "./list.js";

const list = new List(choose);
let functions = {};

function choose(number, focus) {
  history[chosen() ? "replaceState" : "pushState"](null, "", `#/${number}`);
  open(focus);
}

const chosen = () => Number(/^#\/(\d+)$/.exec(location.hash)?.[1] ?? 0);

function open(focus) {
  const number = chosen();
  document.body.dataset.view = number || location.hash === "#/times" ? "detail" : "list";
  list.mark(number);
  if (number) show(number, functions).then(() => focus && byId("detail").focus());
  else times();
}

async function times() {
  const box = byId("detail");
  const plots = await Promise.all(Object.keys(functions).map(async (name) => [await read(`latency?function=${encodeURIComponent(name)}`), name]));
  if (chosen()) return;
  const known = plots.filter(([plot]) => plot.points.length);
  box.replaceChildren(make("p", { class: "back" }, make("a", { href: "#/" }, "← all invocations")), ...(known.length
    ? known.map(([plot, name]) => chart(plot, name))
    : [make("p", { class: "about" }, "Nothing was invoked yet. Send a request, and it appears here by itself.")]));
}

function say(text, kind) {
  byId("state").textContent = text;
  byId("state").className = kind;
}

async function follow() {
  let last = 0;
  for (;;) {
    try {
      const news = await read(`invocations?after=${last}`);
      if (news.last < last || (news.invocations[0] && news.invocations[0].number <= last)) {
        list.clear();  // the server was started anew
      }
      last = news.last;
      say("live", "good");
      if (news.invocations.length) {
        list.add(news.invocations, news.first);
        if (!chosen() && !news.more) times();
      }
    } catch (error) {
      say(error instanceof TypeError ? "the server has ended" : error.message, "bad");
      await new Promise((go) => { setTimeout(go, 2000); });
    }
  }
}

function key(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !document.querySelector("dialog")) {
    if (document.body.dataset.view === "detail" && document.activeElement !== byId("search")) location.hash = "#/";
    byId("list").focus();
  } else if (typing) return;
  else if (event.key === "/") byId("search").focus();
  else if (event.key === "t") location.hash = "#/times";
  else return;
  event.preventDefault();
}

window.addEventListener("hashchange", () => open(false));
document.addEventListener("keydown", key);
try {
  for (const one of await read("functions")) functions[one.name] = one;
  open(false);
  follow();
} catch (error) {
  say(error.message, "bad");
}
