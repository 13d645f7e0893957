/** Verifying that a leaf is in a tree, and that a tree grew from an older one (RFC 9162, 2.1.3.2 and 2.1.4.2).
 *  Sizes are numbers and not 32-bit integers: halves by division, not by shifting. */

import { nodeHash, same, sha256, type Bytes } from './hash.ts';

interface Place {
  place: number;
  last: number;
}

function up({ place, last }: Place): Place {
  return { place: Math.floor(place / 2), last: Math.floor(last / 2) };
}

export async function verifyInclusion(
  leaf: Bytes,
  index: number,
  size: number,
  root: Bytes,
  proof: Bytes[],
): Promise<boolean> {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) return false;
  let at: Place = { place: index, last: size - 1 };
  let computed = leaf;
  for (const sibling of proof) {
    if (at.last === 0) return false;
    if (at.place % 2 === 1 || at.place === at.last) {
      computed = await nodeHash(sibling, computed);
      while (at.place !== 0 && at.place % 2 === 0) at = up(at);
    } else computed = await nodeHash(computed, sibling);
    at = up(at);
  }
  return at.last === 0 && same(computed, root);
}

export async function verifyConsistency(
  old: { size: number; root: Bytes },
  now: { size: number; root: Bytes },
  proof: Bytes[],
): Promise<boolean> {
  if (!(old.size >= 0 && old.size <= now.size)) return false;
  if (old.size === now.size) return proof.length === 0 && same(old.root, now.root);
  if (old.size === 0) return proof.length === 0 && same(old.root, await sha256());
  const path = Number.isInteger(Math.log2(old.size)) ? [old.root, ...proof] : proof;
  const first = path[0];
  if (first === undefined) return false;
  let at: Place = { place: old.size - 1, last: now.size - 1 };
  while (at.place % 2 === 1) at = up(at);
  let before = first;
  let after = first;
  for (const sibling of path.slice(1)) {
    if (at.last === 0) return false;
    if (at.place % 2 === 1 || at.place === at.last) {
      before = await nodeHash(sibling, before);
      after = await nodeHash(sibling, after);
      while (at.place !== 0 && at.place % 2 === 0) at = up(at);
    } else after = await nodeHash(after, sibling);
    at = up(at);
  }
  return at.last === 0 && same(before, old.root) && same(after, now.root);
}
