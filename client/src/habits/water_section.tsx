import { number } from "../language/format";
import { fill, texts } from "../language/language";
import type { Habits } from "../server/habit_payloads";
import type { Diary } from "../state/diary";
import { mayChange } from "../state/session";
import { Amount } from "./amount";
import { Card } from "./card";
import { Meter } from "./meter";

const BOTTLE_ML = 500;

export function WaterSection({ water, diary }: { water: NonNullable<Habits["water"]>; diary: Diary }) {
  const amount = number(water.today_ml);
  return (
    <Card title={texts.habits.water.title}>
      {water.target_ml === null ? (
        <>
          <p class="large">{fill(texts.habits.water.ml, { ml: amount })}</p>
          <p class="muted">{texts.habits.water.no_target}</p>
        </>
      ) : (
        <Meter
          label={texts.habits.today}
          value={water.today_ml}
          most={water.target_ml}
          text={fill(texts.habits.water.of, { ml: amount, target: number(water.target_ml) })}
        />
      )}
      {mayChange() && (
        <>
          <div class="buttons">
            <button type="button" onClick={() => void diary.send("water", null)}>
              {texts.habits.water.glass}
            </button>
            <button type="button" onClick={() => void diary.send("water", { ml: BOTTLE_ML })}>
              {fill(texts.habits.water.add, { ml: BOTTLE_ML })}
            </button>
          </div>
          <details>
            <summary>{texts.habits.other_amount}</summary>
            <Amount
              label={texts.habits.water.unit}
              start={300}
              least={1}
              most={5000}
              step={50}
              save={(ml) => diary.send("water", { ml })}
            />
          </details>
        </>
      )}
    </Card>
  );
}
