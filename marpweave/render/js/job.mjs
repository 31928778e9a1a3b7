// The deck that is being rendered, wherever Marp or the browser asks for it: { images, css, moves, measures, … }.
// Decks are rendered side by side in one process, so this is bound to the chain of calls and not to the module.
import { AsyncLocalStorage } from "node:async_hooks";

export const work = new AsyncLocalStorage();
