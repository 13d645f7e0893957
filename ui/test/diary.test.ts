/** The diary as a resident's browser checks it, on vectors that the hub's own code made (diary.json). */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import type { Diary as Page } from '../src/lib/api/schema/diary.ts';
import { Reading, type Look } from '../src/lib/diary/entries.ts';
import { unbase64, type Bytes } from '../src/lib/diary/hash.ts';
import { Keeper, type Store, type Verdict } from '../src/lib/diary/keeper.ts';
import { open } from '../src/lib/diary/note.ts';
import { verifyConsistency, verifyInclusion } from '../src/lib/diary/proofs.ts';

interface Vectors {
  empty: Page;
  early: Page;
  later: Page;
  erased: Page;
  growth: string[];
  edited: Page;
  edited_early: Page;
  another: Page;
  long: {
    size: number;
    root: string;
    leaves: { index: number; hash: string; proof: string[] }[];
    older: { size: number; root: string; proof: string[] }[];
  };
}

const vectors = JSON.parse(
  readFileSync(new URL('./diary.json', import.meta.url), 'utf-8'),
) as Vectors;
const { early, later, edited, long } = vectors;

function bytes(text: string): Bytes {
  const decoded = unbase64(text);
  assert.ok(decoded);
  return decoded;
}

function memory(): Store {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** A browser that asks a hub which has this proof, and counts how often it asked. */
function browser(proof: string[] | Error = vectors.growth, store = memory()) {
  const asked: number[] = [];
  const source = {
    proof: (old: number): Promise<string[]> => {
      asked.push(old);
      return proof instanceof Error ? Promise.reject(proof) : Promise.resolve(proof);
    },
  };
  let now = 1000;
  return { keeper: new Keeper(store, source, () => now++), asked, store };
}

const all = { whole: true, before: null };

function what(verdict: Verdict): string {
  return verdict.state === 'rewritten' ? verdict.what : verdict.state;
}

function copy(page: Page): Page {
  return structuredClone(page);
}

test('the first visit keeps the checkpoint, later ones prove that the log only grew', async () => {
  const { keeper, asked } = browser();
  assert.equal(keeper.kept, null);
  assert.equal(what(await keeper.checkPage(early, all)), 'first');
  assert.equal(keeper.kept?.checkpoint, early.checkpoint);
  assert.deepEqual(await keeper.checkPage(early, all), { state: 'fine', since: 1000 });
  assert.deepEqual(asked, []);
  assert.deepEqual(await keeper.checkPage(later, all), { state: 'fine', since: 1000 });
  assert.deepEqual(asked, [5]);
  assert.equal(keeper.kept?.checkpoint, later.checkpoint);
  assert.ok(keeper.kept.at > keeper.kept.since);
});

test('an empty diary is a beginning like any other', async () => {
  const { keeper, asked } = browser();
  assert.equal(what(await keeper.checkPage(vectors.empty, all)), 'first');
  assert.equal(what(await keeper.checkPage(later, all)), 'fine');
  assert.deepEqual(asked, []);
});

test('an erased entry still verifies', async () => {
  const { keeper } = browser();
  assert.equal(what(await keeper.checkPage(vectors.erased, all)), 'first');
});

test('an edited past is noticed, whatever proof is offered, and the kept checkpoint stays', async () => {
  for (const proof of [vectors.growth, [], later.leaves[0]?.proof ?? []]) {
    const { keeper } = browser(proof);
    await keeper.check(early);
    const verdict = await keeper.checkPage(edited, all);
    assert.equal(what(verdict), 'changed');
    assert.equal(keeper.kept?.checkpoint, early.checkpoint);
    assert.ok(verdict.state === 'rewritten' && verdict.seen.checkpoint === edited.checkpoint);
  }
});

test('an edited log of the same size is noticed without asking', async () => {
  const { keeper, asked } = browser();
  await keeper.check(early);
  assert.equal(what(await keeper.check(vectors.edited_early)), 'changed');
  assert.deepEqual(asked, []);
});

test('a rewound log is shorter', async () => {
  const { keeper } = browser();
  await keeper.check(later);
  assert.equal(what(await keeper.check(early)), 'shorter');
  assert.equal(what(await keeper.check(vectors.empty)), 'shorter');
});

test('a log begun anew under another key is another log', async () => {
  const { keeper } = browser();
  await keeper.check(early);
  assert.equal(what(await keeper.check(vectors.another)), 'other_log');
  keeper.forget();
  assert.equal(what(await keeper.check(vectors.another)), 'first');
});

test('a hub that has no proof is not excused, one that cannot be reached is', async () => {
  for (const status of [400, 404, 500]) {
    const refused = browser(Object.assign(new Error('no proof'), { status }));
    await refused.keeper.check(early);
    assert.equal(what(await refused.keeper.check(later)), 'changed');
  }
  const away = browser(Object.assign(new Error('no connection'), { status: 0 }));
  await away.keeper.check(early);
  assert.deepEqual(await away.keeper.check(later), {
    state: 'unverifiable',
    why: 'no_connection',
  });
});

test('each flipped character of a checkpoint, and a key not its own, is unsigned', async () => {
  const { keeper } = browser();
  const { checkpoint, key } = early;
  for (let at = 0; at < checkpoint.length; at++) {
    const flipped = checkpoint[at] === 'A' ? 'B' : 'A';
    const forged = checkpoint.slice(0, at) + flipped + checkpoint.slice(at + 1);
    assert.equal(what(await keeper.check({ checkpoint: forged, key })), 'unsigned', `at ${at}`);
  }
  assert.equal(what(await keeper.check({ checkpoint, key: vectors.another.key })), 'unsigned');
  assert.equal(what(await keeper.check({ checkpoint, key: `${key}=` })), 'unsigned');
  assert.equal(what(await keeper.check({ checkpoint: '', key: '' })), 'unsigned');
  assert.equal(keeper.kept, null);
});

test('an entry that was changed, swapped or made up is not in the log', async () => {
  const changes: ((page: Page) => void)[] = [
    (page) => (page.leaves[3]!.entry = page.leaves[3]!.entry!.replace('Ada', 'Eve')),
    (page) => (page.leaves[3]!.salt = page.leaves[4]!.salt),
    (page) => (page.leaves[3]!.salt = ''),
    (page) => (page.leaves[3]!.commitment = page.leaves[4]!.commitment),
    (page) => page.leaves[3]!.proof.pop(),
    (page) => (page.leaves[3]!.proof[0] = page.leaves[4]!.proof[1]!),
    (page) => (page.leaves[3]!.proof[0] = 'nonsense'),
    (page) => (page.leaves[3] = { ...edited.leaves[3 + 6]!, index: page.leaves[3]!.index }),
  ];
  for (const change of changes) {
    const { keeper } = browser();
    const page = copy(later);
    change(page);
    const verdict = await keeper.checkPage(page, all);
    assert.equal(what(verdict), 'not_in_it');
    assert.ok(verdict.state === 'rewritten' && verdict.index === 8);
  }
});

test('a wrong entry is warned of until somebody takes the hub at its word again', async () => {
  const store = memory();
  const page = copy(later);
  page.leaves[3]!.proof.pop();
  assert.equal(what(await browser(vectors.growth, store).keeper.checkPage(page, all)), 'not_in_it');
  const { keeper } = browser(vectors.growth, store);
  assert.equal(keeper.kept?.checkpoint, later.checkpoint);
  for (const verdict of [await keeper.check(later), await keeper.checkPage(later, all)]) {
    assert.equal(what(verdict), 'not_in_it');
    assert.ok(verdict.state === 'rewritten' && verdict.index === 8);
  }
  keeper.forget();
  assert.equal(what(await keeper.checkPage(later, all)), 'first');
  assert.equal(what(await keeper.checkPage(later, all)), 'fine');
});

test('an entry left out is missing, except where a filter may have done it', async () => {
  for (const at of [0, 5, 11]) {
    const page = copy(later);
    page.leaves.splice(at, 1);
    assert.equal(what(await browser().keeper.checkPage(page, all)), 'missing');
    const filtered = { whole: false, before: null };
    assert.equal(what(await browser().keeper.checkPage(page, filtered)), 'first');
  }
  const older = { ...copy(later), leaves: later.leaves.slice(4) };
  assert.equal(what(await browser().keeper.checkPage(older, { whole: true, before: 8 })), 'first');
  assert.equal(what(await browser().keeper.checkPage(older, { whole: true, before: 9 })), 'missing');
});

test('proofs in a long log, with no bit of them wrong', async () => {
  const root = bytes(long.root);
  for (const { index, hash, proof } of long.leaves) {
    const path = proof.map(bytes);
    assert.ok(await verifyInclusion(bytes(hash), index, long.size, root, path));
    assert.ok(!(await verifyInclusion(bytes(hash), index + 1, long.size, root, path)));
    assert.ok(!(await verifyInclusion(root, index, long.size, root, path)));
    assert.ok(!(await verifyInclusion(bytes(hash), index, long.size, root, [...path, root])));
    assert.ok(!(await verifyInclusion(bytes(hash), index, long.size, root, path.slice(1))));
  }
  const now = { size: long.size, root };
  for (const { size, root: old, proof } of long.older) {
    const path = proof.map(bytes);
    assert.ok(await verifyConsistency({ size, root: bytes(old) }, now, path), `from ${size}`);
    assert.ok(!(await verifyConsistency({ size, root }, now, [...path, root])));
    if (size > 1) assert.ok(!(await verifyConsistency({ size: size - 1, root: bytes(old) }, now, path)));
    for (const [at, hash] of path.entries()) {
      const broken = path.with(at, hash.with(0, (hash[0] ?? 0) ^ 1));
      assert.ok(!(await verifyConsistency({ size, root: bytes(old) }, now, broken)));
    }
  }
});

test('the examples of c2sp.org and of Go open, and are no checkpoints of ours', async () => {
  const key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const note =
    'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n\n' +
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  assert.equal(await open(note, key), null);
  const opened = await open(later.checkpoint, later.key);
  assert.deepEqual([opened?.checkpoint.size, opened?.signed], [12, true]);
});

test('looks come with their ends, page by page, newest first', () => {
  const reading = new Reading();
  const items = [...reading.add(later.leaves.slice(0, 3)), ...reading.add(later.leaves.slice(3))];
  const looks = items.filter((item): item is Look => item.kind === 'look');
  assert.deepEqual(
    looks.map(({ index }) => index),
    [10, 8, 6, 4, 2, 0],
  );
  const [ended, killed] = looks;
  assert.ok(ended && killed);
  assert.deepEqual([ended.by.name, ended.camera.name], ['Ada', 'Kinderzimmer ä']);
  assert.ok(typeof ended.end === 'object' && ended.end.seconds === 9);
  assert.equal((ended.spans[0]?.end ?? 0) - (ended.spans[0]?.start ?? 0), 25_000_000);
  assert.equal(killed.end, 'unknown');
  assert.equal(items.filter((item) => item.kind === 'act').length, 3);
});

test('what goes on, what is a moment, and what cannot be read', () => {
  const page = copy(later);
  const begin = page.leaves.find(({ index }) => index === 8)!;
  begin.now = true;
  const sent = page.leaves.find(({ index }) => index === 4)!;
  sent.entry = sent.entry!.replace('"playback"', '"alert_picture"');
  Object.assign(page.leaves.find(({ index }) => index === 0)!, { state: 'withheld', entry: null });
  const items = new Reading().add(page.leaves);
  const ends = items.flatMap((item) => (item.kind === 'look' && typeof item.end === 'string' ? [item.end] : []));
  assert.deepEqual(ends, ['now', 'moment']);
  assert.deepEqual(items.at(-1), { kind: 'bare', index: 0, state: 'withheld' });
});
