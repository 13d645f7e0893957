/** Rows of tiles of one height each, every tile in its camera's own shape, as large as the space allows. */

export interface Placed {
  index: number;
  width: number;
  height: number;
}

/**
 * Choose the number of columns for which the tiles are largest without scrolling; where even that would be
 * smaller than `least` px wide, scroll instead. `aspects` are width over height.
 */
export function mosaic(
  aspects: readonly number[],
  space: { width: number; height: number },
  gap: number,
  least: number,
): Placed[][] {
  // A phone scrolls: tiles as wide as the screen.
  if (space.width < 2 * least + gap) return layOut(aspects, 1, space.width, gap);
  const most = Math.max(1, Math.floor((space.width + gap) / (least + gap)));
  let best: Placed[][] = [];
  let bestArea = -1;
  for (let columns = 1; columns <= Math.min(aspects.length, most); columns += 1) {
    const rows = layOut(aspects, columns, space.width, gap);
    const tall = rows.reduce((sum, row) => sum + (row[0]?.height ?? 0) + gap, -gap);
    const scale = Math.min(1, space.height / tall);
    const fitted = rows.map((row) => row.map((tile) => shrunk(tile, scale)));
    const area = fitted.flat().reduce((sum, tile) => sum + tile.width * tile.height, 0);
    if (area > bestArea) {
      best = fitted;
      bestArea = area;
    }
  }
  const narrow = best.flat().some((tile) => tile.width < Math.min(least, space.width) * 0.98);
  return narrow ? layOut(aspects, Math.min(most, aspects.length), space.width, gap) : best;
}

function shrunk(tile: Placed, scale: number): Placed {
  return {
    ...tile,
    width: Math.floor(tile.width * scale),
    height: Math.floor(tile.height * scale),
  };
}

function layOut(
  aspects: readonly number[],
  columns: number,
  width: number,
  gap: number,
): Placed[][] {
  const rows: Placed[][] = [];
  let above = Infinity;
  for (let from = 0; from < aspects.length; from += columns) {
    const row = aspects.slice(from, from + columns);
    const sum = row.reduce((total, aspect) => total + aspect, 0);
    // A last row that is not full keeps the height of the row above it.
    const height = Math.min(above, (width - gap * (row.length - 1)) / sum);
    above = height;
    rows.push(
      row.map((aspect, at) => ({
        index: from + at,
        width: Math.floor(height * aspect),
        height: Math.floor(height),
      })),
    );
  }
  return rows;
}
