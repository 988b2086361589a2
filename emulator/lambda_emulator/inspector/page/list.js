// The list of invocations, the newest first. Only the rows that are in sight are elements.

import { byId, clock, make, time } from "./dom.js";

const HEIGHT = 52;
const BEYOND = 6;

export class List {
  constructor(choose) {
    this.all = [];
    this.shown = [];
    this.at = -1;
    this.number = 0;
    this.choose = choose;
    this.box = byId("list");
    this.rows = byId("rows");
    this.box.addEventListener("scroll", () => this.draw());
    this.box.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
    byId("search").addEventListener("input", () => this.filter());
    byId("failed").addEventListener("change", () => this.filter());
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
  }

  // Take in newer invocations, in order, and forget those before `first`.
  add(newer, first) {
    const before = this.shown.length;
    const kept = this.all.findLastIndex((one) => one.number >= first) + 1;
    this.all = newer.slice().reverse().concat(this.all.slice(0, kept));
    const atTop = this.box.scrollTop < HEIGHT / 2;
    this.match();
    if (!before) this.reveal();
    if (!atTop && before) this.box.scrollTop += newer.filter(this.matches()).length * HEIGHT;
    this.draw();
  }

  clear() {
    this.all = [];
    this.match();
  }

  // The invocation that is read, wherever it stands.
  mark(number) {
    this.number = number;
    this.find();
    this.reveal();
    this.draw();
  }

  filter() {
    this.match();
    this.box.scrollTop = 0;
    this.draw();
  }

  matches() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const failed = byId("failed").checked;
    return (one) => {
      if (failed && one.ok) return false;
      const text = `#${one.number} ${one.function} ${one.route} ${one.shape} ${one.kind} ${one.status ?? ""} ${one.origin} ${one.init === null ? "warm" : "cold"}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
  }

  match() {
    this.shown = this.all.filter(this.matches());
    const [shown, all] = [this.shown.length, this.all.length];
    const of = shown === all ? "" : ` of ${all.toLocaleString("en")}`;
    this.find();
    byId("count").textContent = `${shown.toLocaleString("en")}${of} invocation${all === 1 ? "" : "s"}`;
  }

  find() {
    this.at = this.shown.findIndex((one) => one.number === this.number);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / HEIGHT) - 1);
    const last = this.shown.length - 1;
    const to = {
      ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + page, PageUp: this.at - page, Home: 0, End: last,
    }[event.key];
    if (event.key === "Enter" && this.shown[this.at]) this.choose(this.shown[this.at].number, true);
    else if (to !== undefined && last >= 0) this.choose(this.shown[Math.min(Math.max(to, 0), last)].number, false);
    else return;
    event.preventDefault();
  }

  reveal() {
    if (this.at < 0) return;
    this.rows.style.height = `${this.shown.length * HEIGHT}px`;
    const top = this.at * HEIGHT;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const bottom = top + HEIGHT - this.box.clientHeight;
    if (bottom > this.box.scrollTop) this.box.scrollTop = bottom;
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / HEIGHT) - BEYOND);
    const count = Math.ceil(this.box.clientHeight / HEIGHT) + 2 * BEYOND;
    this.rows.style.height = `${this.shown.length * HEIGHT}px`;
    this.rows.replaceChildren(...this.shown.slice(first, first + count).map((one, index) => this.row(one, first + index)));
    if (this.at >= 0) this.box.setAttribute("aria-activedescendant", `row-${this.shown[this.at].number}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(one, index) {
    const row = make("div", {
      id: `row-${one.number}`, class: "row", role: "option", "aria-selected": index === this.at ? "true" : "false",
      "aria-setsize": this.shown.length, "aria-posinset": index + 1,
      onclick: () => this.choose(one.number, false),
    },
    make("span", { class: `badge ${one.ok ? "good" : "bad"}` }, String(one.status ?? (one.ok ? "ok" : "error"))),
    make("span", { class: "what", dir: "ltr" }, `${one.function}  ${one.route}`),
    make("span", { class: "how" },
      `#${one.number} ${one.shape} · ${time(one.seconds)}${one.init === null ? "" : ` + ${time(one.init)} cold`}${one.origin ? ` · ${one.origin}` : ""}`),
    make("time", {}, clock(one.at)));
    row.style.transform = `translateY(${index * HEIGHT}px)`;
    return row;
  }
}
