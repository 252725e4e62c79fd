// Conveniences only: the form works without this file.
"use strict";

const editor = document.querySelector("form[data-editor]");
if (editor) {
  const text = editor.querySelector("textarea.text");
  // A form that comes back from the server holds text that is saved nowhere.
  let changed = editor.hasAttribute("data-unsaved");
  let waiting = 0;
  let round = 0;

  // (A form with a control named "action" hides its own address behind it.)
  // The checker's findings and the preview follow what is typed: the server makes the page anew, its live parts are put in place.
  const refresh = async () => {
    const mine = ++round;
    const values = new URLSearchParams(new FormData(editor));
    values.set("action", "preview");
    const reply = await fetch(editor.getAttribute("action"), { method: "POST", body: values }).catch(() => null);
    if (!reply || !reply.ok || mine !== round) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const old of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(old.id);
      if (now) old.replaceChildren(...now.childNodes);
    }
    for (const old of editor.querySelectorAll("[aria-describedby]")) {
      const now = fresh.getElementById(old.id);
      if (now) old.toggleAttribute("aria-invalid", now.hasAttribute("aria-invalid"));
      if (old.hasAttribute("aria-invalid")) old.setAttribute("aria-invalid", "true");
    }
    showLines();
  };
  const showLines = () => {
    for (const button of editor.querySelectorAll(".to-line")) button.hidden = false;
  };
  editor.addEventListener("input", () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 800);
  });

  // A finding leads to its line.
  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button && text) {
      const lines = text.value.split("\n");
      const line = Math.min(Number(button.dataset.line), lines.length);
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      text.focus();
      text.setSelectionRange(start, start + lines[line - 1].length);
    }
    const more = event.target.closest("[data-more]");
    if (more) {
      event.preventDefault();
      const rows = editor.querySelector(`[data-rows="${more.dataset.more}"]`);
      const row = rows.lastElementChild.cloneNode(true);
      const number = rows.children.length;
      for (const input of row.querySelectorAll("input")) {
        input.name = input.name.replace(/-\d+-/, `-${number}-`);
        input.value = "";
      }
      row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+$/, String(number + 1)));
      rows.append(row);
      row.querySelector("input").focus();
    }
  });

  // Leaving with unsaved text asks first.
  editor.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  showLines();
}

const summary = document.querySelector("#error-summary");
if (summary) summary.focus();

// Says when readers find the saved version, and if not, why.
const waiting = document.querySelector("[data-searchable]");
if (waiting) {
  let left = 150;
  const look = async () => {
    const reply = await fetch(waiting.dataset.searchable).catch(() => null);
    const now = reply && reply.ok ? await reply.json() : null;
    if (now && waiting.textContent !== now.said) waiting.textContent = now.said;
    if (now && now.searchable) waiting.classList.add("good");
    else if (--left > 0) setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
}

// A long list narrowed by what is typed.
const narrow = document.querySelector("[data-narrow]");
if (narrow) {
  narrow.parentElement.hidden = false;
  narrow.addEventListener("input", () => {
    const wanted = narrow.value.trim().toLowerCase();
    for (const row of document.getElementById(narrow.dataset.narrow).children) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
