/** The live grid: every tile in its camera's shape, as large as the space allows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mosaic } from '../src/lib/live/mosaic.ts';

const WIDE = 16 / 9;
const space = { width: 1200, height: 800 };

test('tiles keep their shape and fit the space', () => {
  for (const count of [1, 2, 3, 4, 5, 7, 9]) {
    const rows = mosaic(Array<number>(count).fill(WIDE), space, 12, 200);
    assert.equal(rows.flat().length, count);
    for (const tile of rows.flat()) assert.ok(Math.abs(tile.width / tile.height - WIDE) < 0.03);
    for (const row of rows) {
      const wide = row.reduce((sum, tile) => sum + tile.width + 12, -12);
      assert.ok(wide <= space.width, `${count} cameras: ${wide}`);
    }
    const tall = rows.reduce((sum, row) => sum + (row[0]?.height ?? 0) + 12, -12);
    assert.ok(tall <= space.height + 12 * rows.length, `${count} cameras: ${tall}`);
  }
});

test('a doorbell camera stands upright beside wide ones', () => {
  const row = mosaic([WIDE, 3 / 4], space, 12, 200).flat();
  const [wide, upright] = row;
  assert.ok(wide && upright && wide.height === upright.height && wide.width > upright.width);
});

test('a phone scrolls through tiles as wide as its screen', () => {
  const rows = mosaic([WIDE, WIDE, WIDE], { width: 366, height: 600 }, 12, 300);
  assert.deepEqual(
    rows.map((row) => row.map((tile) => tile.width)),
    [[366], [366], [366]],
  );
});
