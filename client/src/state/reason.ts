import { texts } from "../language/language";

/** Why a request has failed, for people. Raises what is no such failure. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  return error instanceof TypeError ? texts.control.no_connection : error.message;
}
