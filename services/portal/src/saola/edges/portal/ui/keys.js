// The keys of every page. Typing in a field switches single keys off; so does a setting (WCAG 2.1.4).
const single = document.body.dataset.keys !== "off";
const go = { o: "/", b: "/board", r: "/reports", i: "/inbox", n: "/notices" };
let waiting = 0;

const open = (id) => {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) {
    dialog.showModal();
    dialog.querySelector("input")?.select();
  }
};

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : root.dataset.theme === "dark";
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
}

const keys = { t: theme, "/": () => open("palette"), "?": () => open("keys") };

addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return open("palette");
  }
  if (!single || control || event.altKey || event.target.closest?.("input, textarea, select, dialog")) return;
  if (Date.now() - waiting < 900 && go[event.key]) {
    waiting = 0;
    location.href = go[event.key];
    return;
  }
  waiting = event.key === "g" ? Date.now() : 0;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    event.preventDefault();
    open(opener.dataset.open);
  }
  if (event.target.closest("[data-theme-switch]")) {
    event.preventDefault();
    theme();
  }
  event.target.closest("[data-close]")?.closest("dialog").close();
});
