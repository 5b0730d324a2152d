// Helps to sign: the button waits until every needed answer is given; the server judges all the same.
"use strict";
(() => {
  function missingIn(form) {
    const decisions = [...form.querySelectorAll("[name=decision]")];
    const decision = decisions.find((one) => one.checked)?.value;
    if (decisions.length && !decision) return form.dataset.sayDecision;
    const calls = [...form.querySelectorAll(".by-hand fieldset")];
    if (decision === "disagree" && calls.some((one) => !one.querySelector("input:checked"))) return form.dataset.sayCalls;
    const text = form.querySelector("textarea");
    const needed = text.required || form.dataset.words?.split(" ").includes(decision);
    return needed && !text.value.trim() ? form.dataset.sayText : "";
  }

  function update(form) {
    const missing = missingIn(form);
    const button = form.querySelector("[data-sign]");
    const note = form.querySelector("[data-missing]");
    button.disabled = Boolean(missing);
    if (note) {
      note.hidden = !missing;
      note.textContent = missing;
    }
    const label = button.querySelector("[data-label]");
    if (label && button.dataset.otherwise) {
      label.dataset.first ||= label.textContent;
      const undecided = form.querySelector("[name=decision][value=cannot-tell]:checked");
      label.textContent = undecided ? button.dataset.otherwise : label.dataset.first;
    }
  }

  const forms = () => [...document.querySelectorAll("form[data-review]")];
  const updateAll = () => forms().forEach(update);
  const isTouched = (form) =>
    [...form.elements].some((one) => (one.type === "radio" ? one.checked : one.localName === "textarea" && one.value !== one.defaultValue));

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-review]");
    if (form) update(form);
  });
  document.addEventListener("htmx:afterSettle", updateAll);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const open = forms().filter((one) => one.checkVisibility());
    const form = event.target.closest("form[data-review]") || (open.length === 1 ? open[0] : null);
    const button = form?.querySelector("[data-sign]");
    if (!button) return;
    event.preventDefault();
    update(form);
    if (!button.disabled) form.requestSubmit(button);
    else form.querySelector("[data-missing]")?.scrollIntoView({ block: "nearest" });
  });

  // What somebody is writing is never replaced by an answer that comes meanwhile.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.id !== "readings" || !forms().some(isTouched)) return;
    event.preventDefault();
    document.getElementById("meanwhile").hidden = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (forms().some((form) => isTouched(form) && !form.dataset.sent)) event.preventDefault();
  });

  updateAll();
})();
