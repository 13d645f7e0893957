/** Where the ruler's marks stand. Steps are counted on the wall clock, so a day of 23 or 25 hours is drawn right. */

import { HOUR, MINUTE, offset, SECOND, wall } from '../time/zone.ts';
import type { View } from './view.ts';

export interface Tick {
  at: number;
  label: string;
  /** The same clock time happens twice today; this is the second time. */
  again: boolean;
}

const STEPS = [
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
];

export function ticks(view: View, width: number, zone: string, apart: number): Tick[] {
  const room = ((view.to - view.from) / width) * apart;
  const step = STEPS.find((one) => one >= room) ?? 6 * HOUR;
  const found: Tick[] = [];
  const seen = new Set<string>();
  // Steps below an hour are multiples of UTC minutes in every zone but its offset; hours are asked of the clock.
  const grain = Math.min(step, 15 * MINUTE);
  const ahead = offset(view.from, zone);
  let at = Math.ceil((view.from + ahead) / grain) * grain - ahead;
  for (; at <= view.to; at += grain) {
    const clock = wall(at, zone);
    const local = clock.hour * HOUR + clock.minute * MINUTE + clock.second * SECOND;
    if (local % step !== 0) continue;
    const label = text(clock.hour, clock.minute, clock.second, step);
    const key = `${clock.day} ${label}`;
    found.push({ at, label, again: seen.has(key) });
    seen.add(key);
  }
  return found;
}

function text(hour: number, minute: number, second: number, step: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return step < MINUTE
    ? `${two(hour)}:${two(minute)}:${two(second)}`
    : `${two(hour)}:${two(minute)}`;
}
