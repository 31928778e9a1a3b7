// The job of the deck that is being rendered, for hooks of Marp and the browser: { images, css, moves, unlinked, measures, … }.
// Decks are rendered concurrently in one process, so the job is bound to the async context, not to the module.
import { AsyncLocalStorage } from "node:async_hooks";

export const work = new AsyncLocalStorage();
