// What the handler read of an event: told by a replay in an environment that is traced.

import { send } from "./api.js";
import { make } from "./dom.js";
import { findings } from "./findings.js";

export function reads(number, known) {
  const told = make("div", { role: "status" });
  const button = make("button", { type: "button", onclick: run }, "Replay it traced");

  async function run() {
    button.disabled = true;
    told.replaceChildren(make("p", { class: "about" }, "starting a traced environment"));
    try {
      told.replaceChildren(...shown(await send(`invocations/${number}/trace`), known).filter(Boolean));
    } catch (error) {
      told.replaceChildren(make("p", { class: "problem" }, error.message));
    }
    button.disabled = false;
  }
  return make("div", {},
    make("p", { class: "about" }, "The event is sent once more, to an environment that notes every path the handler reads."), button, told);
}

function shown(found, known) {
  if (!found.traced) return [make("p", { class: "problem" }, "This event could not be traced: the handler came to no end, or its Python takes no tracing.")];
  const row = (read, index) => make("tr", { class: index === found.wrong ? "wrong" : null },
    make("th", { scope: "row", dir: "ltr" }, read.path || "the event itself"),
    make("td", { class: read.missing ? "absent" : "", dir: "ltr" }, read.missing ? "not there" : make("code", {}, read.value)),
    make("td", {}, read.how.join(", ")),
    make("td", { dir: "ltr" }, read.line ? [`${read.line.file}:${read.line.line}  `, make("code", {}, read.line.code)] : "a library's"),
    make("td", {}, index === found.wrong ? make("strong", {}, "the first that went wrong") : ""));
  return [
    found.differs && make("p", { class: "problem" }, "Traced, the handler ended otherwise than it had: take this with care."),
    findings(found.findings.filter((one) => !known.includes(one.code))),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "what the handler read" }, make("table", { class: "reads" },
      make("thead", {}, make("tr", {}, ["path", "value", "how", "line", ""].map((title) => make("th", { scope: "col" }, title)))),
      make("tbody", {}, found.reads.map(row)))),
    found.unread.length ? make("p", { class: "about", dir: "ltr" }, `Never asked for: ${found.unread.join(", ")}`) : null,
  ];
}
