import { texts } from "../language/language";
import { Field } from "../parts/field";
import { PasswordForm } from "../parts/password_form";
import { isLinkInvalid, signIn } from "../state/session";

export function SignInPage() {
  return (
    <PasswordForm
      title={texts.sign_in.title}
      submit={texts.sign_in.submit}
      wrong={texts.sign_in.wrong}
      error={isLinkInvalid.value ? texts.sign_in.link : ""}
      send={async (values) => {
        await signIn(String(values.get("password")));
        return "";
      }}
    >
      <Field name="password" label={texts.sign_in.password} autocomplete="current-password" />
    </PasswordForm>
  );
}
