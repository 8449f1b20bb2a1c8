import { texts } from "../language/language";
import { Field } from "../parts/field";
import { PasswordForm } from "../parts/password_form";
import { setUp } from "../state/session";

/** The person with the code that the installation printed chooses the password. */
export function SetUpPage() {
  return (
    <PasswordForm
      title={texts.setup.title}
      submit={texts.setup.submit}
      wrong={texts.setup.wrong}
      send={async (values) => {
        if (values.get("password") !== values.get("again")) return texts.setup.differ;
        await setUp(String(values.get("code")).trim(), String(values.get("password")));
        return "";
      }}
    >
      <p>{texts.setup.introduction}</p>
      <Field name="code" label={texts.setup.code} autocomplete="one-time-code" readable />
      <Field name="password" label={texts.setup.password} autocomplete="new-password" />
      <Field name="again" label={texts.setup.again} autocomplete="new-password" />
    </PasswordForm>
  );
}
