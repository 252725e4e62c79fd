// Conveniences only: every page works without this file.
"use strict";

// Filters stand open beside the results where there is room.
const filters = document.querySelector("details.filters");
if (filters) {
  const wide = matchMedia("(min-width: 60rem)");
  const arrange = () => { filters.open = wide.matches; };
  wide.addEventListener("change", arrange);
  arrange();
}

// Copying: an intranet without https has no clipboard object, but can copy what is selected.
const copied = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "hidden" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};
for (const button of document.querySelectorAll("[data-copy], [data-copy-text]")) {
  button.hidden = false;
  const text = () => ("copy" in button.dataset ? location.href : button.parentElement.querySelector("pre").textContent);
  button.addEventListener("click", async () => {
    await copied(text());
    button.textContent = button.dataset.done;
  });
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
