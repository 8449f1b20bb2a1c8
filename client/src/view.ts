// What the address asks for: ?athlete=anna shows one athlete only, ?plain an overlay for a video stream.

const query = new URLSearchParams(location.search);

export const view = { athlete: query.get("athlete"), plain: query.has("plain") };
