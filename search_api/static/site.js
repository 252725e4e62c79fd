// Conveniences only: every page works without this file.
"use strict";

// Completions below the question.
const box = document.querySelector("input[data-suggest]");
if (box) {
  const list = document.createElement("datalist");
  list.id = "page_completions";
  box.after(list);
  box.setAttribute("list", list.id);
  let waiting = 0;
  let asked = "";
  const suggest = async () => {
    const text = box.value.trim();
    if (text.length < 2 || text.length > 100 || text === asked) return;
    asked = text;
    const reply = await fetch(`${box.dataset.suggest}&q=${encodeURIComponent(text)}`).catch(() => null);
    if (!reply || !reply.ok || text !== asked) return;
    const { suggestions } = await reply.json();
    list.replaceChildren(...suggestions.map((each) => Object.assign(document.createElement("option"), { value: each.text })));
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 200);
  });
}

// Filters stand open beside the results where there is room.
const filters = document.querySelector("details.filters");
if (filters) {
  const wide = matchMedia("(min-width: 60rem)");
  const arrange = () => { filters.open = wide.matches; };
  wide.addEventListener("change", arrange);
  arrange();
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    copy.textContent = copy.dataset.done;
  });
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
