// One request in every shape: what stands where, what the client gets, and two of its events side by side.

import { read, send } from "./api.js";
import { lines, make } from "./dom.js";

export async function shapes(one, signal) {
  const found = await read(`invocations/${one.number}/shapes`, signal);
  if (found.shapes.length < 2) return make("p", { class: "about" }, "Only this shape can carry it.");
  const [own, ...others] = found.shapes;
  const chosen = new Set(others.filter((shape) => found.accepted.includes(shape)));
  const answers = { [own]: { number: one.number, text: String(one.status ?? one.kind) } };
  const table = make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "what stands where" });
  const columns = () => [own, ...others.filter((shape) => chosen.has(shape))];
  const compare = () => table.replaceChildren(places(found.places, columns(), answers));

  const toggles = make("fieldset", { class: "toggles" }, make("legend", {}, "shapes"), others.map((shape) => make("label", {},
    make("input", {
      type: "checkbox", checked: chosen.has(shape), value: shape,
      onchange: (event) => { chosen[event.target.checked ? "add" : "delete"](shape); compare(); },
    }), ` ${shape}`)));
  const problem = make("p", { class: "problem", role: "alert" });
  const button = make("button", { type: "button", onclick: sendAll }, "Send in each of these shapes");

  async function sendAll() {
    button.disabled = true;
    problem.textContent = "";
    for (const shape of columns().slice(1)) {
      try {
        const sent = await send(`invocations/${one.number}/again`, { shape });
        answers[shape] = { number: sent.number, text: String(sent.status ?? sent.kind) };
      } catch (error) {
        problem.textContent = `${shape}: ${error.message}`;
      }
    }
    button.disabled = false;
    compare();
  }
  compare();
  return make("div", {}, toggles, make("p", { class: "actions" }, button), problem, table, beside(found));
}

function places(rows, columns, answers) {
  const [own] = columns;
  const head = (title) => make("th", { scope: "row", dir: "ltr" }, title.split("/").flatMap((step, index) => (index ? ["/", make("wbr"), step] : [step])));
  const cell = (row, shape) => {
    const value = row.values[shape];
    const other = value !== row.values[own];
    return make("td", { class: `${value === null ? "absent" : ""} ${other ? "other" : ""}`, dir: "ltr" }, value === null ? "absent" : make("code", {}, value));
  };
  const answer = (shape) => make("td", {}, answers[shape] ? make("a", { href: `#/${answers[shape].number}` }, answers[shape].text) : "not sent");
  const seen = rows.filter((row) => columns.some((shape) => row.values[shape] !== null));
  return make("table", { class: "places" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "place"), columns.map((shape) => make("th", { scope: "col" }, shape)))),
    make("tbody", {},
      make("tr", {}, head("the client gets"), columns.map(answer)),
      seen.map((row) => make("tr", { class: row.place === "payload" ? "payload" : null },
        head(row.place === "payload" ? "the payload is" : row.place), columns.map((shape) => cell(row, shape))))));
}

function beside(found) {
  const [own, ...others] = found.shapes;
  const sides = make("div", { class: "sides" });
  const bare = (line) => line.replace(/,$/, "");
  const show = () => {
    const texts = [own, other.value].map((shape) => found.events[shape]);
    const known = texts.map((text) => new Set(text.map(bare)));
    sides.replaceChildren(...[own, other.value].map((shape, index) => make("figure", {},
      make("figcaption", {}, index ? shape : `${shape}, as it came`),
      lines(texts[index], `the event as ${shape}`, (line) => !known[1 - index].has(bare(line))))));
  };
  const other = make("select", { "aria-label": "the other shape", onchange: show }, others.map((shape) => make("option", {}, shape)));
  show();
  return make("details", { class: "beside" }, make("summary", {}, "whole events side by side"), make("label", {}, "beside it ", other), sides);
}
