// The list of decks.
const list = document.querySelector("#decks");
for (const { href, title, name } of JSON.parse(list.dataset.decks)) {
  const link = Object.assign(document.createElement("a"), { href });
  link.append(Object.assign(document.createElement("strong"), { textContent: title || name }),
    Object.assign(document.createElement("span"), { textContent: name }));
  list.append(document.createElement("li"));
  list.lastChild.append(link);
}
