import { texts } from "../language/language";

/** Why a call has failed: in the words of the daemon, which are English, or in the page's own. */
export function Reason({ text }: { text: string }) {
  if (text === "") return null;
  return <span lang={text === texts.control.no_connection ? undefined : "en"}>{text}</span>;
}
