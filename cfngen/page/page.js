"use strict";
/* Filters: each form hides the rows of its section that do not hold every word, or have another key. */
for (const form of document.querySelectorAll("form.filter")) {
  const section = document.getElementById(form.dataset.for);
  const rows = [...section.querySelectorAll("tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const input = form.querySelector("input");
  const selects = [...form.querySelectorAll("select")];
  const count = form.querySelector(".count");

  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      const fits = words.every((word) => text.includes(word))
        && selects.every((each) => !each.value || row.dataset[each.dataset.key] === each.value);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const box of section.querySelectorAll(".part, .scroll:not(.picture)")) {
      box.hidden = !box.querySelector("tbody tr:not([hidden])");
    }
    count.textContent = `${shown} of ${rows.length} ${form.dataset.noun}`;
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}

/* A link to a row that a filter hides shows it again. */
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("[hidden]")) {
    for (const form of document.querySelectorAll("form.filter")) {
      if (document.getElementById(form.dataset.for).contains(target)) form.reset();
    }
    setTimeout(() => target.scrollIntoView());
  }
  if (target && target.tagName === "TR") setTimeout(() => target.focus());
};
addEventListener("hashchange", reveal);
reveal();
