/** Paints one day of one camera: ruler, events, what is recorded, and the whole day below as an overview. */

import type { EventMark, Timeline } from '../api/types';
import { SECOND } from '../time/zone';
import { ticks } from './ticks';
import { type View, xOf } from './view';

export const LANES = { ruler: 26, events: 46, track: 92, overview: 110, height: 134 } as const;

export interface Palette {
  ink: string;
  inkSoft: string;
  line: string;
  surface: string;
  sunken: string;
  accent: string;
  recorded: string;
  motion: string;
  kept: string;
  person: string;
  vehicle: string;
  animal: string;
  danger: string;
}

export interface Scene {
  width: number;
  view: View;
  day: View;
  zone: string;
  now: number;
  data: Timeline | null;
  position: number;
  selection: View | null;
  hover: number | null;
  palette: Palette;
  font: string;
  gapName: (reason: string) => string;
}

/** Read the design system's colours from the page; they are registered, so they come resolved. */
export function palette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`);
  return {
    ink: colour('ink'),
    inkSoft: colour('ink-soft'),
    line: colour('line'),
    surface: colour('surface'),
    sunken: colour('sunken'),
    accent: colour('accent'),
    recorded: colour('recorded'),
    motion: colour('motion'),
    kept: colour('kept'),
    person: colour('person'),
    vehicle: colour('vehicle'),
    animal: colour('animal'),
    danger: colour('danger'),
  };
}

export function draw(ctx: CanvasRenderingContext2D, scene: Scene): void {
  ctx.clearRect(0, 0, scene.width, LANES.height);
  ruler(ctx, scene);
  track(ctx, scene);
  events(ctx, scene);
  overview(ctx, scene);
  if (scene.selection) selection(ctx, scene, scene.selection);
  if (scene.hover !== null) line(ctx, scene, scene.hover, scene.palette.inkSoft, 1);
  playhead(ctx, scene);
}

function ruler(ctx: CanvasRenderingContext2D, { view, width, zone, palette, font }: Scene): void {
  ctx.font = `500 11px ${font}`;
  ctx.textBaseline = 'middle';
  for (const tick of ticks(view, width, zone, width < 500 ? 64 : 84)) {
    const x = Math.round(xOf(tick.at, view, width)) + 0.5;
    ctx.strokeStyle = palette.line;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, LANES.ruler - 4);
    ctx.lineTo(x, LANES.track);
    ctx.stroke();
    const label = tick.again ? `${tick.label} ²` : tick.label;
    const room = ctx.measureText(label).width;
    ctx.fillStyle = palette.inkSoft;
    ctx.fillText(label, Math.max(1, Math.min(x - room / 2, width - room - 1)), 10);
  }
}

function bar(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, Math.min(radius, width / 2));
  ctx.fill();
}

function spans(
  ctx: CanvasRenderingContext2D,
  list: readonly (readonly [number, number])[],
  place: { view: View; width: number; y: number; height: number; least: number; radius: number },
): void {
  const { view, width, y, height, least, radius } = place;
  for (const [from, to] of list) {
    if (to < view.from || from > view.to) continue;
    const left = Math.max(-8, xOf(from, view, width));
    const right = Math.min(width + 8, xOf(to, view, width));
    bar(ctx, left, y, Math.max(least, right - left), height, radius);
  }
}

function track(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, data, font } = scene;
  const y = LANES.events + 14;
  const height = LANES.track - y;
  ctx.fillStyle = palette.sunken;
  bar(ctx, 0, y, Math.min(width, xOf(scene.now, view, width)), height, 6);
  if (!data) return;
  ctx.fillStyle = palette.recorded;
  spans(ctx, data.recorded, { view, width, y, height, least: 1, radius: 5 });
  ctx.fillStyle = palette.motion;
  spans(ctx, data.motion, { view, width, y: y + height - 14, height: 14, least: 1.5, radius: 2 });
  ctx.fillStyle = palette.kept;
  spans(ctx, data.kept, { view, width, y: y + height + 3, height: 3, least: 3, radius: 2 });
  ctx.font = `500 11px ${font}`;
  for (const gap of data.gaps) {
    const left = Math.max(0, xOf(gap.from_us, view, width));
    const right = Math.min(width, xOf(gap.to_us, view, width));
    if (right <= 0 || left >= width || right - left < 1) continue;
    hatch(ctx, left, y, right - left, height, palette);
    const name = scene.gapName(gap.reason);
    if (ctx.measureText(name).width + 12 < right - left) {
      ctx.fillStyle = palette.inkSoft;
      ctx.fillText(name, left + (right - left - ctx.measureText(name).width) / 2, y + height / 2);
    }
  }
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  palette: Palette,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.fillStyle = palette.surface;
  ctx.fillRect(x, y, width, height);
  ctx.strokeStyle = palette.line;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (let at = Math.floor((x - height) / 8) * 8; at < x + width; at += 8) {
    ctx.moveTo(at, y + height);
    ctx.lineTo(at + height, y);
  }
  ctx.stroke();
  ctx.restore();
}

function events(ctx: CanvasRenderingContext2D, { view, width, palette, data, now }: Scene): void {
  if (!data) return;
  // Alerts last, so that they lie on top.
  const drawn = data.events.toSorted((a, b) => Number(a.alert) - Number(b.alert));
  for (const event of drawn) {
    const end = event.end_us ?? now;
    if (end < view.from || event.start_us > view.to) continue;
    const left = xOf(event.start_us, view, width);
    const wide = Math.max(6, xOf(end, view, width) - left);
    const height = event.alert ? 18 : 10;
    ctx.globalAlpha = event.alert ? 1 : 0.5;
    ctx.fillStyle = palette[event.label];
    bar(ctx, left, LANES.ruler + 12 - height / 2 + 3, wide, height, 3);
  }
  ctx.globalAlpha = 1;
}

function overview(
  ctx: CanvasRenderingContext2D,
  { view, day, width, palette, data, now, position }: Scene,
): void {
  const y = LANES.overview;
  const height = LANES.height - y - 4;
  const place = { view: day, width, y, height, least: 1, radius: 3 };
  ctx.fillStyle = palette.sunken;
  bar(ctx, 0, y, Math.min(width, xOf(now, day, width)), height, 6);
  if (data) {
    ctx.fillStyle = palette.recorded;
    spans(ctx, data.recorded, place);
    for (const event of data.events) {
      if (!event.alert) continue;
      ctx.fillStyle = palette[event.label];
      bar(ctx, xOf(event.start_us, day, width), y + 4, 3, height - 8, 1.5);
    }
  }
  const left = xOf(view.from, day, width);
  const right = xOf(view.to, day, width);
  if (right - left < width - 1) {
    ctx.fillStyle = palette.surface;
    ctx.globalAlpha = 0.6;
    ctx.fillRect(0, y - 1, left, height + 2);
    ctx.fillRect(right, y - 1, width - right, height + 2);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.roundRect(left + 1, y - 1, Math.max(8, right - left - 2), height + 2, 5);
    ctx.stroke();
  }
  ctx.fillStyle = palette.ink;
  ctx.fillRect(Math.round(xOf(position, day, width)) - 0.75, y - 2, 1.5, height + 4);
}

function selection(
  ctx: CanvasRenderingContext2D,
  { view, width, palette }: Scene,
  chosen: View,
): void {
  const left = xOf(chosen.from, view, width);
  const right = xOf(chosen.to, view, width);
  const y = LANES.ruler - 4;
  const height = LANES.track - y;
  ctx.fillStyle = palette.accent;
  ctx.globalAlpha = 0.16;
  ctx.fillRect(left, y, right - left, height);
  ctx.globalAlpha = 1;
  for (const x of [left, right]) {
    ctx.fillRect(x - 1.5, y, 3, height);
    bar(ctx, x - 7, y + height / 2 - 14, 14, 28, 7);
    ctx.fillStyle = palette.surface;
    ctx.fillRect(x - 2.5, y + height / 2 - 6, 1.5, 12);
    ctx.fillRect(x + 1, y + height / 2 - 6, 1.5, 12);
    ctx.fillStyle = palette.accent;
  }
}

function line(
  ctx: CanvasRenderingContext2D,
  { view, width }: Scene,
  at: number,
  colour: string,
  wide: number,
): void {
  const x = xOf(at, view, width);
  ctx.fillStyle = colour;
  ctx.fillRect(x - wide / 2, LANES.ruler - 6, wide, LANES.track - LANES.ruler + 8);
}

function playhead(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const x = xOf(scene.position, scene.view, scene.width);
  if (x < -10 || x > scene.width + 10) return;
  line(ctx, scene, scene.position, scene.palette.ink, 2);
  ctx.fillStyle = scene.palette.ink;
  ctx.beginPath();
  ctx.arc(x, LANES.ruler - 5, 6, 0, 2 * Math.PI);
  ctx.fill();
}

/** The event under a moment, with a few pixels of grace; alerts win. */
export function eventAt(list: readonly EventMark[], at: number, grace: number): EventMark | null {
  const near = list.filter(
    (event) =>
      at > event.start_us - grace && at < (event.end_us ?? event.start_us + 10 * SECOND) + grace,
  );
  return near.find((event) => event.alert) ?? near[0] ?? null;
}
