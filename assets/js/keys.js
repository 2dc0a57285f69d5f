// Single keys at the list and at a referral, for who has not switched them off. Never while somebody types, never
// together with Ctrl, Alt or Meta; what cannot be taken back only gets the focus, and Enter presses it.
import { rowsOf, stepRow } from "./rows.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]";
const find = (selector) => document.querySelector(selector);

function goTo(selector) {
  const wanted = find(selector);
  if (wanted) {
    wanted.closest("details")?.setAttribute("open", "");
    wanted.focus();
  }
  return wanted;
}

function press(selector) {
  const wanted = find(selector);
  wanted?.click();
  return wanted;
}

// A choice outside the suggested phases needs its reason, so the reason comes next.
function choose(number) {
  const radio = document.querySelectorAll(".dec [name=choice]")[number - 1];
  if (!radio) {
    return null;
  }
  radio.click();
  const suggested = radio.form.dataset.suggested.split(" ");
  return suggested.includes(String(number)) ? (radio.focus(), radio) : goTo(".dec [name=reason]");
}

function tick() {
  const box = currentRow()?.querySelector("[name=tick]");
  box?.click();
  return box;
}

function take() {
  const list = find("[data-walk-rows]");
  if (list && !list.querySelector("[name=tick]:checked") && !tick()) {
    return null;
  }
  return press("[data-take]");
}

function currentRow() {
  const list = find("[data-walk-rows]");
  return list && rowsOf(list).find((row) => row.contains(document.activeElement));
}

function walk(by) {
  const list = find("[data-walk-rows]");
  return list && stepRow(list, by);
}

function showKeys() {
  const list = find("dialog.all-keys");
  list?.showModal();
  return list;
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: tick,
  a: take,
  c: () => goTo(".dec [name=confirm]"),
  d: () => goTo(".dec .last [type=submit]"),
  r: () => goTo(".dec [name=reason]"),
  w: () => goTo(".dec [name=words]"),
  n: () => press("main a[rel=next]"),
  p: () => press("main a[rel=prev]"),
  "?": showKeys,
};

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    if (event.target.matches(TYPING)) {
      if (event.key === "Escape") {
        event.target.blur();
      }
      return;
    }
    if (find("dialog[open]")) {
      return;
    }
    const act = /^[1-5]$/.test(event.key) ? () => choose(Number(event.key)) : Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    if (act && act()) {
      event.preventDefault();
    }
  });
}
