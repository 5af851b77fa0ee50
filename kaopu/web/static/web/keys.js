// Behaviour of the console: keys, theme, lists, dialogs. Everything it does has a visible control that works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const store = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  };
  const keysOn = () => document.body.dataset.keys !== "off";
  const typing = (element) =>
    element.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
    (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(element.type));

  // Theme: the server puts the class; here it changes without a new page.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    const theme = root.classList.contains("dark") ? "light" : "dark";
    root.classList.toggle("dark", theme === "dark");
    store("kaopu_theme", theme);
    form.elements.theme.value = theme === "dark" ? "light" : "dark";
  });
  if (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches) {
    root.classList.add("dark");
    const form = document.querySelector("[data-theme-form]");
    if (form) form.elements.theme.value = "light";
  }

  // Lists: the chosen row is the one that holds the focus.
  const rowLinks = () => [...document.querySelectorAll("[data-list] tbody tr [data-open]")];
  const step = (by) => {
    const links = rowLinks();
    if (!links.length) return;
    const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  };
  const countChosen = () => {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const chosen = document.querySelectorAll("[data-list] input[type=checkbox]:checked").length;
    bar.hidden = chosen === 0;
    bar.querySelector("[data-chosen]").textContent = String(chosen);
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-list] input[type=checkbox]")) countChosen();
    if (event.target.matches("[data-keys-switch]")) {
      document.body.dataset.keys = event.target.checked ? "on" : "off";
      store("kaopu_keys", event.target.checked ? "on" : "off");
    }
  });

  // Dialogs open from a button and close with Esc.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
    if (event.target.closest("[data-print]")) window.print();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
  });

  // Text to the clipboard; the button says that it is there.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });

  // Keys: any control says its own with data-key; `g` then a letter goes to a page.
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    if (!keysOn() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const name = (event.shiftKey && event.key.startsWith("Arrow") ? "Shift+" : "") + event.key;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (name === "g") { going = Date.now(); return; }
    if (name === "j" || name === "k") { event.preventDefault(); step(name === "j" ? 1 : -1); return; }
    if (name === "x") {
      const row = document.activeElement.closest("[data-list] tbody tr");
      const box = row && row.querySelector("input[type=checkbox]");
      if (box) { event.preventDefault(); box.click(); }
      return;
    }
    const control = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (!control) return;
    event.preventDefault();
    if (control.matches("details")) { control.open = !control.open; control.querySelector("summary").focus(); }
    else if (control.matches("input, select")) { control.focus(); if (control.select) control.select(); }
    else control.click();
  });

  // A swap may take the focused control away: the focus then goes to the region's heading, never to the top of the page.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const heading = event.detail.target && event.detail.target.querySelector("[data-heading]");
    if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  });
  // A date half typed asks nothing of the server.
  document.addEventListener("htmx:confirm", (event) => {
    const field = event.target.matches && event.target.matches("input[type=date]") ? event.target : null;
    if (field && !field.value) event.preventDefault();
  });
  const summary = document.querySelector("[data-error-summary]");
  if (summary) { summary.tabIndex = -1; summary.focus(); }
})();
