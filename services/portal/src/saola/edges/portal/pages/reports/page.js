// The reporter's grid: paste a block from Excel, move by keys. The server alone judges.
const grid = (event) => event.target.closest?.("form[data-grid]");
const rows = (form) => [...form.querySelectorAll("[data-r]")];

document.addEventListener("paste", (event) => {
  const form = grid(event);
  const from = event.target.closest?.("[data-r]");
  const text = event.clipboardData?.getData("text") ?? "";
  const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n");
  if (!form || !from || (lines.length === 1 && !text.includes("\t"))) return;
  event.preventDefault();
  const all = rows(form);
  const first = all.indexOf(from);
  let pasted = 0;
  lines.forEach((line, down) => {
    const [value, , note] = line.split("\t");
    const cell = all[first + down];
    if (!cell) return;
    cell.value = value.trim();
    pasted += 1;
    const remark = form.querySelector(`#${CSS.escape(cell.id.replace(/^v-/, "n-"))}`);
    if (note?.trim() && remark) {
      remark.value = note.trim();
      pasted += 1;
    }
  });
  form.querySelector("[data-said]").textContent = form.dataset.pasted.replace("{n}", pasted);
});

document.addEventListener("keydown", (event) => {
  const form = grid(event);
  if (!form) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=do][value=submit]"));
    return;
  }
  const cell = event.target.closest("[data-r]");
  const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  const all = rows(form);
  const next = all[all.indexOf(cell) + step];
  next?.focus();
  next?.select();
});
