// The list of decks.
import { make } from "./make.js";

const list = document.querySelector("#decks");
for (const { href, name } of JSON.parse(list.dataset.decks)) list.append(make("li", {}, make("a", { href }, name)));
