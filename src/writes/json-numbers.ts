/** Whether a JSON value holds a number that may have lost digits on its way in. */
export function isRounded(value: unknown): boolean {
  if (typeof value === 'number') return String(value).replace(/e.*$/, '').replace(/\D/g, '').length > 15;
  return typeof value === 'object' && value !== null && Object.values(value).some(isRounded);
}
