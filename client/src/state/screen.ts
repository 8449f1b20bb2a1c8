/** Ask the browser to leave the screen on. It may refuse, and it only can over https or on this host. */
export async function keepScreenOn(): Promise<void> {
  try {
    await navigator.wakeLock?.request("screen");
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
