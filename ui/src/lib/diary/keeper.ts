/** Keeps the diary's signed checkpoint in this browser and notices when the hub's history was rewritten.
 *
 *  Whoever owns the hub can change its database; what they cannot change is the checkpoint that residents' browsers
 *  have kept. Each visit proves that the diary only grew since, and that each entry shown is in it. */

import type { CheckpointAnswer as Signed, Diary as Page, Leaf } from '../api/schema/diary.ts';
import { hasCrypto, leafHash, same, sha256, unbase64, utf8, type Bytes } from './hash.ts';
import { open, type Checkpoint } from './note.ts';
import { verifyConsistency, verifyInclusion } from './proofs.ts';

const KEY = 'consentry.diary';

/** Where proofs come from: the hub. Throws when there is no connection. */
export interface Source {
  proof(old: number, size: number): Promise<string[]>;
}

export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface Kept extends Signed {
  /** When this browser saw it, and since when it has kept this diary: milliseconds UTC. */
  at: number;
  since: number;
  /** An entry that was not what the checkpoint covers: warned of until somebody takes the hub's word again. */
  wrong?: WrongEntry | undefined;
}

interface WrongEntry {
  what: Difference;
  index: number;
}

/** What differs: the log is `shorter`, was `changed` before its end, is an `other_log`, its checkpoint is `unsigned`,
 *  an entry is `not_in_it` or `missing`. */
export type Difference = 'shorter' | 'changed' | 'other_log' | 'unsigned' | 'not_in_it' | 'missing';

export type Verdict =
  | { state: 'first' }
  | { state: 'fine'; since: number }
  | { state: 'rewritten'; what: Difference; kept: Kept | null; seen: Signed; index?: number }
  | { state: 'unverifiable'; why: 'no_crypto' | 'no_connection' };

export class Keeper {
  readonly #store: Store;
  readonly #source: Source;
  readonly #now: () => number;

  constructor(store: Store, source: Source, now: () => number = Date.now) {
    this.#store = store;
    this.#source = source;
    this.#now = now;
  }

  /** The checkpoint kept, null when there is none yet. */
  get kept(): Kept | null {
    try {
      const kept = JSON.parse(this.#store.getItem(KEY) ?? 'null') as Kept | null;
      return kept && typeof kept.checkpoint === 'string' && typeof kept.key === 'string' ? kept : null;
    } catch {
      return null;
    }
  }

  /** Check the hub's checkpoint against the one kept, and keep it when it followed from that one. */
  async check(seen: Signed): Promise<Verdict> {
    if (!hasCrypto()) return { state: 'unverifiable', why: 'no_crypto' };
    const kept = this.kept;
    const now = await open(seen.checkpoint, seen.key);
    const rewritten = (what: Difference): Verdict => ({ state: 'rewritten', what, kept, seen });
    if (!now) return rewritten('unsigned');
    if (kept) {
      if (kept.key !== seen.key) return rewritten('other_log');
      const before = await open(kept.checkpoint, kept.key);
      if (before) {
        if (now.checkpoint.size < before.checkpoint.size) return rewritten('shorter');
        const grew = await this.#grew(before.checkpoint, now.checkpoint);
        if (grew === undefined) return { state: 'unverifiable', why: 'no_connection' };
        if (!grew) return rewritten('changed');
      }
    }
    this.#keep(seen, kept?.since ?? this.#now(), kept?.wrong);
    if (kept?.wrong) return { state: 'rewritten', kept, seen, ...kept.wrong };
    return kept ? { state: 'fine', since: kept.since } : { state: 'first' };
  }

  /** Check a page of the diary: its checkpoint, and every entry on it. `whole`: no filter left any out. */
  async checkPage(page: Page, { whole, before }: { whole: boolean; before: number | null }): Promise<Verdict> {
    const verdict = await this.check(page);
    if (verdict.state === 'rewritten' || verdict.state === 'unverifiable') return verdict;
    const opened = await open(page.checkpoint, page.key);
    if (!opened) throw new Error('A checkpoint that was checked opens.');
    const wrong = await firstWrong(page, opened.checkpoint, whole ? before : undefined);
    if (!wrong) return verdict;
    this.#keep(page, this.kept?.since ?? this.#now(), wrong);
    return { state: 'rewritten', kept: this.kept, seen: page, ...wrong };
  }

  /** Take the hub's word from now on: after its owner explained why the diary began anew. */
  forget(): void {
    this.#store.removeItem(KEY);
  }

  /** Tell whether the log grew from `before`; undefined when the hub cannot be asked. */
  async #grew(before: Checkpoint, now: Checkpoint): Promise<boolean | undefined> {
    if (before.size === now.size) return same(before.root, now.root);
    let hashes: string[];
    try {
      hashes = before.size === 0 ? [] : await this.#source.proof(before.size, now.size);
    } catch (error) {
      // A hub that answers, but has no proof, is not one that cannot be reached.
      return isAnswer(error) ? false : undefined;
    }
    const proof = decoded(hashes);
    return proof !== null && (await verifyConsistency(before, now, proof));
  }

  #keep({ checkpoint, key }: Signed, since: number, wrong?: WrongEntry): void {
    const kept: Kept = { checkpoint, key, at: this.#now(), since, wrong };
    this.#store.setItem(KEY, JSON.stringify(kept));
  }
}

/** The first entry of the page that is not what the checkpoint covers. */
async function firstWrong(
  page: Page,
  { size, root }: Checkpoint,
  before: number | null | undefined,
): Promise<WrongEntry | null> {
  let expected = before === undefined ? undefined : Math.min(before ?? size, size) - 1;
  for (const leaf of page.leaves) {
    if (expected !== undefined && leaf.index !== expected--)
      return { what: 'missing', index: expected + 1 };
    if (!(await isIn(leaf, size, root))) return { what: 'not_in_it', index: leaf.index };
  }
  if (expected !== undefined && page.next === null && expected >= 0)
    return { what: 'missing', index: expected };
  return null;
}

async function isIn(leaf: Leaf, size: number, root: Bytes): Promise<boolean> {
  const commitment = unbase64(leaf.commitment);
  const proof = decoded(leaf.proof);
  if (!commitment || !proof) return false;
  if (leaf.state === 'open') {
    const salt = unbase64(leaf.salt ?? '');
    if (salt?.length !== 32 || leaf.entry === null) return false;
    if (!same(await sha256(salt, utf8(leaf.entry)), commitment)) return false;
  }
  return verifyInclusion(await leafHash(commitment), leaf.index, size, root, proof);
}

function decoded(hashes: string[]): Bytes[] | null {
  const proof = hashes.map(unbase64);
  return proof.every((hash) => hash !== null) ? proof : null;
}

function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status !== 0;
}
