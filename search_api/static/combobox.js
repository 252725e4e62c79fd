// Completions below the question: the combobox with a list of the ARIA Authoring Practices. Without this file the form works as it is.
"use strict";

for (const box of document.querySelectorAll("input[data-suggest]")) {
  const list = Object.assign(document.createElement("ul"), { id: "page_completions", className: "completions", hidden: true });
  const status = Object.assign(document.createElement("p"), { className: "hidden" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  status.setAttribute("role", "status");
  box.closest("form").append(list, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    box.setAttribute(name, value);
  }
  let waiting = 0;
  let asked = "";
  let chosen = -1;
  let found = [];

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const open = (suggestion) => {
    close();
    location.assign(suggestion.url);
  };
  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const piece = (tag, text, lang, className) => {
    const made = Object.assign(document.createElement(tag), { textContent: text, className });
    if (lang && lang !== box.dataset.lang) made.lang = lang;
    return made;
  };
  const item = (suggestion, number) => {
    const made = document.createElement("li");
    made.id = `page_completion_${number}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    const kind = box.dataset[`is${suggestion.kind[0].toUpperCase()}${suggestion.kind.slice(1)}`];
    made.append(piece("span", suggestion.text, suggestion.lang, ""), piece("small", kind, "", ""));
    if (suggestion.also) made.append(piece("small", suggestion.also, suggestion.lang === "th" ? "en" : "th", "also"));
    // The box keeps the focus.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("click", () => open(suggestion));
    return made;
  };
  const show = () => {
    list.replaceChildren(...found.map(item));
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
    const { none, one, count } = box.dataset;
    status.textContent = found.length === 0 ? none : found.length === 1 ? one : count.replace("{count}", found.length);
  };
  const suggest = async () => {
    const text = box.value.trim();
    if (text === asked) return;
    asked = text;
    if (text.length < 2 || text.length > 100) return close();
    const reply = await fetch(`${box.dataset.suggest}&q=${encodeURIComponent(text)}`).catch(() => null);
    if (!reply || !reply.ok || text !== asked || document.activeElement !== box) return;
    found = (await reply.json()).suggestions;
    show();
  };
  const keys = {
    ArrowDown: () => choose(chosen + 1 < found.length ? chosen + 1 : -1),
    ArrowUp: () => choose(chosen < 0 ? found.length - 1 : chosen - 1),
    Escape: close,
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 120);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      return open(found[chosen]);
    }
    if (event.key === "ArrowDown" && list.hidden && found.length) return show();
    if (list.hidden || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
