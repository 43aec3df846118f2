/** What the benchmark tells the servers it brings along, the same as it tells the gateway. */
export const PORT = Number(process.env.PORT);
export const UPSTREAM = process.env.PIPEDRIVE_API_URL ?? '';
export const UPSTREAM_HEADERS = { 'x-api-token': process.env.PIPEDRIVE_API_TOKEN ?? '' };
