/** Days of 23 and 25 hours, and the ruler over them. Run by node itself: `npm test`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addDays, clock, dayName, daySpan, HOUR, moment, offset, written } from '../src/lib/time/zone.ts';
import { ticks } from '../src/lib/timeline/ticks.ts';
import { following, momentAt, panned, within, xOf, zoomed } from '../src/lib/timeline/view.ts';

const BERLIN = 'Europe/Berlin';
const us = (iso: string): number => Date.parse(iso) * 1000;

test('a spring day has 23 hours and an autumn day 25', () => {
  const length = (day: string, zone = BERLIN): number => {
    const [from, to] = daySpan(day, zone);
    return (to - from) / HOUR;
  };
  assert.equal(length('2026-03-29'), 23);
  assert.equal(length('2026-10-25'), 25);
  assert.equal(length('2026-07-01'), 24);
  assert.equal(length('2026-10-04', 'Australia/Lord_Howe'), 23.5);
  assert.deepEqual(daySpan('2026-10-25', BERLIN)[0], us('2026-10-24T22:00:00Z'));
});

test('a moment is read as the hub writes it, and no name is taken for one', () => {
  assert.equal(written('2026-10-25T00:30:00+02:00'), us('2026-10-24T22:30:00Z'));
  for (const name of ['Tablet 17655', 'Bo 2026', '12', '']) assert.ok(Number.isNaN(written(name)));
});

test('a day of another year says so, where it is asked to', () => {
  assert.equal(dayName('2024-11-17', 'en-GB'), 'Sun 17 Nov');
  assert.equal(dayName('2024-11-17', 'en-GB', { year: true }), 'Sun, 17 Nov 2024');
  assert.equal(dayName('2024-11-17', 'de', { style: 'long', year: true }), 'Sonntag, 17. November 2024');
});

test('a clock time that happens twice is the earlier one, a skipped one the moment of the change', () => {
  assert.equal(moment('2026-10-25', '02:30', BERLIN), us('2026-10-25T00:30:00Z'));
  const skipped = moment('2026-03-29', '02:30', BERLIN);
  assert.ok(Math.abs(skipped - us('2026-03-29T01:00:00Z')) <= HOUR / 2);
});

test('offsets and clock times are those of the zone', () => {
  assert.equal(offset(us('2026-01-10T12:00:00Z'), BERLIN), HOUR);
  assert.equal(offset(us('2026-07-10T12:00:00Z'), BERLIN), 2 * HOUR);
  assert.equal(offset(us('2026-07-10T12:00:00Z'), 'Asia/Kathmandu'), 5.75 * HOUR);
  assert.equal(clock(us('2026-07-10T22:30:00Z'), BERLIN, 'de'), '00:30');
  assert.equal(addDays('2026-02-28', 1), '2026-03-01');
});

test('the ruler of an autumn day shows 02:00 twice and marks the second', () => {
  const [from, to] = daySpan('2026-10-25', BERLIN);
  const marks = ticks({ from, to }, 2500, BERLIN, 84);
  const two = marks.filter((tick) => tick.label === '02:00');
  assert.deepEqual(
    two.map((tick) => tick.again),
    [false, true],
  );
  assert.equal((two[1]?.at ?? 0) - (two[0]?.at ?? 0), HOUR);
  assert.equal(marks.length, 26); // 25 hours and the next midnight
});

test('the ruler of a spring day leaves 02:00 out', () => {
  const [from, to] = daySpan('2026-03-29', BERLIN);
  const labels = ticks({ from, to }, 2500, BERLIN, 84).map((tick) => tick.label);
  assert.deepEqual(labels.slice(0, 4), ['00:00', '01:00', '03:00', '04:00']);
});

test('zooming keeps the moment under the pointer and never leaves the day', () => {
  const day = { from: 0, to: 24 * HOUR };
  const at = momentAt(300, day, 1000);
  const closer = zoomed(day, 8, at, day);
  assert.equal(xOf(at, closer, 1000), 300);
  assert.deepEqual(zoomed(closer, 1 / 100, at, day), day);
  assert.deepEqual(panned(closer, -24 * HOUR, day).from, 0);
  assert.deepEqual(within({ from: 23 * HOUR, to: 25 * HOUR }, day), {
    from: 22 * HOUR,
    to: 24 * HOUR,
  });
});

test('the view follows the playhead only when it leaves', () => {
  const day = { from: 0, to: 24 * HOUR };
  const view = { from: 0, to: HOUR };
  assert.equal(following(view, HOUR / 2, day), view);
  const moved = following(view, 2 * HOUR, day);
  assert.ok(moved.from < 2 * HOUR && 2 * HOUR < moved.to);
});

test('a view that cannot follow further is the same one, or who asks at each change asks for ever', () => {
  const day = { from: 0, to: 24 * HOUR };
  assert.equal(following(day, 23 * HOUR, day), day);
  const evening = { from: 23 * HOUR, to: 24 * HOUR };
  assert.equal(following(evening, 23.99 * HOUR, day), evening);
});
