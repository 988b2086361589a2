// One invocation: request, event, what was read, outcome, response; and what can be done with it.

import { read, send } from "./api.js";
import { askCase, askText } from "./dialogs.js";
import { byId, clock, lines, make, size, time } from "./dom.js";
import { findings, ruleList } from "./findings.js";
import { reads } from "./reads.js";
import { shapes } from "./shapes.js";

const SHAPES = ["rest", "http-v1", "http-v2", "function-url", "alb", "alb-multi", "direct", "console-test", "console-template"];

let reading = new AbortController();

export async function show(number, functions) {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  const box = byId("detail");
  try {
    const one = await read(`invocations/${number}`, signal);
    box.replaceChildren(...page(one, functions[one.function] || { shapes: [], savable: false }, signal));
  } catch (error) {
    if (error.name === "AbortError") return;
    box.replaceChildren(make("p", { class: "problem" }, error.message));
  }
  box.scrollTop = 0;
}

function page(one, served, signal) {
  const said = make("p", { id: "said", role: "status" });
  return [
    make("p", { class: "back" }, make("a", { href: "#/" }, "← all invocations")),
    make("h2", { dir: "ltr" }, `#${one.number} ${one.function}`, make("small", {}, one.route)),
    make("p", { class: "about" }, [clock(one.at), one.shape, time(one.seconds), one.init === null ? "warm" : `cold: ${time(one.init)} init`, size(one.size), one.origin]
      .filter(Boolean).join(" · ")),
    actions(one, served, said),
    said,
    flow(one),
    one.findings.length ? section("Diagnosis", "", findings(one.findings)) : null,
    one.request && section("Request", "", lines(one.request.lines, "the request")),
    section("Event", one.event.shape, about(one.event), findings(one.event.findings), lines(one.event.lines, "the event"), ruleList(one.event.rules)),
    section("Read by the handler", "", reads(one.number, one.findings.map((known) => known.code))),
    section("Outcome", one.kind, lines(one.outcome.lines, "what the function returned"), log(one.outcome.log), ruleList(one.outcome.rules)),
    one.response && section("Response", `${one.response.front} ${one.response.status}`,
      one.response.sent ? null : make("p", { class: "about" }, `An SDK gets the outcome. Behind ${one.response.front} a client would get this.`),
      lines(one.response.lines, "the response"), ruleList(one.response.rules)),
    later("Shapes", "the same request in every shape", () => shapes(one, signal)),
  ].filter(Boolean);
}

function section(title, tag, ...content) {
  const id = `step-${title.split(" ")[0].toLowerCase()}`;
  return make("section", { "aria-labelledby": id }, make("h3", { id, tabindex: -1 }, title, tag ? make("small", {}, tag) : ""), content);
}

// A section whose content is asked for when it comes into sight.
function later(title, tag, load) {
  const place = make("div", {}, make("p", { class: "about" }, "loading"));
  const box = section(title, tag, place);
  new IntersectionObserver(async (seen, observer) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    try {
      place.replaceChildren(await load());
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren(make("p", { class: "problem" }, error.message));
    }
  }).observe(box);
  return box;
}

function flow(one) {
  const step = (name, told, kind = "") => make("li", {}, make("button", {
    type: "button", class: kind, onclick: () => byId(`step-${name.toLowerCase()}`).scrollIntoView({ block: "start" }),
  }, name, make("small", {}, told)));
  return make("nav", { "aria-label": "steps" }, make("ol", { class: "flow" },
    one.request && step("Request", one.route), step("Event", one.event.shape), step("Read", "traced on demand"),
    step("Outcome", one.kind, one.kind === "result" ? "good" : "bad"),
    one.response && step("Response", String(one.response.status), one.response.status < 500 ? "good" : "bad"),
    step("Shapes", "compared")));
}

function about(event) {
  const variant = event.variant ? `, ${event.variant}` : "";
  return make("p", { class: "about", dir: "ltr" }, `${event.shape}${variant} (${Math.round(event.confidence * 100)}% sure): ${event.why.join("; ")}`);
}

const log = (texts) => (texts.length ? make("figure", {}, make("figcaption", {}, "log"), lines(texts, "the log")) : null);

function actions(one, served, said) {
  const to = make("select", { "aria-label": "shape to send it as" }, SHAPES.filter((shape) => shape !== one.shape)
    .sort((left, right) => served.shapes.includes(right) - served.shapes.includes(left)).map((shape) => make("option", {}, shape)));
  const open = ({ number }) => { location.hash = `#/${number}`; };
  const again = async (asked) => open(await send(`invocations/${one.number}/again`, asked));
  const guarded = (act) => async () => {
    said.className = "";
    try {
      said.textContent = "sending";
      await act();
      if (said.textContent === "sending") said.textContent = "";
    } catch (error) {
      said.className = "problem";
      said.textContent = error.message;
    }
  };
  const edit = async () => askText((await read(`invocations/${one.number}/event`)).text, (text) => again({ text }));
  const save = () => askCase(one, async (name, status) => {
    const saved = await send(`invocations/${one.number}/case`, { name, status });
    said.textContent = `Saved in ${saved.file}. Type: ${saved.command}`;
  });
  const copy = async () => {
    await navigator.clipboard.writeText(one.curl);
    said.textContent = "Copied.";
  };
  return make("p", { class: "actions", role: "group", "aria-label": "what to do with it" },
    make("button", { type: "button", onclick: guarded(() => again({})) }, "Send again"),
    make("span", { class: "joined" }, make("button", { type: "button", onclick: guarded(() => again({ shape: to.value })) }, "Send as"), to),
    make("button", { type: "button", onclick: guarded(edit) }, "Edit and send"),
    !served.savable ? null : make("button", { type: "button", onclick: guarded(save) }, "Save as case"),
    !one.curl ? null : make("button", { type: "button", onclick: guarded(copy) }, "Copy curl"));
}
