import { MonthView } from "../parts/month_view";
import { SessionView } from "../parts/session_view";
import { place } from "./pages";
import "../style/history.css";

/** The sessions of a month, or the one of the address: #history/ID. */
export function HistoryPage() {
  return place.value === "" ? <MonthView /> : <SessionView key={place.value} session={place.value} />;
}
