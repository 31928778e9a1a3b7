// Resolves imports of a project's code: its own files with the stamp of their importer, so that a new stamp reloads them;
// packages that it lacks from our own.
import { fileURLToPath } from "node:url";

const FROM = /^marpweave:([^:]*):(.*)$/s; // a name relative to a place, which import() cannot express
let ours;
let port;

export function initialize(data) {
  ({ ours, port } = data);
}

export async function resolve(name, context, next) {
  const from = FROM.exec(name);
  if (from) return resolve(from[2], { ...context, parentURL: decodeURIComponent(from[1]) }, next);
  const stamp = context.parentURL?.startsWith("file:") ? new URL(context.parentURL).searchParams.get("marpweave") : null;
  const found = await resolved(name, context, next).catch((error) => {
    if (stamp !== null && /^\.{0,2}[/]/.test(name)) port.postMessage(fileURLToPath(new URL(name, context.parentURL)));
    throw error;
  });
  const url = new URL(found.url);
  if (stamp === null || url.protocol !== "file:" || url.pathname.includes("/node_modules/")) return found;
  port.postMessage(fileURLToPath(url));
  url.searchParams.set("marpweave", stamp);
  return { ...found, url: url.href };
}

async function resolved(name, context, next) {
  try {
    return await next(name, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || /^[./]|^\w+:/.test(name)) throw error;
    return next(name, { ...context, parentURL: ours });
  }
}
