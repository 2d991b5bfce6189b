(() => {
const cards = [...document.querySelectorAll(".cards > li[tabindex]")];
const find = document.getElementById("find");
document.querySelector(".tools").hidden = false;
const filter = () => {
  const words = find.value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const card of cards) {
    const text = card.textContent.toLowerCase();
    card.hidden = !words.every(word => text.includes(word));
    count += !card.hidden;
  }
  document.getElementById("count").textContent = `${count} of ${cards.length}`;
};
find.addEventListener("input", filter);
filter();
const copy = async card => {
  const code = card.querySelector("code"), button = card.querySelector("button");
  getSelection().selectAllChildren(code);
  try { await navigator.clipboard.writeText(code.textContent); }
  catch { document.execCommand("copy"); }  // where a page from a file may not use the clipboard
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
};
for (const card of cards) {
  const button = card.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => copy(card));
}
document.addEventListener("keydown", event => {
  if (event.target === find) { if (event.key === "Escape") find.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); find.focus(); return; }
  const current = document.activeElement.closest(".cards > li[tabindex]");
  if (event.key === "c" && current) copy(current);
  if (event.key === "Enter" && document.activeElement === current) current?.querySelector(".picture")?.click();
  if (event.key !== "j" && event.key !== "k") return;
  const shown = cards.filter(card => !card.hidden);
  const next = shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(current) + (event.key === "j" ? 1 : -1)))];
  if (next) { next.focus({preventScroll: true}); next.scrollIntoView({block: "center"}); }
});
})();
