// The inbox: one key chooses all that is on the page, or none. Without script the same link asks the server.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-all]");
  if (!link) return;
  event.preventDefault();
  const boxes = [...link.closest("form").querySelectorAll("[name=which]")];
  const chosen = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !chosen;
});
