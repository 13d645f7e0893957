/** Days and clock times in the hub's time zone. Moments are microseconds UTC; a day is 'YYYY-MM-DD'. */

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  language: string,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language}|${zone}|${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
    formats.set(key, made);
  }
  return made;
}

export function now(): number {
  return Date.now() * 1000;
}

/** A moment as the hub writes it ("2026-11-22T22:35:19+00:00"), NaN for other text: `Date.parse` finds a year in "Tablet 17655". */
export function written(text: string): number {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) * 1000 : NaN;
}

interface Wall {
  day: string;
  hour: number;
  minute: number;
  second: number;
}

/** What a clock on the wall shows in `zone` at that moment. */
export function wall(us: number, zone: string): Wall {
  const parts = format('en-CA', zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(us / 1000);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((p) => p.type === type)?.value ?? '0';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    hour: Number(part('hour')),
    minute: Number(part('minute')),
    second: Number(part('second')),
  };
}

/** How far `zone` is ahead of UTC at that moment, in microseconds. */
export function offset(us: number, zone: string): number {
  const at = wall(us, zone);
  const local =
    Date.parse(`${at.day}T00:00:00Z`) * 1000 +
    at.hour * HOUR +
    at.minute * MINUTE +
    at.second * SECOND;
  return local - Math.floor(us / SECOND) * SECOND;
}

export function dayOf(us: number, zone: string): string {
  return wall(us, zone).day;
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The moment a clock in `zone` shows `day` and `clock` ("HH:MM" or "HH:MM:SS"); the earlier one where it shows it twice. */
export function moment(day: string, clock: string, zone: string): number {
  const local = Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}Z`) * 1000;
  const guesses = [offset(local - 24 * HOUR, zone), offset(local + 24 * HOUR, zone)].map(
    (ahead) => local - ahead,
  );
  const exact = guesses.filter((us) => us + offset(us, zone) === local);
  // None is exact where the clock skips that time: the moment of the change is the honest answer.
  return exact.length ? Math.min(...exact) : Math.max(...guesses);
}

/** First and last moment of a day: 23, 24 or 25 hours apart. */
export function daySpan(day: string, zone: string): [number, number] {
  return [moment(day, '00:00', zone), moment(addDays(day, 1), '00:00', zone)];
}

export function clock(us: number, zone: string, language: string, seconds = false): string {
  return format(language, zone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(us / 1000);
}

export function dayName(
  day: string,
  language: string,
  { style = 'short', year = false }: { style?: 'short' | 'long'; year?: boolean } = {},
): string {
  return format(language, 'UTC', {
    weekday: style,
    day: 'numeric',
    month: style,
    ...(year ? { year: 'numeric' } : {}),
  }).format(Date.parse(`${day}T12:00:00Z`));
}
