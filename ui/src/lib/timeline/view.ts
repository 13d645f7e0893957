/** The stretch of a day that the canvas shows, and how it moves. Moments are microseconds UTC. */

import { MINUTE, SECOND } from '../time/zone.ts';

export interface View {
  from: number;
  to: number;
}

const LEAST = 60 * SECOND;
const LITTLE = 30 * MINUTE;

/** Keep the view within the day, its length unchanged where that is possible. */
export function within(view: View, day: View): View {
  const length = Math.min(view.to - view.from, day.to - day.from);
  const from = Math.min(Math.max(view.from, day.from), day.to - length);
  return { from, to: from + length };
}

/** Zoom by `factor` (above 1: closer) so that the moment `at` stays where it is. */
export function zoomed(view: View, factor: number, at: number, day: View): View {
  const length = Math.min(day.to - day.from, Math.max(LEAST, (view.to - view.from) / factor));
  const share = (at - view.from) / (view.to - view.from);
  return within({ from: at - share * length, to: at + (1 - share) * length }, day);
}

export function panned(view: View, by: number, day: View): View {
  return within({ from: view.from + by, to: view.to + by }, day);
}

/**
 * Move the view just enough that `at` is inside, with a margin. The same view where it cannot move: at the
 * end of the day, and whoever asks again at every change would ask for ever.
 */
export function following(view: View, at: number, day: View): View {
  const margin = (view.to - view.from) * 0.1;
  if (at >= view.from && at <= view.to - margin) return view;
  const moved = within({ from: at - 2 * margin, to: at - 2 * margin + (view.to - view.from) }, day);
  return moved.from === view.from && moved.to === view.to ? view : moved;
}

/**
 * What to show of a day at first: the whole of it, or, where little was recorded, that and half an hour
 * at least. The overview below shows the whole day in any case.
 */
export function opening(day: View, recorded: readonly (readonly [number, number])[]): View {
  const [first, last] = [recorded.at(0), recorded.at(-1)];
  if (!first || !last) return day;
  const span = last[1] - first[0];
  if (span > (day.to - day.from) / 12) return day;
  const length = Math.max(span * 1.25, LITTLE);
  const from = last[1] - length * 0.9;
  return within({ from, to: from + length }, day);
}

export function xOf(us: number, view: View, width: number): number {
  return ((us - view.from) / (view.to - view.from)) * width;
}

export function momentAt(x: number, view: View, width: number): number {
  return view.from + (x / width) * (view.to - view.from);
}
