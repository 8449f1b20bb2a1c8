import { texts } from "../language/language";
import type { Diary } from "../state/diary";
import { Card } from "./card";
import { TextForm } from "./text_form";

export function NotesSection({ diary }: { diary: Diary }) {
  return (
    <Card title={texts.habits.notes.title}>
      <TextForm label={texts.habits.notes.text} longest={500} save={(text) => diary.send("note", { text })} />
    </Card>
  );
}
