(() => {
const body = document.querySelector("tbody"), rows = [...body.rows];
const find = document.getElementById("find"), whole = document.getElementById("whole");
document.querySelector(".tools").hidden = false;
const value = (row, place) => {
  const cell = row.cells[place], number = cell.dataset.value ?? cell.textContent.trim();
  return number !== "" && isFinite(number) ? Number(number) : null;
};
const compare = (place, down) => (one, other) => {
  const a = value(one, place), b = value(other, place);
  if (a === null && b === null)
    return one.cells[place].innerText.localeCompare(other.cells[place].innerText) * (down ? -1 : 1);
  if (a === null || b === null) return a === null ? 1 : -1;
  return down ? b - a : a - b;
};
document.querySelectorAll("thead button").forEach(button => button.addEventListener("click", () => {
  const head = button.parentElement, place = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "ascending";
  document.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...rows.sort(compare(place, down)));
}));
const filter = () => {
  const words = find.value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const row of rows) {
    const text = row.cells[1].textContent.toLowerCase();
    row.hidden = !words.every(word => text.includes(word)) || (whole.checked && row.dataset.whole === "0");
    count += !row.hidden;
  }
  document.getElementById("count").textContent = `${count} of ${rows.length}`;
};
find.addEventListener("input", filter);
whole.addEventListener("change", filter);
filter();
const taken = document.getElementById("taken"), boxes = [...document.querySelectorAll(".take input")];
if (taken) {
  const [count, line, copy] = taken.children;
  boxes.forEach(box => { box.parentElement.hidden = false; });
  const collect = () => {
    const items = boxes.filter(box => box.checked).map(box => box.value);
    taken.hidden = !items.length;
    count.textContent = items.length === 1 ? "1 artwork:" : `${items.length} artworks:`;
    line.textContent = taken.dataset.take.replace("{}", () => items.join(","));
    copy.textContent = "copy";
  };
  boxes.forEach(box => box.addEventListener("change", collect));
  copy.addEventListener("click", async () => {
    getSelection().selectAllChildren(line);
    try { await navigator.clipboard.writeText(line.textContent); copy.textContent = "copied"; }
    catch { copy.textContent = "selected: press Ctrl-C"; }
  });
  collect();
}
document.addEventListener("keydown", event => {
  if (event.target === find) { if (event.key === "Escape") find.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); find.focus(); return; }
  if (event.key !== "j" && event.key !== "k") return;
  const shown = [...body.rows].filter(row => !row.hidden);
  const here = shown.indexOf(document.activeElement.closest("tr"));
  const next = shown[Math.max(0, Math.min(shown.length - 1, here + (event.key === "j" ? 1 : -1)))];
  if (next) { next.focus({preventScroll: true}); next.scrollIntoView({block: "center"}); }
});
})();