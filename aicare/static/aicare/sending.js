// Sends the form of a set so that a lost connection neither loses nor doubles it: what is typed is
// kept as a draft, what could not be sent is sent again with the same key, and the server makes one
// set of any number of deliveries. Without this script the browser sends the form.
"use strict";

{
  const EVERY = 10_000;
  const PATIENCE = 15_000;
  const A_DAY = 24 * 60 * 60 * 1000;
  const OLD_AFTER = 5 * 60 * 1000;
  const COME_AGAIN = [502, 503, 504];
  const NOT_KEPT = new Set(["csrfmiddlewaretoken"]);

  let form = document.querySelector("[data-entry]");
  let untouched = "";
  let sending = false;
  let waiting = null; // what was pressed and has no answer yet: { key, action, once, values }
  let timer = 0;
  let keptAt; // of a draft that is used again: its key on the server is as old

  let offered; // a draft of another page, to be used or discarded before anything is typed here
  let cameAt = Date.now(); // the form, whose data-now is the server's clock at that moment

  const serverNow = () => new Date(Date.parse(form.dataset.now) + Date.now() - cameAt);
  const values = () => [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
  const part = (name) => form.querySelector(`[data-${name}]`);

  // --- The draft ---------------------------------------------------------------------------------

  function keepDraft(isPressed) {
    const now = values();
    const once = form.elements.once.value;
    if (!isPressed && JSON.stringify(now) === untouched) drafts.remove(form.dataset.draft, once);
    else drafts.keep(form.dataset.draft, { once, at: pressedAt() || serverNow().toISOString(), isPressed, keptAt, values: now });
  }

  function pressedAt() {
    return form.elements.pressed_at?.value;
  }

  function fill(draft) {
    const controls = [...form.elements].filter((one) => one.name && !NOT_KEPT.has(one.name));
    controls.forEach((one) => {
      const given = draft.values.filter(([name]) => name === one.name).map(([, value]) => value);
      if (one.type === "radio" || one.type === "checkbox") one.checked = given.includes(one.value);
      else if (one.type !== "submit" && given.length) one.value = given[0];
    });
    form.querySelectorAll("details").forEach((details) => {
      details.open ||= [...details.querySelectorAll("input, select, textarea")].some((one) =>
        one.type === "radio" ? one.checked : one.value && !one.name.startsWith("unit_"));
    });
  }

  // A draft from before is never mixed with what is typed now: use it or discard it.
  function offer() {
    const box = part("draft-offer");
    offered = box && drafts.waitingAt(form.dataset.draft, form.elements.once.value);
    if (!offered) return;
    box.querySelectorAll("[data-draft-typed]").forEach((one) => { one.hidden = offered.isPressed; });
    box.querySelectorAll("[data-draft-pressed]").forEach((one) => { one.hidden = !offered.isPressed; });
    const time = part("draft-when");
    time.dateTime = offered.at;
    time.textContent = new Intl.DateTimeFormat(language(), {
      day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: form.dataset.zone,
    }).format(new Date(offered.at));
    part("draft-values").textContent = typedWords(offered);
    part("fields").inert = part("save").disabled = true;
    box.hidden = false;
    box.focus();
  }

  function useDraft(draft) {
    closeOffer();
    keptAt = draft.keptAt;
    fill(draft);
    const isOld = serverNow() - new Date(draft.at) > OLD_AFTER;
    if (form.elements.pressed_at && !pressedAt() && isOld) form.elements.pressed_at.value = draft.at;
    if (draft.isPressed) press(draft.values);
    announceForm();
  }

  function discardDraft(draft) {
    drafts.remove(form.dataset.draft, draft.once);
    closeOffer();
    offer();
  }

  // Days stand before months, as everywhere on these pages.
  function language() {
    return document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  }

  function typedWords(draft) {
    return draft.values
      .map(([name, value]) => [form.elements[name], value])
      .filter(([field, value]) => value && field instanceof HTMLInputElement && field.type === "text")
      .map(([field, value]) => `${field.getAttribute("aria-label") || field.labels[0]?.textContent} ${value}`)
      .join(" · ");
  }

  function closeOffer() {
    part("draft-offer").hidden = true;
    part("fields").inert = part("save").disabled = false;
    part("fields").querySelector("input[type=text]").focus();
  }

  // --- Sending -----------------------------------------------------------------------------------

  function press(kept) {
    if (sending) return;
    if (form.elements.pressed_at && !pressedAt()) form.elements.pressed_at.value = serverNow().toISOString();
    keepDraft(true);
    waiting = {
      key: form.dataset.draft,
      action: form.getAttribute("action"),
      once: form.elements.once.value,
      values: kept || values(),
      since: keptAt ?? Date.now(),
    };
    send();
  }

  async function send() {
    if (sending || !waiting) return;
    clearTimeout(timer);
    sending = true;
    working(true);
    const sent = waiting;
    let answer = null;
    try {
      answer = await fetch(sent.action, {
        method: "POST",
        body: new URLSearchParams(sent.values),
        headers: { "HX-Request": "true", "HX-Current-URL": window.location.href, "X-CSRFToken": csrfToken() },
        signal: AbortSignal.timeout?.(PATIENCE),
      });
      if (!COME_AGAIN.includes(answer.status)) await understand(answer, sent);
    } catch {
      answer = null;
    }
    sending = false;
    if (answer?.status !== 201) working(false);
    if (waiting === sent && (!answer || COME_AGAIN.includes(answer.status))) waitForTheLine();
  }

  async function understand(answer, sent) {
    if (answer.status === 201) {
      waiting = null;
      drafts.remove(sent.key, sent.once);
      window.location.assign(answer.headers.get("Location"));
      return;
    }
    if (answer.headers.has("HX-Redirect")) {
      window.location.assign(answer.headers.get("HX-Redirect"));
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    waiting = null;
    const asked = page.querySelector("[data-entry]");
    if (asked) replaceForm(asked, sent);
    else {
      keepDraft(false);
      const why = page.querySelector("main .problems")?.textContent.trim();
      say(why ? "refused" : "failed", why);
      showWay(page.querySelector("main .actions a.primary"));
    }
  }

  function waitForTheLine() {
    if (Date.now() - waiting.since > A_DAY) {
      waiting = null;
      say("too-old");
      return;
    }
    say("waiting");
    timer = setTimeout(send, EVERY);
  }

  // --- What the page shows -----------------------------------------------------------------------

  // A question or a refusal comes as the form itself; reader and page stay where they are.
  function replaceForm(asked, sent) {
    drafts.remove(sent.key, sent.once);
    form.replaceWith(asked);
    form = asked;
    cameAt = Date.now();
    window.htmx?.process(form);
    untouched = "";
    keptAt = undefined;
    keepDraft(false);
    announceForm();
    form.querySelector("[data-focus]")?.focus();
  }

  function announceForm() {
    document.dispatchEvent(new Event("aicare:form"));
    form.dispatchEvent(new Event("input", { bubbles: false }));
  }

  function working(isWorking) {
    const save = part("save");
    part("fields").inert = isWorking;
    save.dataset.word ??= save.textContent;
    save.textContent = isWorking ? save.dataset.working : save.dataset.word;
    save.setAttribute("aria-disabled", String(isWorking));
  }

  function say(what, why = "") {
    const text = document.querySelector(`[data-say="${what}"]`).content.textContent;
    part("unsent").hidden = false;
    part("unsent-text").textContent = `${text} ${why}`.trim();
    part("send-now").hidden = what !== "waiting";
  }

  // Where the refusal leads on, such as to the record that stands for a merged one.
  function showWay(way) {
    if (!way) return;
    const link = Object.assign(document.createElement("a"), { href: way.href, textContent: way.textContent });
    part("unsent-text").append(" ", link);
  }

  // --- Begin -------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    event.preventDefault();
    press();
  }, true);

  ["input", "change"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (!form.contains(event.target) || part("fields").inert) return;
    if (waiting && !sending) {
      waiting = null;
      clearTimeout(timer);
      say("changed");
    }
    keepDraft(false);
  }));

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-send-now]")) send();
    if (event.target.closest("[data-draft-use]")) useDraft(offered);
    if (event.target.closest("[data-draft-discard]")) discardDraft(offered);
  });
  // Another window sent or discarded what waits here: nothing that was thrown away is saved.
  window.addEventListener("storage", (event) => {
    if (sending || !waiting || !drafts.isRemoval(event, waiting.key, waiting.once)) return;
    waiting = null;
    clearTimeout(timer);
    say("elsewhere");
  });
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send();
  });

  untouched = JSON.stringify(values());
  offer();
  const isFresh = !part("focus") && part("draft-offer")?.hidden && !window.location.hash;
  if (isFresh && matchMedia("(pointer: fine)").matches) part("fields").querySelector("input[type=text]").focus({ preventScroll: true });
}
