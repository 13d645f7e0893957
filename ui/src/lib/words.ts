/** Phrases that several pages build the same way: who, where, when. */

import type {
  Advice,
  Camera,
  Event,
  FoundStream,
  Label,
  Problem,
  StreamInfo,
  StreamName,
} from './api/types';
import { stateText } from './failure';
import { known, language, t } from './i18n/index.svelte';
import { home } from './state/home.svelte';
import { addDays, clock, dayName, dayOf, now } from './time/zone';

export function labelName(label: Label): string {
  return t(`label.${label}`);
}

/** "Person · Garden" */
export function eventTitle(event: Event): string {
  return t('event.title', { label: labelName(event.label), camera: cameraName(event.camera) });
}

export function cameraName(id: string | null | undefined): string {
  return home.camera(id ?? undefined)?.name ?? t('camera.gone');
}

export function timeOf(us: number, seconds = false): string {
  return clock(us, home.zone, language.locale, seconds);
}

/** "Today", "Yesterday", "Mon 17 Nov", or "Sun, 17 Nov 2024" of another year */
export function dayText(day: string, style: 'short' | 'long' = 'short'): string {
  const today = dayOf(now(), home.zone);
  if (day === today) return t('day.today');
  if (day === addDays(today, -1)) return t('day.yesterday');
  return dayName(day, language.locale, { style, year: day.slice(0, 4) !== today.slice(0, 4) });
}

/** "10:12" today, "Yesterday 10:12", "Mon 17 Nov 10:12" */
export function whenText(us: number, seconds = false): string {
  const day = dayOf(us, home.zone);
  const time = timeOf(us, seconds);
  return day === dayOf(now(), home.zone) ? time : `${dayText(day)} ${time}`;
}

/** The same within a sentence: "offline since yesterday 10:12". */
export function whenInside(us: number): string {
  const yesterday = dayOf(us, home.zone) === addDays(dayOf(now(), home.zone), -1);
  return yesterday ? t('day.yesterday_at', { time: timeOf(us) }) : whenText(us);
}

/** "25 s", "3 min", "2 h 5 min" */
export function durationText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return t('duration.seconds', { s: whole });
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return t('duration.minutes', { m: minutes });
  const rest = minutes % 60;
  return rest
    ? t('duration.hours_minutes', { h: Math.floor(minutes / 60), m: rest })
    : t('duration.hours', { h: minutes / 60 });
}

/** A forecast below two days is told in hours: "0 days" says nothing. */
export function forecastText(days: number, unit: 'record.forecast' | 'storage.days'): string {
  if (days >= 2) return t(unit, { count: Math.floor(days) });
  const hours = unit === 'storage.days' ? 'storage.hours' : 'record.forecast_hours';
  return t(hours, { count: Math.max(1, Math.floor(days * 24)) });
}

export function bytesText(bytes: number): string {
  const format = (value: number, digits: number): string =>
    new Intl.NumberFormat(language.locale, { maximumFractionDigits: digits }).format(value);
  if (bytes >= 1e12) return `${format(bytes / 1e12, 1)} TB`;
  if (bytes >= 1e9) return `${format(bytes / 1e9, bytes >= 1e10 ? 0 : 1)} GB`;
  if (bytes >= 1e6) return `${format(bytes / 1e6, bytes >= 1e7 ? 0 : 1)} MB`;
  return `${format(bytes / 1e3, 0)} kB`;
}

/** A score as a person may read it: nothing a detector says is ever wholly sure. */
export function sureness(score: number): string {
  return percent(Math.min(score, 0.99));
}

export function percent(share: number, digits = 0): string {
  return new Intl.NumberFormat(language.locale, {
    style: 'percent',
    maximumFractionDigits: digits,
  }).format(share);
}

/** What to change in a camera. */
export function adviceText(advice: Advice): string {
  const seconds = advice.seconds ?? 0;
  return t(`advice.${advice.code}`, {
    seconds: Math.round(seconds),
    duration: durationText(seconds),
  });
}

/** What is wrong in the household, in the owner's language; the hub's sentence where we have none. */
export function problemText(problem: Problem): string {
  const key = `problem.${problem.code}`;
  if (!known(key)) return problem.message;
  const failing = home.channels.find(({ id }) => id && problem.id.endsWith(id));
  if (problem.code === 'notifier' && !failing) return t('problem.notifier_other');
  return t(key, {
    camera: cameraName(problem.camera),
    since: whenInside(Date.parse(problem.since) * 1000),
    channel: failing?.name ?? '',
  });
}

/** "Paused until 15:30": why a camera is off, when it goes on by itself, and what that means. */
export function offText({ off, state_message }: Camera): { title: string; advice: string } {
  if (!off || off.reason === 'switch') return stateText('off', state_message);
  const until = off.until ? whenInside(Date.parse(off.until) * 1000) : null;
  return {
    title: until ? t(`off.${off.reason}_until`, { time: until }) : t(`off.${off.reason}`),
    advice: t('off.means'),
  };
}

/** Why a stretch of time was not recorded. */
export function gapText(reason: string): string {
  const gap = `gap.${reason}`;
  const state = `state.${reason}`;
  return known(gap) ? t(gap) : known(state) ? t(state) : t('gap.unknown');
}

/** Can the hub give a picture of now? */
export function hasPicture(camera: Camera): boolean {
  return (camera.sub ?? camera.main).state === 'online';
}

/** Width over height of what the grid shows. */
export function aspect(camera: Camera): number {
  const stream = camera.sub?.width ? camera.sub : camera.main;
  return stream.width && stream.height ? stream.width / stream.height : 16 / 9;
}

/** Microseconds of footage that can be shared at once; the hub refuses more. */
export const LONGEST_SHARE = 300e6;

/** What is handed out: the large picture, unless it is H.265, which many phones and browsers cannot play. */
export function sharedStream(camera: Camera | undefined): StreamName {
  return camera?.main.codec === 'hevc' && camera.record_sub && camera.sub ? 'sub' : 'main';
}

/** "1920 × 1080 · H.264 · 20 pictures a second" */
export function streamText(stream: StreamInfo | FoundStream): string {
  const parts = [`${stream.width ?? '?'} × ${stream.height ?? '?'}`, codecName(stream.codec)];
  if (stream.fps) parts.push(t('add.fps', { fps: Math.round(stream.fps) }));
  return parts.join(' · ');
}

export function codecName(codec: string | null): string {
  if (!codec) return '–';
  if (/^(h264|avc)/i.test(codec)) return 'H.264';
  if (/^(hevc|h265|hvc|hev)/i.test(codec)) return 'H.265';
  return codec.toUpperCase();
}
