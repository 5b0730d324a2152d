// What is typed into the form of a set stays in this browser until it is saved: the only patient
// data that is kept here, values and ids without a name, each under its user, its address and the
// key of its form: two pages about one patient keep a draft each.
// It leaves after sending, at sign-out, when somebody else signs in, and after a day.
"use strict";

const drafts = (() => {
  const PREFIX = "aicare-draft:";
  const KEPT_FOR = 24 * 60 * 60 * 1000;

  // Where a browser keeps nothing, forms work without drafts.
  function keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
    } catch {
      return [];
    }
  }

  const keyOf = (place, once) => `${place}#${once}`;
  const placeOf = (key) => key.slice(0, key.lastIndexOf("#"));

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

  function keep(place, draft) {
    try {
      localStorage.setItem(PREFIX + keyOf(place, draft.once), JSON.stringify({ ...draft, keptAt: draft.keptAt ?? Date.now() }));
    } catch {
      // Full or forbidden: the values stay in the page.
    }
  }

  function remove(place, once) {
    try {
      localStorage.removeItem(PREFIX + keyOf(place, once));
    } catch {
      // Nothing was kept.
    }
  }

  // The draft that waits longest for other forms of this place: what was to be saved comes first.
  function waitingAt(place, once) {
    return keys()
      .filter((key) => placeOf(key) === place)
      .map(read)
      .filter((draft) => draft && draft.once !== once)
      .sort((one, other) => Number(other.isPressed) - Number(one.isPressed) || one.keptAt - other.keptAt)[0];
  }

  function isRemoval(event, place, once) {
    return event.key === PREFIX + keyOf(place, once) && event.newValue === null;
  }

  function forgetAll(isKept = () => false) {
    keys().filter((key) => !isKept(key)).forEach((key) => localStorage.removeItem(PREFIX + key));
  }

  // The addresses of forms on which this user pressed Save and that could not be sent.
  function unsent(user) {
    return keys()
      .filter((key) => key.startsWith(`${user}:`) && read(key)?.isPressed)
      .map((key) => placeOf(key).slice(user.length + 1));
  }

  return { read, keep, remove, waitingAt, isRemoval, forgetAll, unsent };
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

  // Where a set was begun and is not saved, the way to it says so.
  function sayWhatWasBegun() {
    document.querySelectorAll("a[data-continue]").forEach((way) => {
      if (drafts.waitingAt(`${user}:${way.pathname}`)) way.firstChild.textContent = way.dataset.continue;
    });
  }
  sayWhatWasBegun();
  document.addEventListener("htmx:afterSwap", sayWhatWasBegun);

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
