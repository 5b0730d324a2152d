// Read charts point by point: with the mouse, a finger or the arrow keys, all signs at one moment.
// What is said comes from the tables beside the charts; without this script they are read there.
"use strict";

const charts = document.querySelector("[data-trends]");
if (charts) followMoments(charts);

function followMoments(charts) {
  const slider = charts.querySelector("[data-moments]");
  const strips = [...charts.querySelectorAll("[data-strip]")].map(stripOf).filter((one) => one.plot);
  const times = new Map();
  for (const strip of strips) {
    for (const [x, row] of strip.rows) times.set(x, row.cells[0].textContent);
  }
  const moments = [...times.keys()].sort((one, other) => one - other);
  if (!moments.length) return;

  function show(number) {
    const x = moments[number];
    for (const strip of strips) showIn(strip, x, times.get(x));
    say(number);
  }

  function say(number) {
    slider.value = number;
    slider.setAttribute("aria-valuetext", inWords(strips, moments[number], times.get(moments[number])));
  }

  function leave() {
    for (const strip of strips) restore(strip);
    say(moments.length - 1);
  }

  function nearest(event) {
    const box = strips[0].plot.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 100;
    let best = 0;
    moments.forEach((one, number) => {
      if (Math.abs(one - x) < Math.abs(moments[best] - x)) best = number;
    });
    return best;
  }

  slider.max = moments.length - 1;
  say(moments.length - 1);
  slider.closest("[data-reader]").hidden = false;
  slider.addEventListener("input", () => show(Number(slider.value)));
  slider.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  slider.addEventListener("blur", leave);
  for (const { plot } of strips) {
    plot.addEventListener("pointermove", (event) => show(nearest(event)));
    plot.addEventListener("pointerdown", (event) => show(nearest(event)));
    plot.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") leave();
    });
  }
}

function stripOf(element) {
  const found = (name) => element.querySelector(`[data-${name}]`);
  const rows = [...element.querySelectorAll("tr[data-x]")].map((row) => [Number(row.dataset.x), row]);
  const parts = [found("value"), found("points"), found("at")].filter(Boolean);
  return {
    name: element.querySelector("h2").textContent.trim(),
    plot: found("plot"),
    cross: found("cross"),
    head: element.querySelector(".strip-head"),
    rows: new Map(rows),
    parts: parts.map((part) => [part, [...part.childNodes]]),
  };
}

function showIn(strip, x, time) {
  const row = strip.rows.get(x);
  const contents = row ? [row.cells[1], row.cells[2]] : [];
  strip.cross.setAttribute("x1", `${x}%`);
  strip.cross.setAttribute("x2", `${x}%`);
  strip.cross.setAttribute("visibility", "visible");
  strip.head.classList.add("reading-point");
  strip.parts.forEach(([part], number) => {
    if (number === 2) part.textContent = time;
    else part.replaceChildren(...copiesOf(contents[number]));
    if (number === 0 && !row) part.textContent = "–";
  });
}

function restore(strip) {
  strip.cross.setAttribute("visibility", "hidden");
  strip.head.classList.remove("reading-point");
  strip.parts.forEach(([part, before]) => part.replaceChildren(...before));
}

function copiesOf(cell) {
  const shown = cell ? [...cell.childNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE) : [];
  return shown.flatMap((node) => [node.cloneNode(true), " "]);
}

function inWords(strips, x, time) {
  const said = strips.filter((strip) => strip.rows.has(x)).map((strip) => {
    const cells = [...strip.rows.get(x).cells].slice(1).map((cell) => cell.textContent.trim());
    return `${strip.name} ${cells.filter(Boolean).join(", ")}`;
  });
  return [time, ...said].join("; ").replace(/\s+/g, " ");
}
