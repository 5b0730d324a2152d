// The session ends 15 minutes after the last touch: a minute before, the page says so; at the end it
// is blanked, because a record must not stay on a screen that nobody sits at.
"use strict";

{
  const dialog = document.getElementById("session-end");
  const WARN = 60, LOOK_EVERY = 5, TOLD_AT_MOST_EVERY = 60;
  let endsAt = Date.now() + 1000 * Number(dialog.dataset.secondsLeft);
  let toldAt = Date.now();
  let touched = false;
  let asking = false;

  const left = () => (endsAt - Date.now()) / 1000;

  // GET asks how long it lasts; POST says that somebody is here.
  async function ask(method) {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(dialog.dataset.address, {
        method,
        redirect: "manual",
        headers: method === "POST" ? { "X-CSRFToken": csrfToken() } : {},
      });
      if (!answer.ok) return end();
      endsAt = Date.now() + 1000 * (await answer.json()).seconds_left;
      if (method === "POST") toldAt = Date.now();
    } catch {
      // The line is down: the clock goes on here.
    } finally {
      asking = false;
    }
  }

  function end() {
    document.body.replaceChildren();
    const next = window.location.pathname + window.location.search;
    window.location.replace(`${dialog.dataset.signIn}?next=${encodeURIComponent(next)}`);
  }

  async function stay() {
    await ask("POST");
    if (left() > WARN) dialog.close();
  }

  async function look() {
    if (touched && !dialog.open && Date.now() - toldAt > 1000 * TOLD_AT_MOST_EVERY) {
      touched = false;
      await ask("POST");
    }
    if (left() <= WARN && !dialog.open) {
      // Another page of the same browser may have been used meanwhile.
      await ask("GET");
      if (left() <= WARN && left() > 0 && document.body.contains(dialog)) dialog.showModal();
    }
    if (dialog.open) count();
    if (left() <= 0) {
      await ask("GET");
      if (left() <= 0) end();
    }
  }

  function count() {
    if (left() > WARN) return dialog.close();
    dialog.querySelector("[data-seconds]").textContent = Math.max(0, Math.ceil(left()));
  }

  for (const touch of ["keydown", "pointerdown", "wheel", "touchmove"]) {
    document.addEventListener(touch, () => { touched = true; }, { passive: true, capture: true });
  }
  dialog.querySelector("button").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  // After sleep the clock has gone on: look before anybody reads.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  setInterval(look, 1000 * LOOK_EVERY);
  setInterval(() => { if (dialog.open) count(); }, 1000);
}

// A record that was opened in an emergency says how long it stays open, and closes with its time.
{
  const strip = document.querySelector("[data-open-until]");
  const until = strip && Date.parse(strip.dataset.openUntil);
  if (strip) {
    setInterval(() => {
      const seconds = (until - Date.now()) / 1000;
      const shown = document.querySelector("[data-minutes-left]");
      if (shown) shown.textContent = Math.max(0, Math.round(seconds / 60));
      if (seconds <= 0) {
        document.body.replaceChildren();
        window.location.reload();
      }
    }, 15_000);
  }
}
