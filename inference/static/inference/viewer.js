// The reading room's picture: window, zoom, invert, evidence, next and prior picture, each with a key.
// Everything is set through attributes of the SVG, so that no inline style is needed.
"use strict";
(() => {
  const stage = document.getElementById("stage");
  if (!stage) return;
  const svg = document.getElementById("picture");
  const pixels = document.getElementById("pixels");
  const overlay = document.getElementById("evidence");
  const legend = document.getElementById("legend");
  const opacity = document.getElementById("opacity");
  const readout = document.getElementById("readout");
  const trouble = document.getElementById("picture-trouble");
  const pictures = [...document.querySelectorAll("#film a")];
  const FULL = { width: 255, level: 127.5 };
  const KEYS_OFF = "aicare-reading-keys-off";

  const state = {
    tool: "window",
    ...FULL,
    inverted: false,
    view: null,
    shown: Math.max(0, pictures.findIndex((one) => one.ariaCurrent === "true")),
    evidence: overlay.dataset.finding || "",
  };
  const frame = () => ({ width: Number(pixels.getAttribute("width")), height: Number(pixels.getAttribute("height")) });
  const tool = (name) => stage.querySelector(`[data-tool="${name}"]`);
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  // ---- drawing --------------------------------------------------------------------------------
  function drawWindow() {
    const untouched = state.width === FULL.width && state.level === FULL.level && !state.inverted;
    if (untouched) {
      pixels.removeAttribute("filter");
      return;
    }
    let slope = 255 / state.width;
    let intercept = 0.5 - state.level / state.width;
    if (state.inverted) [slope, intercept] = [-slope, 1 - intercept];
    for (const channel of svg.querySelectorAll("#window-filter [slope]")) {
      channel.setAttribute("slope", slope);
      channel.setAttribute("intercept", intercept);
    }
    pixels.setAttribute("filter", "url(#window-filter)");
  }

  function drawView() {
    const { width, height } = frame();
    const view = state.view || { x: 0, y: 0, width, height };
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    stage.classList.toggle("zoomed", state.view !== null);
  }

  function drawReadout() {
    const scale = svg.getScreenCTM() ? svg.getScreenCTM().a : 1;
    const parts = [`W ${Math.round(state.width)} L ${Math.round(state.level)}`, `${stage.dataset.sayZoom} ${Math.round(scale * 100)} %`];
    if (state.inverted) parts.push(stage.dataset.sayInverted);
    if (pictures.length > 1) parts.push(pictures[state.shown].dataset.place);
    readout.textContent = parts.join(" · ");
  }

  function drawTools() {
    const pressed = { window: state.tool === "window", move: state.tool === "move", invert: state.inverted, evidence: Boolean(state.evidence) };
    for (const [name, is] of Object.entries(pressed)) tool(name)?.setAttribute("aria-pressed", is);
    stage.classList.toggle("moving", state.tool === "move");
    const toggles = evidenceToggles();
    if (tool("evidence")) tool("evidence").disabled = toggles.length === 0;
    for (const toggle of toggles) {
      const on = toggle.dataset.finding === state.evidence;
      toggle.setAttribute("role", "button");
      toggle.setAttribute("aria-pressed", on);
      toggle.textContent = on ? stage.dataset.sayHide : stage.dataset.sayShow;
    }
  }

  function draw() {
    drawWindow();
    drawView();
    drawTools();
    drawReadout();
  }

  // ---- evidence -------------------------------------------------------------------------------
  const evidenceToggles = () => [...document.querySelectorAll("a[data-evidence]")];

  function showEvidence(toggle) {
    state.evidence = toggle ? toggle.dataset.finding : "";
    legend.hidden = !toggle;
    if (toggle) {
      const at = pictures.findIndex((one) => one.dataset.instance === toggle.dataset.instance);
      if (at >= 0 && at !== state.shown) showPicture(at);
      overlay.setAttribute("href", toggle.dataset.evidence);
      overlay.dataset.instance = toggle.dataset.instance;
      document.getElementById("legend-label").textContent = toggle.dataset.display;
      if (!isInSight()) stage.scrollIntoView();
    }
    placeEvidence();
    draw();
  }

  // On a phone the switch lies below the picture.
  function isInSight() {
    const box = svg.getBoundingClientRect();
    return box.top + box.height / 2 > 0 && box.top + box.height / 2 < window.innerHeight;
  }

  function placeEvidence() {
    const { width, height } = frame();
    overlay.setAttribute("width", width);
    overlay.setAttribute("height", height);
    const here = overlay.dataset.instance === pictures[state.shown]?.dataset.instance;
    overlay.setAttribute("visibility", state.evidence && here ? "visible" : "hidden");
    overlay.setAttribute("opacity", Number(opacity.value) / 100);
    document.getElementById("legend-elsewhere").hidden = !state.evidence || here;
  }

  function cycleEvidence() {
    const toggles = evidenceToggles();
    if (!toggles.length) return;
    const at = toggles.findIndex((one) => one.dataset.finding === state.evidence);
    showEvidence(at + 1 < toggles.length ? toggles[at + 1] : null);
  }

  // ---- pictures -------------------------------------------------------------------------------
  function showPicture(at) {
    if (at < 0 || at >= pictures.length) return;
    const next = pictures[at];
    state.shown = at;
    state.view = null;
    trouble.hidden = true;
    pixels.setAttribute("href", next.dataset.source);
    pixels.setAttribute("width", next.dataset.width);
    pixels.setAttribute("height", next.dataset.height);
    svg.setAttribute("aria-label", next.dataset.label);
    for (const one of pictures) one.setAttribute("aria-current", one === next);
    placeEvidence();
    draw();
  }

  // ---- moving ---------------------------------------------------------------------------------
  function pointAt(clientX, clientY) {
    return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  }

  function zoom(factor, at) {
    const { width, height } = frame();
    const view = state.view || { x: 0, y: 0, width, height };
    const size = clamp(view.width / factor, width / 16, width);
    if (size >= width) {
      state.view = null;
    } else {
      const point = at || { x: view.x + view.width / 2, y: view.y + view.height / 2 };
      const ratio = size / view.width;
      state.view = {
        x: point.x - (point.x - view.x) * ratio,
        y: point.y - (point.y - view.y) * ratio,
        width: size,
        height: view.height * ratio,
      };
      keepInSight();
    }
    drawView();
    drawReadout();
  }

  function pan(dx, dy) {
    if (!state.view) return;
    state.view.x += dx;
    state.view.y += dy;
    keepInSight();
    drawView();
  }

  function keepInSight() {
    const { width, height } = frame();
    state.view.x = clamp(state.view.x, -state.view.width / 2, width - state.view.width / 2);
    state.view.y = clamp(state.view.y, -state.view.height / 2, height - state.view.height / 2);
  }

  function adjustWindow(wider, brighter) {
    state.width = clamp(state.width + wider, 2, 510);
    state.level = clamp(state.level - brighter, 0, 255);
    drawWindow();
    drawReadout();
  }

  function reset() {
    Object.assign(state, FULL, { inverted: false, view: null });
    draw();
  }

  function choose(name) {
    state.tool = name;
    drawTools();
  }

  function invert() {
    state.inverted = !state.inverted;
    draw();
  }

  function togglePrior() {
    const prior = document.getElementById("prior");
    if (!prior) return;
    const opening = prior.hidden;
    const image = prior.querySelector("image");
    if (opening && !image.hasAttribute("href")) image.setAttribute("href", image.dataset.source);
    prior.hidden = !opening;
    stage.classList.toggle("beside", opening);
    tool("prior").setAttribute("aria-pressed", opening);
    drawReadout();
  }

  const ACTS = {
    window: () => choose("window"),
    move: () => choose("move"),
    in: () => zoom(1.25),
    out: () => zoom(0.8),
    invert,
    evidence: cycleEvidence,
    previous: () => showPicture(state.shown - 1),
    next: () => showPicture(state.shown + 1),
    prior: togglePrior,
    reset,
  };
  const KEYS = {
    w: "window", m: "move", "+": "in", "=": "in", "-": "out", i: "invert", e: "evidence",
    "[": "previous", "]": "next", PageUp: "previous", PageDown: "next", p: "prior", r: "reset",
  };

  // ---- listening ------------------------------------------------------------------------------
  const typing = (target) =>
    target.closest("textarea, select, [contenteditable], dialog") ||
    (target.matches("input") && !["radio", "checkbox", "range"].includes(target.type));

  function keysAreOff() {
    try {
      return localStorage.getItem(KEYS_OFF) === "1";
    } catch {
      return false;
    }
  }

  function arrow(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || event.target !== stage) return false;
    const fine = event.shiftKey ? 1 : 8;
    if (state.tool === "window") adjustWindow(step[0] * fine, -step[1] * fine);
    else if (state.view) pan((step[0] * state.view.width) / 20, (step[1] * state.view.height) / 20);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (arrow(event)) {
      event.preventDefault();
      return;
    }
    if (keysAreOff()) return;
    const paging = event.key.startsWith("Page");
    if (paging && (event.target !== stage || pictures.length < 2)) return;
    if (event.key === ",") fade(-10);
    else if (event.key === ".") fade(10);
    else if (event.key === "?") tool("keys").click();
    else if (KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]) {
      ACTS[KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]]();
      event.preventDefault();
    }
  });

  function fade(by) {
    opacity.value = Number(opacity.value) + by;
    placeEvidence();
  }
  opacity.addEventListener("input", placeEvidence);

  stage.addEventListener("click", (event) => {
    const name = event.target.closest("[data-tool]")?.dataset.tool;
    if (name === "keys") document.getElementById("keys").showModal();
    else if (name) ACTS[name]();
  });

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("a[data-evidence]");
    const picture = event.target.closest("#film a");
    if ((!toggle && !picture) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (toggle) showEvidence(toggle.dataset.finding === state.evidence ? null : toggle);
    else showPicture(pictures.indexOf(picture));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[data-evidence]")) {
      event.preventDefault();
      event.target.click();
    }
  });

  // One finger or the mouse adjusts or moves; two fingers zoom.
  const fingers = new Map();
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.focus({ preventScroll: true });
    svg.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
  });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    if (fingers.size === 2) pinch(event);
    else if (state.tool === "window" && !state.pinched) {
      adjustWindow(event.clientX - before.clientX, before.clientY - event.clientY);
    } else if (state.tool === "move") {
      const [from, to] = [pointAt(before.clientX, before.clientY), pointAt(event.clientX, event.clientY)];
      pan(from.x - to.x, from.y - to.y);
    }
    fingers.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      state.pinched = fingers.size > 0;
    });
  }
  function pinch(event) {
    const [other] = [...fingers.entries()].filter(([id]) => id !== event.pointerId).map(([, one]) => one);
    const before = fingers.get(event.pointerId);
    const distance = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const middle = pointAt((event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
    if (distance(before) > 0) zoom(distance(event) / distance(before), middle);
  }
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, pointAt(event.clientX, event.clientY));
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => {
    if (state.view) ACTS.reset();
    else zoom(2, pointAt(event.clientX, event.clientY));
  });

  pixels.addEventListener("error", () => { trouble.hidden = false; });
  pixels.addEventListener("load", () => { trouble.hidden = true; });
  // It may have failed before this script ran.
  pixels.decode?.().catch(() => { trouble.hidden = false; });
  window.addEventListener("resize", drawReadout);
  document.body.addEventListener("htmx:afterSettle", drawTools);

  const switchKeys = document.getElementById("keys-on");
  switchKeys.checked = !keysAreOff();
  switchKeys.addEventListener("change", () => {
    try {
      localStorage.setItem(KEYS_OFF, switchKeys.checked ? "0" : "1");
    } catch {
      switchKeys.checked = true;
    }
  });

  for (const part of stage.querySelectorAll("[data-needs-script]")) part.hidden = false;
  stage.querySelector(".tools").classList.remove("asleep");
  draw();
})();
