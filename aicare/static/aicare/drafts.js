// What is typed into the form of a set stays in this browser until it is saved: the only patient
// data that is kept here, values and ids without a name, each under its user and its address.
// It leaves after sending, at sign-out, when somebody else signs in, and after a day.
"use strict";

const drafts = (() => {
  const PREFIX = "aicare-draft:";
  const KEPT_FOR = 24 * 60 * 60 * 1000;

  // Where a browser keeps nothing, forms work without drafts.
  function keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  }

  function read(key) {
    try {
      const draft = JSON.parse(localStorage.getItem(PREFIX + key));
      return draft && isYoung(draft) ? draft : null;
    } catch {
      return null;
    }
  }

  function isYoung(draft) {
    return Math.abs(Date.now() - draft.keptAt) < KEPT_FOR;
  }

  function keep(key, draft) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify({ ...draft, keptAt: draft.keptAt ?? Date.now() }));
    } catch {
      // Full or forbidden: the values stay in the page.
    }
  }

  // Only the draft of this very form: another tab may have begun a new one.
  function remove(key, once) {
    const draft = read(key);
    if (!draft || !once || draft.once === once) localStorage.removeItem(PREFIX + key);
  }

  function forgetAll(isKept = () => false) {
    keys().filter((key) => !isKept(key.slice(PREFIX.length))).forEach((key) => localStorage.removeItem(key));
  }

  // The addresses of forms on which this user pressed Save and that could not be sent.
  function unsent(user) {
    return keys()
      .map((key) => key.slice(PREFIX.length))
      .filter((key) => key.startsWith(`${user}:`) && read(key)?.isPressed)
      .map((key) => key.slice(user.length + 1));
  }

  return { read, keep, remove, forgetAll, unsent };
})();

// htmx notes the address of the page, which may hold a name that was searched for.
function forgetTheAddress() {
  try {
    sessionStorage.removeItem("htmx-current-path-for-history");
  } catch {
    // Nothing is kept here.
  }
}
forgetTheAddress();
window.addEventListener("pagehide", forgetTheAddress);

{
  const user = document.querySelector("[data-user]")?.dataset.user;
  const signIn = document.querySelector("form[action$='/accounts/login/']");
  if (user) drafts.forgetAll((key) => key.startsWith(`${user}:`) && drafts.read(key));
  // After a session that ended by itself there is a way back to the form; after sign-out none.
  else if (signIn && !signIn.elements.next) drafts.forgetAll();

  const note = document.querySelector("[data-unsent-elsewhere]");
  const elsewhere = drafts.unsent(user ?? "").find((path) => path !== window.location.pathname);
  if (note && elsewhere) {
    note.querySelector("a").href = elsewhere;
    note.hidden = false;
  }

  // Signing out takes the drafts along; what was to be saved is asked about first.
  document.addEventListener("submit", (event) => {
    if (!event.target.action?.endsWith("/accounts/logout/")) return;
    if (note && drafts.unsent(user ?? "").length && !window.confirm(note.dataset.ask)) event.preventDefault();
    else drafts.forgetAll();
  }, true);
}
