import { render } from "preact";

import { App } from "./app";
import { language } from "./language/language";
import { begin } from "./state/connection";
import { view } from "./view";
import "../../daemon/talkpace/report/palette.css";
import "./style/page.css";
import "./style/live.css";
import "./style/plain.css";

document.documentElement.lang = language;
document.documentElement.classList.toggle("plain", view.plain);
render(<App />, document.getElementById("app")!);
begin();
