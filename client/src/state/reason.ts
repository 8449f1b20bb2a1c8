import { texts } from "../language/language";

/** Why a call has failed, for people. Anything but an error of `call` is raised again. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  return error instanceof TypeError ? texts.control.no_connection : error.message;
}
