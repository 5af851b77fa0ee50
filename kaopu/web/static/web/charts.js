// Draws every [data-chart] from the JSON block beside it. Colours in the specification are token names, "var(--dpd-1)".
(() => {
  "use strict";
  const drawn = new Map();
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colour = (token) => {
    probe.style.color = token;
    return getComputedStyle(probe).color;
  };
  const withColours = (value) => {
    if (typeof value === "string") return value.startsWith("var(--") ? colour(value) : value;
    if (Array.isArray(value)) return value.map(withColours);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "values" ? inner : withColours(inner)]));
    }
    return value;
  };
  const refuse = () => Promise.reject(new Error("charts load nothing from elsewhere"));
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const options = { ast: true, actions: false, defaultStyle: false, renderer: "canvas", loader, tooltip: { disableDefaultStyle: true } };

  const failed = (element) => {
    const table = element.closest("figure").querySelector("details");
    if (table) table.open = true;
    element.hidden = true;
  };
  const draw = async (element) => {
    if (!element.clientWidth) return; // hidden: the observer comes back when it is seen
    const spec = JSON.parse(document.getElementById(element.dataset.chart).textContent);
    try {
      const result = await window.vegaEmbed(element, withColours(spec), options);
      drawn.set(element, result);
      const canvas = element.querySelector("canvas");
      if (canvas) canvas.setAttribute("aria-hidden", "true");
      element.dataset.drawn = "yes";
    } catch (problem) {
      console.warn(problem);
      failed(element);
    }
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting || drawn.has(entry.target)) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "200px" });
  const start = (root) => {
    for (const [element, result] of drawn) {
      if (element.isConnected) continue;
      result.finalize();
      drawn.delete(element);
    }
    root.querySelectorAll("[data-chart]").forEach((element) => {
      if (!window.vegaEmbed) failed(element);
      else if (!drawn.has(element)) seen.observe(element);
    });
  };
  const again = () => [...drawn.keys()].forEach(draw);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
  document.addEventListener("htmx:load", (event) => start(event.target));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-png]");
    if (!button) return;
    const result = drawn.get(button.closest("figure").querySelector("[data-chart]"));
    if (!result) return;
    const link = document.createElement("a");
    link.href = await result.view.toImageURL("png", 2);
    link.download = `${button.dataset.png}.png`;
    link.click();
  });
  start(document);
})();
